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
  /// Something that is done, on what was made before, and the topics it is.
  struct Deed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let topics: String
    /// Makes what it needs, and gives its id.
    var make: @Sendable (Town) -> String = { _ in "" }
    let act: @Sendable (Town, String) -> Void
  }

  static let user = "65f1a00100000000000000a1"
  static let lead = "65f1a00900000000000000a9"

  static func newUser(_ town: Town) -> String {
    town.ask(.post, "/contacts", ["email": "topic@example.com", "role": "user"]).json["id"]?.string ?? ""
  }

  static func newLead(_ town: Town) -> String {
    town.ask(.post, "/contacts", ["role": "lead", "name": "Lea"]).json["id"]?.string ?? ""
  }

  static func newConversation(_ town: Town) -> String {
    let body: JSON = ["from": ["type": "user", "id": .string(user)], "body": "<p>Hello <b>there</b></p>"]
    return town.ask(.post, "/conversations", body).json["conversation_id"]?.string ?? ""
  }

  static func newTicket(_ town: Town) -> String {
    let body: JSON = [
      "ticket_type_id": "55", "contacts": [["id": .string(user)]],
      "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
    ]
    return town.ask(.post, "/tickets", body).json["id"]?.string ?? ""
  }

  /// Asks for something on what was made; `{}` in the path is its id.
  static func asks(
    _ method: HTTPRequest.Method, _ path: String, _ body: JSON = [:]
  ) -> @Sendable (Town, String) -> Void {
    { town, id in
      let answer = town.ask(
        method, path.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: id), body)
      #expect((200..<300).contains(answer.status), "\(answer.json)")
    }
  }

  /// Writes to the store what no operation writes.
  static func writes(
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

  static func part(_ body: JSON) -> @Sendable (Town, String) -> Void {
    asks(.post, "/conversations/{}/parts", body)
  }

  static func reply(_ body: JSON) -> @Sendable (Town, String) -> Void {
    asks(.post, "/conversations/{}/reply", body)
  }

  static let people: [Deed] = [
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

  static let inbox: [Deed] = [
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

  static let work: [Deed] = [
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
}
