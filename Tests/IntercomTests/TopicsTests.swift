import API
import HTTPMessage
import HTTPTypes
import JSON
import MockServer
import Store
import Testing
@testable import Intercom

/// The topics that each write causes (Documentation.docc/Webhooks.md, "Items" and "Topic names").
@Suite struct TopicsTests {
  /// An action on a record, and the topics it causes.
  struct TopicCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let topics: String
    /// Creates the record for the action; returns its id.
    var setUp: @Sendable (ServerFixture) -> String = { _ in "" }
    let perform: @Sendable (ServerFixture, String) -> Void
  }

  static let user = "65f1a00100000000000000a1"
  static let lead = "65f1a00900000000000000a9"

  static func createUser(in fixture: ServerFixture) -> String {
    fixture.send(.post, to: "/contacts", body: ["email": "topic@example.com", "role": "user"]).json["id"]?.string ?? ""
  }

  static func createLead(in fixture: ServerFixture) -> String {
    fixture.send(.post, to: "/contacts", body: ["role": "lead", "name": "Lea"]).json["id"]?.string ?? ""
  }

  static func createConversation(in fixture: ServerFixture) -> String {
    let body: JSON = ["from": ["type": "user", "id": .string(user)], "body": "<p>Hello <b>there</b></p>"]
    return fixture.send(.post, to: "/conversations", body: body).json["conversation_id"]?.string ?? ""
  }

  static func createTicket(in fixture: ServerFixture) -> String {
    let body: JSON = [
      "ticket_type_id": "55", "contacts": [["id": .string(user)]],
      "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
    ]
    return fixture.send(.post, to: "/tickets", body: body).json["id"]?.string ?? ""
  }

  static func createClosedTicket(in fixture: ServerFixture) -> String {
    let id = createTicket(in: fixture)
    fixture.send(.put, to: "/tickets/\(id)", body: ["open": false])
    return id
  }

  /// Sends a request about the record; `{}` in the path is replaced by its id.
  static func request(
    _ method: HTTPRequest.Method, path: String, body: JSON = [:]
  ) -> @Sendable (ServerFixture, String) -> Void {
    { fixture, id in
      let answer = fixture.send(
        method, to: path.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: id), body: body)
      #expect((200..<300).contains(answer.status), "\(answer.json)")
    }
  }

  /// Writes directly to the store, for changes that no operation makes.
  static func update(
    collection: String, id: String, _ change: @escaping @Sendable (inout Record) -> Void
  ) -> @Sendable (ServerFixture, String) -> Void {
    { fixture, createdID in
      guard let records = fixture.workspace.collection(named: collection),
        var record = id.isEmpty ? records.all.first : records[id == "{}" ? createdID : id]
      else { return _ = Issue.record("no \(collection) \(id)") }
      change(&record)
      records.insert(record)
      fixture.server.publishWrites(in: fixture.session, by: nil)
    }
  }

  static func addPart(body: JSON) -> @Sendable (ServerFixture, String) -> Void {
    request(.post, path: "/conversations/{}/parts", body: body)
  }

  static func reply(body: JSON) -> @Sendable (ServerFixture, String) -> Void {
    request(.post, path: "/conversations/{}/reply", body: body)
  }

  static let people: [TopicCase] = [
    TopicCase(
      testDescription: "a user is made", topics: "contact.user.created",
      perform: { fixture, _ in _ = createUser(in: fixture) }),
    TopicCase(
      testDescription: "a lead is made", topics: "contact.lead.created",
      perform: { fixture, _ in _ = createLead(in: fixture) }),
    TopicCase(
      testDescription: "a user is renamed", topics: "contact.user.updated", setUp: createUser,
      perform: request(.put, path: "/contacts/{}", body: ["name": "Renamed"])),
    TopicCase(
      testDescription: "nothing is changed", topics: "", setUp: createUser,
      perform: request(.put, path: "/contacts/{}", body: ["email": "topic@example.com"])),
    TopicCase(
      testDescription: "a user moves", topics: "contact.user.updated contact.email.updated", setUp: createUser,
      perform: request(.put, path: "/contacts/{}", body: ["email": "moved@example.com"])),
    TopicCase(
      testDescription: "a lead gives an address",
      topics: "contact.lead.updated contact.lead.added_email contact.email.updated", setUp: createLead,
      perform: request(.put, path: "/contacts/{}", body: ["email": "lea@example.com"])),
    TopicCase(
      testDescription: "a lead signs up", topics: "contact.lead.signed_up", setUp: createLead,
      perform: request(.put, path: "/contacts/{}", body: ["role": "user"])),
    TopicCase(
      testDescription: "a user unsubscribes", topics: "contact.user.updated contact.unsubscribed", setUp: createUser,
      perform: request(.put, path: "/contacts/{}", body: ["unsubscribed_from_emails": true])),
    TopicCase(
      testDescription: "a contact is archived", topics: "contact.archived", setUp: createUser,
      perform: request(.post, path: "/contacts/{}/archive")),
    TopicCase(
      testDescription: "a contact comes back", topics: "contact.unarchived",
      setUp: { fixture in
        let id = createUser(in: fixture)
        fixture.send(.post, to: "/contacts/\(id)/archive")
        return id
      }, perform: request(.post, path: "/contacts/{}/unarchive")),
    TopicCase(
      testDescription: "a contact is deleted", topics: "contact.deleted", setUp: createUser,
      perform: request(.delete, path: "/contacts/{}")),
    TopicCase(
      testDescription: "a lead is merged into a user", topics: "contact.user.updated contact.merged", setUp: createLead,
      perform: { fixture, id in
        let into = fixture.workspace.collection(named: "contacts")?[user]?.id ?? ""
        let body: JSON = ["from": .string(id), "into": .string(into), "skip_duplicate_validation": true]
        var lead = fixture.workspace[Contacts.model][id] ?? Contacts.model.blank()
        lead["phone"] = "+15550109999"
        fixture.workspace[Contacts.model].replace(lead)
        _ = fixture.workspace.takeMutations()
        var target = fixture.workspace[Contacts.model][into] ?? Contacts.model.blank()
        target["phone"] = .null
        fixture.workspace[Contacts.model].replace(target)
        _ = fixture.workspace.takeMutations()
        request(.post, path: "/contacts/merge", body: body)(fixture, id)
      }),
    TopicCase(
      testDescription: "a user is tagged", topics: "contact.user.tag.created", setUp: createUser,
      perform: request(.post, path: "/contacts/{}/tags", body: ["id": "3001"])),
    TopicCase(
      testDescription: "a lead is untagged", topics: "contact.lead.tag.deleted",
      setUp: { fixture in
        let id = createLead(in: fixture)
        fixture.send(.post, to: "/contacts/\(id)/tags", body: ["id": "3001"])
        return id
      }, perform: request(.delete, path: "/contacts/{}/tags/3001")),
    TopicCase(
      testDescription: "a contact joins a company", topics: "company.contact.attached", setUp: createUser,
      perform: request(.post, path: "/contacts/{}/companies", body: ["id": "65f1b00100000000000000b1"])),
    TopicCase(
      testDescription: "a contact leaves a company", topics: "company.contact.detached",
      setUp: { fixture in
        let id = createUser(in: fixture)
        fixture.send(.post, to: "/contacts/\(id)/companies", body: ["id": "65f1b00100000000000000b1"])
        return id
      }, perform: request(.delete, path: "/contacts/{}/companies/65f1b00100000000000000b1")),
    TopicCase(
      testDescription: "a company is made", topics: "company.created",
      perform: request(.post, path: "/companies", body: ["company_id": "topic-1", "name": "Topic"])),
    TopicCase(
      testDescription: "an event happens", topics: "event.created", setUp: createUser,
      perform: request(
        .post, path: "/events",
        body: ["event_name": "topped", "created_at": 1_717_000_000, "email": "topic@example.com"])),
    TopicCase(
      testDescription: "an admin goes away", topics: "admin.away_mode_updated admin.activity_log_event.created",
      perform: request(.put, path: "/admins/1001/away", body: ["away_mode_enabled": true, "away_mode_reassign": false])),
    TopicCase(
      testDescription: "an admin is new", topics: "admin.added_to_workspace",
      perform: update(collection: "admins", id: "") { $0["id"] = "1999" }),
    TopicCase(
      testDescription: "a call ends",
      topics: "call.started call.ended call.transcription_available "
        + "call.recording_available",
      perform: update(collection: "calls", id: "6001") { $0["id"] = "6999" }),
  ]

  static let inbox: [TopicCase] = [
    TopicCase(
      testDescription: "a contact writes", topics: "conversation.user.created",
      perform: { fixture, _ in _ = createConversation(in: fixture) }),
    TopicCase(
      testDescription: "a contact answers", topics: "conversation.user.replied", setUp: createConversation,
      perform: reply(body: [
        "message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Yes",
      ])),
    TopicCase(
      testDescription: "an admin answers", topics: "conversation.admin.replied", setUp: createConversation,
      perform: reply(body: ["message_type": "comment", "type": "admin", "admin_id": "1001", "body": "Yes"])),
    TopicCase(
      testDescription: "an admin notes", topics: "conversation.admin.noted", setUp: createConversation,
      perform: reply(body: ["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"])),
    TopicCase(
      testDescription: "a conversation is assigned",
      topics: "conversation.admin.assigned conversation.admin.open.assigned", setUp: createConversation,
      perform: addPart(body: ["message_type": "assignment", "type": "admin", "admin_id": "1001", "assignee_id": "1002"])
    ),
    TopicCase(
      testDescription: "a conversation is closed", topics: "conversation.admin.closed", setUp: createConversation,
      perform: addPart(body: ["message_type": "close", "type": "admin", "admin_id": "1001"])),
    TopicCase(
      testDescription: "a conversation is snoozed", topics: "conversation.admin.snoozed", setUp: createConversation,
      perform: addPart(body: ["message_type": "snoozed", "admin_id": "1001", "snoozed_until": 1_717_300_000])),
    TopicCase(
      testDescription: "a snoozed conversation wakes", topics: "conversation.admin.unsnoozed",
      setUp: { fixture in
        let id = createConversation(in: fixture)
        addPart(body: ["message_type": "snoozed", "admin_id": "1001", "snoozed_until": 1_717_200_600])(fixture, id)
        return id
      }, perform: { fixture, _ in fixture.advanceClock(bySeconds: 601) }),
    TopicCase(
      testDescription: "a conversation is read", topics: "conversation.read", setUp: createConversation,
      perform: request(.put, path: "/conversations/{}", body: ["read": true])),
    TopicCase(
      testDescription: "a conversation is deleted", topics: "conversation.deleted", setUp: createConversation,
      perform: request(.delete, path: "/conversations/{}")),
    TopicCase(
      testDescription: "a contact is added",
      topics: "conversation.contact.attached", setUp: createConversation,
      perform: request(
        .post, path: "/conversations/{}/customers",
        body: ["admin_id": "1001", "customer": ["intercom_user_id": "65f1a00200000000000000a2"]])),
    TopicCase(
      testDescription: "a conversation is rated", topics: "conversation.rating.added", setUp: createConversation,
      perform: update(collection: "conversations", id: "{}") { conversation in
        conversation["conversation_rating"] = .record(ConversationModels.rating.record(from: ["rating": 5]))
      }),
  ]

  static let work: [TopicCase] = [
    TopicCase(
      testDescription: "a ticket is made", topics: "ticket.created",
      perform: { fixture, _ in _ = createTicket(in: fixture) }),
    TopicCase(
      testDescription: "an admin notes on a ticket", topics: "ticket.note.created", setUp: createTicket,
      perform: request(
        .post, path: "/tickets/{}/reply",
        body: ["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"])),
    TopicCase(
      testDescription: "a contact answers on a ticket", topics: "ticket.contact.replied", setUp: createTicket,
      perform: request(
        .post, path: "/tickets/{}/reply",
        body: ["message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Yes"])),
    TopicCase(
      testDescription: "a ticket is closed", topics: "ticket.closed", setUp: createTicket,
      perform: request(.put, path: "/tickets/{}", body: ["open": false, "admin_id": "1001"])),
    TopicCase(
      testDescription: "a contact answers on a closed ticket as a conversation", topics: "ticket.contact.replied",
      setUp: createClosedTicket,
      perform: request(
        .post, path: "/conversations/{}/reply",
        body: ["message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Yes"])),
    TopicCase(
      testDescription: "a closed ticket is assigned", topics: "ticket.admin.assigned", setUp: createClosedTicket,
      perform: request(.put, path: "/tickets/{}", body: ["assignee_id": "1002", "admin_id": "1001"])),
    TopicCase(
      testDescription: "an assigned conversation is converted", topics: "ticket.created",
      setUp: { fixture in
        let id = createConversation(in: fixture)
        let body: JSON = ["message_type": "assignment", "type": "admin", "admin_id": "1001", "assignee_id": "1002"]
        fixture.send(.post, to: "/conversations/\(id)/parts", body: body)
        return id
      },
      perform: request(
        .post, path: "/conversations/{}/convert",
        body: ["ticket_type_id": "55", "attributes": ["_default_title_": "A"]])),
    TopicCase(
      testDescription: "a ticket is deleted as a conversation", topics: "", setUp: createTicket,
      perform: request(.delete, path: "/conversations/{}")),
    TopicCase(
      testDescription: "a ticket is rated", topics: "ticket.rating.provided", setUp: createTicket,
      perform: update(collection: "tickets", id: "{}") { $0["rating"] = .json(["rating": 5]) }),
    TopicCase(
      testDescription: "content reaches someone and is opened", topics: "content_stat.email content_stat.email",
      perform: update(collection: "receipts", id: "95002") { receipt in
        receipt["id"] = "95999"
        receipt["first_hard_bounce"] = nil
        receipt["first_open"] = 1_717_200_000
      }),
    TopicCase(
      testDescription: "content is for other people now",
      topics: "content_snippet.updated audience.member_added audience.member_removed",
      setUp: { fixture in
        fixture.send(.put, to: "/content_snippets/39001", body: ["audience_ids": [38001]])
        return "39001"
      }, perform: request(.put, path: "/content_snippets/39001", body: ["audience_ids": [38002]])),
    TopicCase(
      testDescription: "an article is for someone", topics: "article.updated audience.member_added",
      perform: request(.put, path: "/articles/403", body: ["audience_ids": [38001]])),
    TopicCase(
      testDescription: "a connector has done its work", topics: "data_connector.execution.completed",
      perform: update(collection: "data_connector_executions", id: "990001") { $0["id"] = "990999" }),
    TopicCase(
      testDescription: "a job is done", topics: "ticket.created job.completed",
      perform: request(
        .post, path: "/tickets/enqueue",
        body: [
          "ticket_type_id": "55", "contacts": [["id": .string(user)]],
          "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
        ])),
    TopicCase(
      testDescription: "an article is written and published", topics: "article.created article.published",
      perform: request(.post, path: "/articles", body: ["title": "T", "author_id": 1001, "state": "published"])),
  ]

  @Test(arguments: people + inbox + work) func `A deed is its topics`(deed: TopicCase) throws {
    let fixture = try ServerFixture()
    let id = deed.setUp(fixture)
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    _ = fixture.server.subscribe(
      Server.SubscriptionRequest(url: url, topics: ["*"], secret: "s", version: .preview), headCheck: nil,
      in: fixture.session)
    deed.perform(fixture, id)
    #expect(fixture.session.webhooks.log.map(\.topic).joined(separator: " ") == deed.topics)
  }
}
