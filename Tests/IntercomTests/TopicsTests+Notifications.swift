import API
import HTTPMessage
import HTTPTypes
import JSON
import MockServer
import Store
import Testing
@testable import Intercom

/// The list of topics, and the contents of notifications.
extension TopicsTests {
  /// The topics of Documentation.docc/Webhooks.md, "Topic names", without `ping` and those of 1.x.
  private static let documented = """
    admin.added_to_workspace admin.removed_from_workspace admin.away_mode_updated admin.activity_log_event.created \
    admin.logged_in admin.logged_out article.created article.updated article.published article.unpublished \
    article.deleted call.started call.ended call.transcription_available call.recording_available company.created \
    company.updated company.deleted company.contact.attached company.contact.detached contact.archived \
    contact.unarchived contact.deleted contact.merged contact.email.updated contact.subscribed contact.unsubscribed \
    contact.lead.created contact.lead.updated contact.lead.added_email contact.lead.signed_up \
    contact.lead.tag.created contact.lead.tag.deleted contact.user.created contact.user.updated \
    contact.user.tag.created contact.user.tag.deleted content_snippet.created content_snippet.updated \
    content_snippet.deleted content_stat.banner content_stat.carousel content_stat.chat content_stat.checklist \
    content_stat.custom_bot content_stat.email content_stat.news_item content_stat.post content_stat.push \
    content_stat.series content_stat.series.webhook content_stat.sms content_stat.survey content_stat.tooltip_group \
    content_stat.tour conversation.user.created conversation.user.replied conversation.admin.single.created \
    conversation.admin.replied conversation.admin.noted conversation.admin.assigned \
    conversation.admin.open.assigned conversation.admin.opened conversation.admin.closed \
    conversation.admin.replied.translated conversation.admin.snoozed conversation.admin.unsnoozed conversation.operator.replied conversation.deleted \
    conversation.read conversation.priority.updated conversation.rating.added conversation.contact.attached \
    conversation.contact.detached conversation.company.updated conversation_part.tag.created \
    conversation_part.redacted data_connector.execution.completed event.created api.request.completed job.completed \
    granular.subscribe granular.unsubscribe ticket.created ticket.state.updated ticket.note.created \
    ticket.admin.assigned ticket.team.assigned ticket.contact.attached ticket.contact.detached \
    ticket.attribute.updated ticket.admin.replied ticket.admin.replied.translated ticket.contact.replied ticket.closed ticket.resolved \
    ticket.rating.provided visitor.signed_up audience.created audience.updated audience.deleted \
    audience.member_added audience.member_removed content_import_source.created content_import_source.updated \
    content_import_source.deleted procedure.hitl_notification.created
    """.split(separator: " ").map(String.init)

  @Test func `The table has every documented topic once, with existing collections`() {
    #expect(Topics.all.map(\.name).sorted() == Self.documented.sorted())
    let collections = Set(ServerFixture.catalogue.layout.collections.map(\.name))
    #expect(Set(Topics.all.flatMap(\.collections)).isSubset(of: collections))
    let idle = Topics.all.filter { $0.collections.isEmpty && $0.requestItem == nil }
    #expect(idle.isEmpty, "no test case causes \(idle.map(\.name))")
  }

  @Test func `Successful requests notify only subscriptions that name the topic`() throws {
    let fixture = try ServerFixture()
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    let request = Server.SubscriptionRequest(url: url, topics: ["api.request.completed"], secret: "s", version: .v2_14)
    _ = fixture.server.subscribe(request, headCheck: nil, in: fixture.session)
    fixture.send(.get, to: "/tags/nobody")
    fixture.send(.get, to: "/tags?page=1")
    let item = try #require(
      fixture.session.webhooks.log.first?.json(
        format: fixture.server.edge.webhooks)["notification"]?["data"]?["item"])
    #expect(fixture.session.webhooks.log.count == 1)
    #expect(item["type"] == "api.request.completed" && item["response"] == ["status": 200])
    #expect(item["request"]?["path"] == "/tags" && item["request"]?["method"] == "GET")
    #expect(item["request"]?["ip_address"] == "127.0.0.1" && item["authentication"]?["token_id"] == "token")
    #expect(item["admin"]?["id"]?.string != nil && item["timestamp"] == 1_717_200_000)
  }

  @Test func `Each event of a content receipt sends its own notification`() throws {
    let fixture = try ServerFixture()
    let items = try notificationItems(version: .v2_14, in: fixture) {
      Self.update(collection: "receipts", id: "95004") {
        $0["first_open"] = 1_717_200_000
        $0["first_dismisall"] = 1_717_200_000
      }(fixture, "")
    }
    #expect(items.map { $0["content_stat"]?["stat_type"]?.string } == ["open", "dismissal"])
    #expect(items.first?["type"] == "content_stat.post" && items.first?["created_at"] == "2024-06-01T00:00:00.000Z")
    #expect(items.first?["contact"]?["type"] == "contact" && items.first?["content_stat"]?["receipt_id"] == 95004)
  }

  @Test func `A notification of a waiting procedure step contains the expected data and the URL to reply to`() throws {
    let fixture = try ServerFixture()
    fixture.send(
      .post, to: "/fin/procedures/8701/run",
      body: ["conversation_id": "hitl", "user": ["id": "u"], "message": ["author": "user", "body": "Refund, please"]])
    let items = try notificationItems(version: .preview, in: fixture) {
      fixture.send(
        .post, to: "/fin/reply",
        body: ["conversation_id": "hitl", "user": ["id": "u"], "message": ["author": "user", "body": "Order 7"]])
    }
    let item = try #require(items.first { $0["type"] == "procedure.hitl_notification" })
    #expect(item["procedure_name"] == "Refund an order" && item["app_id"] == "mock1234")
    #expect(item["step_id"] == "0f6e5a10-0001-4c1d-9c1d-00000000000a")
    #expect(item["attributes_to_collect"]?.array?.compactMap { $0["identifier"]?.string } == ["approved", "amount"])
    let callback = item["callback_url"]?.string ?? ""
    #expect(callback.hasSuffix("/procedures/\(item["conversation_id"]?.string ?? "?")/collect_agent_input"))
    #expect(item["recent_messages"]?.array?.isEmpty == false)
  }

  @Test func `The notification of a waiting procedure step contains the messages of a ticket`() throws {
    let fixture = try ServerFixture()
    fixture.send(
      .post, to: "/fin/procedures/8701/run",
      body: ["conversation_id": "hitl", "user": ["id": "u"], "message": ["author": "user", "body": "Refund, please"]])
    let id = try #require(fixture.workspace[FinSessions.model]["hitl"]?["conversation_id"].string)
    #expect(fixture.send(.post, to: "/conversations/\(id)/convert", body: ["ticket_type_id": "55"]).status == 200)
    let items = try notificationItems(version: .preview, in: fixture) {
      fixture.send(
        .post, to: "/fin/reply",
        body: ["conversation_id": "hitl", "user": ["id": "u"], "message": ["author": "user", "body": "Order 7"]])
    }
    let item = try #require(items.first { $0["type"] == "procedure.hitl_notification" })
    let messages = item["recent_messages"]?.array ?? []
    #expect(messages.contains { $0["body"] == "<p>Order 7</p>" && $0["type"] == "conversation_part" })
  }

  @Test func `The notification of a ticket rating contains the ticket`() throws {
    let fixture = try ServerFixture()
    let id = Self.createTicket(in: fixture)
    let items = try notificationItems(version: .v2_14, in: fixture) {
      Self.update(collection: "tickets", id: "{}") { $0["rating"] = .json(["rating": 4, "remark": "Warm"]) }(
        fixture, id)
    }
    #expect(items.count == 1 && items[0]["id"]?.string == id && items[0]["rating"]?["rating"] == 4)
  }

  private func notificationItems(version: APIVersion, in fixture: ServerFixture, _ act: () -> Void) throws -> [JSON] {
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    _ = fixture.server.subscribe(
      Server.SubscriptionRequest(url: url, topics: ["*"], secret: "s", version: version), headCheck: nil,
      in: fixture.session)
    act()
    return fixture.session.webhooks.log.compactMap {
      $0.json(format: fixture.server.edge.webhooks)["notification"]?["data"]?["item"]
    }
  }

  @Test func `A conversation notification contains only the part that caused it`() throws {
    for (version, body) in [(APIVersion.v2_14, "<p>A <b>bold</b> word</p>"), (.v2_15, "A bold word")] {
      let fixture = try ServerFixture()
      let id = Self.createConversation(in: fixture)
      let item = try #require(
        try notificationItems(version: version, in: fixture) {
          Self.reply(body: [
            "message_type": "comment", "type": "admin", "admin_id": "1001", "body": "<p>A <b>bold</b> word</p>",
          ])(fixture, id)
        }.first)
      #expect(item["id"]?.string == id && item["conversation_parts"]?["total_count"] == 1)
      #expect(item["conversation_parts"]?["conversation_parts"]?[0]?["body"]?.string == body)
      #expect((item["source"]?["body"]?.string == "Hello there") == (version == .v2_15))
      let time = item["statistics"]?["first_admin_reply_at"]
      #expect(version == .v2_15 ? time?.integer != nil : time?.string?.hasSuffix("Z") ?? false)
    }
  }

  @Test func `A notification of a deletion contains the id`() throws {
    let fixture = try ServerFixture()
    let (contact, conversation) = (Self.createUser(in: fixture), Self.createConversation(in: fixture))
    let items = try notificationItems(version: .v2_14, in: fixture) {
      Self.request(.delete, path: "/contacts/{}")(fixture, contact)
      Self.request(.delete, path: "/conversations/{}")(fixture, conversation)
    }
    #expect(items[0] == ["id": .string(contact), "external_id": .null, "type": "contact", "deleted": true])
    #expect(items[1] == ["type": "conversation", "conversation_id": .string(conversation)])
  }

  @Test func `Times of contacts and companies are strings up to 2_14`() throws {
    let fixture = try ServerFixture()
    let items = try notificationItems(version: .v2_14, in: fixture) {
      _ = Self.createUser(in: fixture)
      Self.request(.post, path: "/companies", body: ["company_id": "topic-1"])(fixture, "")
    }
    #expect(items[0]["created_at"] == "2024-06-01T00:00:00.000+00:00" && items[0]["signed_up_at"]?.isNull ?? false)
    #expect(items[1]["created_at"] == "2024-06-01T00:00:00.000+00:00")
    #expect(items[1]["tag_ids"] == [] && items[1]["plan"]?.isNull ?? false)
  }

  @Test func `A part shows the value of an attribute before its update, in notifications only`() throws {
    let fixture = try ServerFixture()
    let id = Self.createTicket(in: fixture)
    let items = try notificationItems(version: .v2_14, in: fixture) {
      for title in ["C", "D"] {
        Self.request(.put, path: "/tickets/{}", body: ["ticket_attributes": ["_default_title_": .string(title)]])(
          fixture, id)
      }
    }
    let changes = items.map { $0["ticket_part"]?["updated_attribute_data"]?["value"] }
    #expect(changes.map { $0?["label"] } == ["C", "D"] && changes.map { $0?["previous"] } == ["A", "C"])
    let parts = items.last?["ticket"]?["ticket_parts"]?["ticket_parts"]?.array ?? []
    let updates = parts.compactMap { $0["updated_attribute_data"]?["value"] }
    #expect(updates.map { $0["previous"] } == ["A", "C"])
    let answer = fixture.send(.get, to: "/tickets/\(id)").json["ticket_parts"]?["ticket_parts"]?.array ?? []
    let values = answer.compactMap { $0["updated_attribute_data"]?["value"]?.object }
    #expect(values.count == 2 && values.allSatisfy { !$0.contains(key: "previous") })
  }

  @Test func `A change of two attributes sends a notification for each part`() throws {
    let fixture = try ServerFixture()
    let id = Self.createTicket(in: fixture)
    let items = try notificationItems(version: .v2_16, in: fixture) {
      let attributes: JSON = ["_default_title_": "C", "_default_description_": "D"]
      Self.request(.put, path: "/tickets/{}", body: ["ticket_attributes": attributes])(fixture, id)
    }
    let labels = items.map { $0["ticket_part"]?["updated_attribute_data"]?["value"]?["label"] }
    #expect(labels == ["C", "D"])
  }

  @Test func `A ticket that is resolved is closed up to 2_14, with contacts in the short form`() throws {
    for (version, names) in [(APIVersion.v2_14, ["ticket.closed"]), (.v2_15, ["ticket.resolved"])] {
      let fixture = try ServerFixture()
      let id = Self.createTicket(in: fixture)
      let items = try notificationItems(version: version, in: fixture) {
        Self.request(.put, path: "/tickets/{}", body: ["ticket_state_id": "8272"])(fixture, id)
      }
      let topics = fixture.session.webhooks.log.map(\.topic)
      #expect(topics == ["ticket.state.updated"] + names)
      let contact = try #require(items.last?["contacts"]?["contacts"]?[0]?.object)
      #expect(contact.keys == (version == .v2_14 ? ["id", "role"] : ["type", "id", "external_id"]))
    }
  }

  @Test func `The ids of a content statistic are numbers`() throws {
    let fixture = try ServerFixture()
    let item = try #require(
      try notificationItems(version: .v2_14, in: fixture) {
        Self.update(collection: "receipts", id: "95004") { $0["first_open"] = 1_717_200_000 }(fixture, "")
      }.first)
    let names = ["id", "content_id", "ruleset_id", "ruleset_version_id", "receipt_id"]
    #expect(names.map { item["content_stat"]?[$0]?.integer } == [9_500_407, 31502, 7202, 72021, 95004])
  }

  @Test func `The assignment that opens a ticket is the part of its notification`() throws {
    let fixture = try ServerFixture()
    let id = Self.createClosedTicket(in: fixture)
    let items = try notificationItems(version: .v2_16, in: fixture) {
      Self.request(.put, path: "/tickets/{}", body: ["assignee_id": "1002", "admin_id": "1001"])(fixture, id)
      Self.request(.put, path: "/tickets/{}", body: ["open": false])(fixture, id)
      Self.request(.put, path: "/tickets/{}", body: ["assignee_id": "2001", "admin_id": "1001"])(fixture, id)
    }
    let parts = items.compactMap { $0["ticket_part"] }
    #expect(parts.map { $0["part_type"] } == ["assign_and_reopen", "assign_and_reopen"])
    #expect(parts.map { $0["assigned_to"]?["type"] } == ["admin", "team"])
  }

  @Test func `The copies of messages in a converted conversation are no replies`() throws {
    let fixture = try ServerFixture()
    let id = Self.createConversation(in: fixture)
    Self.reply(body: ["message_type": "comment", "type": "admin", "admin_id": "1001", "body": "Yes"])(fixture, id)
    _ = try notificationItems(version: .v2_16, in: fixture) {
      let attributes: JSON = ["_default_title_": "A", "_default_description_": "B"]
      Self.request(
        .post, path: "/conversations/{}/convert", body: ["ticket_type_id": "55", "attributes": attributes])(
          fixture, id)
    }
    #expect(fixture.session.webhooks.log.map(\.topic) == ["ticket.created"])
  }
}
