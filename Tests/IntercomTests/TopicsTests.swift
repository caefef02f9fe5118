import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store
import Testing

@testable import Intercom

/// Which write is which topic (webhooks.md, 5 and 6).
@Suite struct TopicsTests {
  /// As webhooks.md lists them, without `ping` and without those of 1.x.
  private static let documented = """
    admin.added_to_workspace admin.removed_from_workspace admin.away_mode_updated admin.activity_log_event.created \
    admin.logged_in admin.logged_out article.created article.updated article.published article.unpublished \
    article.deleted call.started call.ended call.transcription_available call.recording_available company.created \
    company.updated company.deleted company.contact.attached company.contact.detached contact.archived \
    contact.unarchive contact.deleted contact.merged contact.email.updated contact.subscribed contact.unsubscribed \
    contact.lead.created contact.lead.updated contact.lead.added_email contact.lead.signed_up \
    contact.lead.tag.created contact.lead.tag.deleted contact.user.created contact.user.updated \
    contact.user.tag.created contact.user.tag.deleted content_snippet.created content_snippet.updated \
    content_snippet.deleted content_stat.banner content_stat.carousel content_stat.chat content_stat.checklist \
    content_stat.custom_bot content_stat.email content_stat.news_item content_stat.post content_stat.push \
    content_stat.series content_stat.series.webhook content_stat.sms content_stat.survey content_stat.tooltip_group \
    content_stat.tour conversation.user.created conversation.user.replied conversation.admin.single.created \
    conversation.admin.replied conversation.admin.noted conversation.admin.assigned \
    conversation.admin.open.assigned conversation.admin.opened conversation.admin.closed \
    conversation.admin.snoozed conversation.admin.unsnoozed conversation.operator.replied conversation.deleted \
    conversation.read conversation.priority.updated conversation.rating.added conversation.contact.attached \
    conversation.contact.detached conversation.company.updated conversation_part.tag.created \
    conversation_part.redacted data_connector.execution.completed event.created api.request.completed job.completed \
    granular.subscribe granular.unsubscribe ticket.created ticket.state.updated ticket.note.created \
    ticket.admin.assigned ticket.team.assigned ticket.contact.attached ticket.contact.detached \
    ticket.attribute.updated ticket.admin.replied ticket.contact.replied ticket.closed ticket.resolved \
    ticket.rating.provided visitor.signed_up audience.created audience.updated audience.deleted \
    audience.member_added audience.member_removed content_import_source.created content_import_source.updated \
    content_import_source.deleted procedure.hitl_notification.created
    """.split(separator: " ").map(String.init)

  @Test func `The table has every documented topic once, over collections that there are`() {
    #expect(Topics.all.map(\.name).sorted() == Self.documented.sorted())
    let collections = Set(Town.catalogue.layout.collections.map(\.name))
    #expect(Set(Topics.all.flatMap(\.collections)).isSubset(of: collections))
    let idle = Topics.all.filter { $0.collections.isEmpty && $0.requestItem == nil }
    #expect(idle.isEmpty, "nothing causes \(idle.map(\.name))")
  }

  /// Something that is done, on what was made before, and the topics it is.
  struct Deed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let topics: String
    /// Makes what it needs, and gives its id.
    var make: @Sendable (Town) -> String = { _ in "" }
    let act: @Sendable (Town, String) -> Void
  }

  private static let user = "65f1a00100000000000000a1"
  private static let lead = "65f1a00900000000000000a9"

  private static func newUser(_ town: Town) -> String {
    town.ask(.post, "/contacts", ["email": "topic@example.com", "role": "user"]).json["id"]?.string ?? ""
  }

  private static func newLead(_ town: Town) -> String {
    town.ask(.post, "/contacts", ["role": "lead", "name": "Lea"]).json["id"]?.string ?? ""
  }

  private static func newConversation(_ town: Town) -> String {
    let body: JSON = ["from": ["type": "user", "id": .string(user)], "body": "<p>Hello <b>there</b></p>"]
    return town.ask(.post, "/conversations", body).json["conversation_id"]?.string ?? ""
  }

  private static func newTicket(_ town: Town) -> String {
    let body: JSON = [
      "ticket_type_id": "55", "contacts": [["id": .string(user)]],
      "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
    ]
    return town.ask(.post, "/tickets", body).json["id"]?.string ?? ""
  }

  /// Asks for something on what was made; `{}` in the path is its id.
  private static func asks(
    _ method: HTTPRequest.Method, _ path: String, _ body: JSON = [:]
  ) -> @Sendable (Town, String) -> Void {
    { town, id in
      let answer = town.ask(
        method, path.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: id), body)
      #expect((200..<300).contains(answer.status), "\(answer.json)")
    }
  }

  /// Writes to the store what no operation writes.
  private static func writes(
    _ collection: String, _ id: String, _ change: @escaping @Sendable (inout Record) -> Void
  ) -> @Sendable (Town, String) -> Void {
    { town, made in
      guard let records = town.workspace.collection(named: collection),
        var record = id.isEmpty ? records.all.first : records[id == "{}" ? made : id]
      else { return _ = Issue.record("no \(collection) \(id)") }
      change(&record)
      records.insert(record)
      town.server.notify(town.tenant, nil)
    }
  }

  private static func part(_ body: JSON) -> @Sendable (Town, String) -> Void {
    asks(.post, "/conversations/{}/parts", body)
  }

  private static func reply(_ body: JSON) -> @Sendable (Town, String) -> Void {
    asks(.post, "/conversations/{}/reply", body)
  }

  private static let people: [Deed] = [
    Deed(testDescription: "a user is made", topics: "contact.user.created", act: { town, _ in _ = newUser(town) }),
    Deed(testDescription: "a lead is made", topics: "contact.lead.created", act: { town, _ in _ = newLead(town) }),
    Deed(
      testDescription: "a user is renamed", topics: "contact.user.updated", make: newUser,
      act: asks(.put, "/contacts/{}", ["name": "Renamed"])),
    Deed(
      testDescription: "nothing is changed", topics: "", make: newUser,
      act: asks(.put, "/contacts/{}", ["email": "topic@example.com"])),
    Deed(
      testDescription: "a user moves", topics: "contact.user.updated contact.email.updated", make: newUser,
      act: asks(.put, "/contacts/{}", ["email": "moved@example.com"])),
    Deed(
      testDescription: "a lead gives an address",
      topics: "contact.lead.updated contact.lead.added_email contact.email.updated", make: newLead,
      act: asks(.put, "/contacts/{}", ["email": "lea@example.com"])),
    Deed(
      testDescription: "a lead signs up", topics: "contact.lead.signed_up", make: newLead,
      act: asks(.put, "/contacts/{}", ["role": "user"])),
    Deed(
      testDescription: "a user unsubscribes", topics: "contact.user.updated contact.unsubscribed", make: newUser,
      act: asks(.put, "/contacts/{}", ["unsubscribed_from_emails": true])),
    Deed(
      testDescription: "a contact is archived", topics: "contact.archived", make: newUser,
      act: asks(.post, "/contacts/{}/archive")),
    Deed(
      testDescription: "a contact comes back", topics: "contact.unarchive",
      make: { town in
        let id = newUser(town)
        town.ask(.post, "/contacts/\(id)/archive")
        return id
      }, act: asks(.post, "/contacts/{}/unarchive")),
    Deed(
      testDescription: "a contact is deleted", topics: "contact.deleted", make: newUser,
      act: asks(.delete, "/contacts/{}")),
    Deed(
      testDescription: "a lead is merged into a user", topics: "contact.user.updated contact.merged", make: newLead,
      act: { town, id in
        let into = town.workspace.collection(named: "contacts")?[user]?.id ?? ""
        let body: JSON = ["from": .string(id), "into": .string(into), "skip_duplicate_validation": true]
        var lead = town.workspace[Contacts.model][id] ?? Contacts.model.blank()
        lead["phone"] = "+15550109999"
        town.workspace[Contacts.model].replace(lead)
        _ = town.workspace.takeMutations()
        var target = town.workspace[Contacts.model][into] ?? Contacts.model.blank()
        target["phone"] = .null
        town.workspace[Contacts.model].replace(target)
        _ = town.workspace.takeMutations()
        asks(.post, "/contacts/merge", body)(town, id)
      }),
    Deed(
      testDescription: "a user is tagged", topics: "contact.user.tag.created", make: newUser,
      act: asks(.post, "/contacts/{}/tags", ["id": "3001"])),
    Deed(
      testDescription: "a lead is untagged", topics: "contact.lead.tag.deleted",
      make: { town in
        let id = newLead(town)
        town.ask(.post, "/contacts/\(id)/tags", ["id": "3001"])
        return id
      }, act: asks(.delete, "/contacts/{}/tags/3001")),
    Deed(
      testDescription: "a contact joins a company", topics: "company.contact.attached", make: newUser,
      act: asks(.post, "/contacts/{}/companies", ["id": "65f1b00100000000000000b1"])),
    Deed(
      testDescription: "a contact leaves a company", topics: "company.contact.detached",
      make: { town in
        let id = newUser(town)
        town.ask(.post, "/contacts/\(id)/companies", ["id": "65f1b00100000000000000b1"])
        return id
      }, act: asks(.delete, "/contacts/{}/companies/65f1b00100000000000000b1")),
    Deed(
      testDescription: "a company is made", topics: "company.created",
      act: asks(.post, "/companies", ["company_id": "topic-1", "name": "Topic"])),
    Deed(
      testDescription: "an event happens", topics: "event.created", make: newUser,
      act: asks(
        .post, "/events", ["event_name": "topped", "created_at": 1_717_000_000, "email": "topic@example.com"])),
    Deed(
      testDescription: "an admin goes away", topics: "admin.away_mode_updated admin.activity_log_event.created",
      act: asks(.put, "/admins/1001/away", ["away_mode_enabled": true, "away_mode_reassign": false])),
    Deed(
      testDescription: "an admin is new", topics: "admin.added_to_workspace",
      act: writes("admins", "") { $0["id"] = "1999" }),
    Deed(
      testDescription: "a call ends",
      topics: "call.started call.ended call.transcription_available "
        + "call.recording_available",
      act: writes("calls", "6001") { $0["id"] = "6999" }),
  ]

  private static let inbox: [Deed] = [
    Deed(
      testDescription: "a contact writes", topics: "conversation.user.created",
      act: { town, _ in _ = newConversation(town) }),
    Deed(
      testDescription: "a contact answers", topics: "conversation.user.replied", make: newConversation,
      act: reply(["message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Yes"])),
    Deed(
      testDescription: "an admin answers", topics: "conversation.admin.replied", make: newConversation,
      act: reply(["message_type": "comment", "type": "admin", "admin_id": "1001", "body": "Yes"])),
    Deed(
      testDescription: "an admin notes", topics: "conversation.admin.noted", make: newConversation,
      act: reply(["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"])),
    Deed(
      testDescription: "a conversation is assigned", topics: "conversation.admin.assigned", make: newConversation,
      act: part(["message_type": "assignment", "type": "admin", "admin_id": "1001", "assignee_id": "1002"])),
    Deed(
      testDescription: "a conversation is closed", topics: "conversation.admin.closed", make: newConversation,
      act: part(["message_type": "close", "type": "admin", "admin_id": "1001"])),
    Deed(
      testDescription: "a conversation is snoozed", topics: "conversation.admin.snoozed", make: newConversation,
      act: part(["message_type": "snoozed", "admin_id": "1001", "snoozed_until": 1_717_300_000])),
    Deed(
      testDescription: "a snoozed conversation wakes", topics: "conversation.admin.unsnoozed",
      make: { town in
        let id = newConversation(town)
        part(["message_type": "snoozed", "admin_id": "1001", "snoozed_until": 1_717_200_600])(town, id)
        return id
      }, act: { town, _ in town.wait(601) }),
    Deed(
      testDescription: "a conversation is read", topics: "conversation.read", make: newConversation,
      act: asks(.put, "/conversations/{}", ["read": true])),
    Deed(
      testDescription: "a conversation is deleted", topics: "conversation.deleted", make: newConversation,
      act: asks(.delete, "/conversations/{}")),
    Deed(
      testDescription: "a contact is added",
      topics: "conversation.contact.attached", make: newConversation,
      act: asks(
        .post, "/conversations/{}/customers",
        ["admin_id": "1001", "customer": ["intercom_user_id": "65f1a00200000000000000a2"]])),
    Deed(
      testDescription: "a conversation is rated", topics: "conversation.rating.added", make: newConversation,
      act: writes("conversations", "{}") { conversation in
        conversation["conversation_rating"] = .record(ConversationModels.rating.record(from: ["rating": 5]))
      }),
  ]

  private static let work: [Deed] = [
    Deed(testDescription: "a ticket is made", topics: "ticket.created", act: { town, _ in _ = newTicket(town) }),
    Deed(
      testDescription: "an admin notes on a ticket", topics: "ticket.note.created", make: newTicket,
      act: asks(
        .post, "/tickets/{}/reply", ["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"])),
    Deed(
      testDescription: "a contact answers on a ticket", topics: "ticket.contact.replied", make: newTicket,
      act: asks(
        .post, "/tickets/{}/reply",
        ["message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Yes"])),
    Deed(
      testDescription: "a ticket is closed", topics: "ticket.closed", make: newTicket,
      act: asks(.put, "/tickets/{}", ["open": false, "admin_id": "1001"])),
    Deed(
      testDescription: "a ticket is rated", topics: "ticket.rating.provided", make: newTicket,
      act: writes("tickets", "{}") { $0["rating"] = .json(["rating": 5]) }),
    Deed(
      testDescription: "content reaches someone and is opened", topics: "content_stat.email content_stat.email",
      act: writes("receipts", "95002") { receipt in
        receipt["id"] = "95999"
        receipt["first_hard_bounce"] = nil
        receipt["first_open"] = 1_717_200_000
      }),
    Deed(
      testDescription: "content is for other people now",
      topics: "content_snippet.updated audience.member_added audience.member_removed",
      make: { town in
        town.ask(.put, "/content_snippets/39001", ["audience_ids": [38001]])
        return "39001"
      }, act: asks(.put, "/content_snippets/39001", ["audience_ids": [38002]])),
    Deed(
      testDescription: "an article is for someone", topics: "article.updated audience.member_added",
      act: asks(.put, "/articles/403", ["audience_ids": [38001]])),
    Deed(
      testDescription: "a connector has done its work", topics: "data_connector.execution.completed",
      act: writes("data_connector_executions", "990001") { $0["id"] = "990999" }),
    Deed(
      testDescription: "a job is done", topics: "ticket.created job.completed",
      act: asks(
        .post, "/tickets/enqueue",
        [
          "ticket_type_id": "55", "contacts": [["id": .string(user)]],
          "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
        ])),
    Deed(
      testDescription: "an article is written and published", topics: "article.created article.published",
      act: asks(.post, "/articles", ["title": "T", "author_id": 1001, "state": "published"])),
  ]

  @Test(arguments: people + inbox + work) func `A deed is its topics`(deed: Deed) throws {
    let town = try Town()
    let id = deed.make(town)
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    _ = town.server.subscribe(
      Server.Subscribing(url: url, topics: ["*"], secret: "s", version: .preview), headCheck: nil, town.tenant)
    deed.act(town, id)
    #expect(town.tenant.webhooks.log.map(\.topic).joined(separator: " ") == deed.topics)
  }

  // MARK: Items

  @Test func `Requests are told of to those who ask for it by name, when they went well`() throws {
    let town = try Town()
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    let wish = Server.Subscribing(url: url, topics: ["api.request.completed"], secret: "s", version: .v2_14)
    _ = town.server.subscribe(wish, headCheck: nil, town.tenant)
    town.ask(.get, "/tags/nobody")
    town.ask(.get, "/tags?page=1")
    let item = try #require(town.tenant.webhooks.log.first?.json["notification"]?["data"]?["item"])
    #expect(town.tenant.webhooks.log.count == 1)
    #expect(item["type"] == "api.request.completed" && item["response"] == ["status": 200])
    #expect(item["request"]?["path"] == "/tags" && item["request"]?["method"] == "GET")
    #expect(item["request"]?["ip_address"] == "127.0.0.1" && item["authentication"]?["token_id"] == "token")
    #expect(item["admin"]?["id"]?.string != nil && item["timestamp"] == 1_717_200_000)
  }

  @Test func `What happened to content that was received is told, each by itself`() throws {
    let town = try Town()
    let items = try items(.v2_14, town) {
      Self.writes("receipts", "95004") {
        $0["first_open"] = 1_717_200_000
        $0["first_dismisall"] = 1_717_200_000
      }(town, "")
    }
    #expect(items.map { $0["content_stat"]?["stat_type"]?.string } == ["open", "dismissal"])
    #expect(items.first?["type"] == "content_stat.post" && items.first?["created_at"] == "2024-06-01T00:00:00.000Z")
    #expect(items.first?["contact"]?["type"] == "contact" && items.first?["content_stat"]?["receipt_id"] == "95004")
  }

  @Test func `A step that waits for a person says what it waits for, and where to answer`() throws {
    let town = try Town()
    town.ask(
      .post, "/fin/procedures/8701/run",
      ["conversation_id": "hitl", "user": ["id": "u"], "message": ["author": "user", "body": "Refund, please"]])
    let items = try items(.preview, town) {
      town.ask(
        .post, "/fin/reply",
        ["conversation_id": "hitl", "user": ["id": "u"], "message": ["author": "user", "body": "Order 7"]])
    }
    let item = try #require(items.first { $0["type"] == "procedure.hitl_notification" })
    #expect(item["procedure_name"] == "Refund an order" && item["app_id"] == "mock1234")
    #expect(item["step_id"] == "0f6e5a10-0001-4c1d-9c1d-00000000000a")
    #expect(item["attributes_to_collect"]?.array?.compactMap { $0["identifier"]?.string } == ["approved", "amount"])
    let callback = item["callback_url"]?.string ?? ""
    #expect(callback.hasSuffix("/procedures/\(item["conversation_id"]?.string ?? "?")/collect_agent_input"))
    #expect(item["recent_messages"]?.array?.isEmpty == false)
  }

  @Test func `A rating of a ticket is shown with it`() throws {
    let town = try Town()
    let id = Self.newTicket(town)
    let items = try items(.v2_14, town) {
      Self.writes("tickets", "{}") { $0["rating"] = .json(["rating": 4, "remark": "Warm"]) }(town, id)
    }
    #expect(items.count == 1 && items[0]["id"]?.string == id && items[0]["rating"]?["rating"] == 4)
  }

  private func items(_ version: APIVersion, _ town: Town, _ act: () -> Void) throws -> [JSON] {
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    _ = town.server.subscribe(
      Server.Subscribing(url: url, topics: ["*"], secret: "s", version: version), headCheck: nil, town.tenant)
    act()
    return town.tenant.webhooks.log.compactMap { $0.json["notification"]?["data"]?["item"] }
  }

  @Test func `A conversation shows the part that is told of, and no other`() throws {
    for (version, body) in [(APIVersion.v2_14, "<p>A <b>bold</b> word</p>"), (.v2_15, "A bold word")] {
      let town = try Town()
      let id = Self.newConversation(town)
      let item = try #require(
        try items(version, town) {
          Self.reply([
            "message_type": "comment", "type": "admin", "admin_id": "1001", "body": "<p>A <b>bold</b> word</p>",
          ])(town, id)
        }.first)
      #expect(item["id"]?.string == id && item["conversation_parts"]?["total_count"] == 1)
      #expect(item["conversation_parts"]?["conversation_parts"]?[0]?["body"]?.string == body)
      #expect((item["source"]?["body"]?.string == "Hello there") == (version == .v2_15))
      let time = item["statistics"]?["first_admin_reply_at"]
      #expect(version == .v2_15 ? time?.integer != nil : time?.string?.hasSuffix("+00:00") ?? false)
    }
  }

  @Test func `What is deleted leaves its id`() throws {
    let town = try Town()
    let (contact, conversation) = (Self.newUser(town), Self.newConversation(town))
    let items = try items(.v2_14, town) {
      Self.asks(.delete, "/contacts/{}")(town, contact)
      Self.asks(.delete, "/conversations/{}")(town, conversation)
    }
    #expect(items[0] == ["id": .string(contact), "external_id": .null, "type": "contact", "deleted": true])
    #expect(items[1] == ["type": "conversation", "conversation_id": .string(conversation)])
  }

  @Test func `Times of contacts and companies are texts up to 2_14`() throws {
    let town = try Town()
    let items = try items(.v2_14, town) {
      _ = Self.newUser(town)
      Self.asks(.post, "/companies", ["company_id": "topic-1"])(town, "")
    }
    #expect(items[0]["created_at"] == "2024-06-01T00:00:00.000+00:00" && items[0]["signed_up_at"]?.isNull ?? false)
    #expect(items[1]["created_at"] == "2024-06-01T00:00:00.000+00:00")
    #expect(items[1]["tag_ids"] == [] && items[1]["plan"]?.isNull ?? false)
  }

  @Test func `A version is told only of the topics that it has`() throws {
    let town = try Town()
    let id = Self.newTicket(town)
    #expect(
      try items(.v2_14, town) { Self.asks(.put, "/tickets/{}", ["open": false, "admin_id": "1001"])(town, id) } == [])
  }
}
