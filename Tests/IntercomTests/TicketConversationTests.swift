import API
import JSON
import Store
import Testing
@testable import Intercom

/// A ticket and the conversation with its id (Documentation.docc/Conversations-and-Tickets.md, "Tickets as
/// conversations").
@Suite struct TicketConversationTests {
  private let fixture: ServerFixture
  private let user = "65f1a00100000000000000a1"

  init() throws { fixture = try ServerFixture() }

  private func createTicket() throws -> String {
    let body: JSON = [
      "ticket_type_id": "55", "contacts": [["id": .string(user)]],
      "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
    ]
    return try #require(fixture.send(.post, to: "/tickets", body: body).json["id"]?.string)
  }

  private func ticket(_ id: String) -> JSON { fixture.send(.get, to: "/tickets/\(id)").json }
  private func conversation(_ id: String) -> JSON { fixture.send(.get, to: "/conversations/\(id)").json }

  private func partTypes(of json: JSON, in list: String) -> [String] {
    (json[list]?[list]?.array ?? []).compactMap { $0["part_type"]?.string }
  }

  private func partIDs(of json: JSON, in list: String) -> [String] {
    (json[list]?[list]?.array ?? []).compactMap { $0["id"]?.string }
  }

  private func violations() -> [String] { Invariants(fixture: fixture).violations() }

  @Test(arguments: [APIVersion.v2_9, .v2_11, .v2_16])
  func `Both have the same parts, whichever of them the requests name`(version: APIVersion) throws {
    let id = try createTicket()
    let admin: JSON = "1001"
    fixture.send(
      .post, to: "/conversations/\(id)/reply",
      body: ["message_type": "comment", "type": "admin", "admin_id": admin, "body": "One"], version: version)
    fixture.send(
      .post, to: "/tickets/\(id)/reply",
      body: ["message_type": "note", "type": "admin", "admin_id": admin, "body": "Two"], version: version)
    fixture.send(
      .post, to: "/conversations/\(id)/parts", body: ["message_type": "close", "type": "admin", "admin_id": admin],
      version: version)
    let (asTicket, asConversation) = (ticket(id), conversation(id))
    #expect(
      partTypes(of: asTicket, in: "ticket_parts") == ["ticket_state_updated_by_admin", "comment", "note", "close"])
    #expect(partIDs(of: asTicket, in: "ticket_parts") == partIDs(of: asConversation, in: "conversation_parts"))
    #expect(asTicket["open"] == false)
    #expect(asConversation["state"] == "closed")
    #expect(asConversation["statistics"]?["count_conversation_parts"] == 5)
    #expect(asConversation["teammates"]?["admins"]?[0]?["id"] == admin)
    #expect(violations() == [])
  }

  @Test func `A contact's reply to the conversation opens the ticket`() throws {
    let id = try createTicket()
    fixture.send(.put, to: "/tickets/\(id)", body: ["open": false])
    #expect(conversation(id)["state"] == "closed")
    let reply: JSON = [
      "message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Again",
    ]
    fixture.send(.post, to: "/conversations/\(id)/reply", body: reply)
    #expect(ticket(id)["open"] == true)
    #expect(ticket(id)["ticket_parts"]?["ticket_parts"]?.array?.last?["body"] == "<p>Again</p>")
    #expect(violations() == [])
  }

  @Test func `A contact cannot reply to the conversation of a back-office ticket`() throws {
    let reply: JSON = [
      "message_type": "comment", "type": "user", "intercom_user_id": .string(user), "body": "Where is it?",
    ]
    let refused = fixture.send(.post, to: "/conversations/1205/reply", body: reply, version: .v2_11)
    #expect(refused.status == 400)
    #expect(refused.json["errors"]?[0]?["code"] == "parameter_mismatch")
    #expect(ticket("1205")["ticket_parts"]?["total_count"] == 4)
  }

  @Test(arguments: ["conversations", "tickets"]) func `A snooze ends once`(side: String) throws {
    let id = try createTicket()
    let end = JSON.integer(fixture.workspace.clock.now + 3600)
    if side == "tickets" {
      fixture.send(.put, to: "/tickets/\(id)", body: ["snoozed_until": end])
    } else {
      fixture.send(
        .post, to: "/conversations/\(id)/parts",
        body: ["message_type": "snoozed", "admin_id": "1001", "snoozed_until": end])
    }
    #expect(conversation(id)["state"] == "snoozed")
    #expect(ticket(id)["snoozed_until"] == end)
    fixture.advanceClock(bySeconds: 3601)
    #expect(conversation(id)["state"] == "open")
    let types = partTypes(of: ticket(id), in: "ticket_parts")
    #expect(types == ["ticket_state_updated_by_admin", "snoozed", "timer_unsnooze"])
    #expect(violations() == [])
  }

  @Test func `Assignees, participants, tags and the company are the same`() throws {
    let id = try createTicket()
    fixture.send(
      .post, to: "/conversations/\(id)/parts",
      body: ["message_type": "assignment", "type": "admin", "admin_id": "1001", "assignee_id": "1002"])
    let other: JSON = ["customer": ["intercom_user_id": "65f1a00200000000000000a2"]]
    fixture.send(.post, to: "/conversations/\(id)/customers", body: other)
    fixture.send(.post, to: "/tickets/\(id)/tags", body: ["id": "3001", "admin_id": "1001"])
    let asTicket = ticket(id)
    #expect(asTicket["admin_assignee_id"] == 1002)
    #expect(asTicket["contacts"]?["contacts"]?.array?.count == 2)
    #expect(conversation(id)["tags"]?["tags"]?[0]?["id"] == "3001")
    let foreign = fixture.workspace[Companies.model].all.first { company in
      !["a1", "a2"].contains { suffix in
        fixture.workspace[Contacts.model]["65f1a00\(suffix.last ?? "1")00000000000000\(suffix)"]?["company_ids"].strings
          .contains(company.id) ?? false
      }
    }
    let company = try #require(foreign?.id)
    let refused = fixture.send(.put, to: "/conversations/\(id)", body: ["company_id": .string(company)])
    #expect(refused.status == 400)
    #expect(fixture.send(.put, to: "/tickets/\(id)", body: ["company_id": .string(company)]).status == 400)
    #expect(violations() == [])
  }

  @Test func `A redacted message is redacted in the ticket and in the conversation`() throws {
    let convert: JSON = ["ticket_type_id": "55", "attributes": ["_default_title_": "A"]]
    #expect(fixture.send(.post, to: "/conversations/1104/convert", body: convert).status == 200)
    let source = try #require(conversation("1104")["source"]?["id"])
    let body: JSON = ["type": "source", "conversation_id": "1104", "source_id": source]
    #expect(fixture.send(.post, to: "/conversations/redact", body: body).status == 200)
    #expect(ticket("1104")["ticket_parts"]?["ticket_parts"]?[0]?["redacted"] == true)
    let part = try #require(
      conversation("1104")["conversation_parts"]?["conversation_parts"]?.array?.first { $0["body"]?.string != nil })
    let partBody: JSON = [
      "type": "conversation_part", "conversation_id": "1104", "conversation_part_id": part["id"] ?? .null,
    ]
    #expect(fixture.send(.post, to: "/conversations/redact", body: partBody).status == 200)
    #expect(ticket("1104")["ticket_parts"]?["ticket_parts"]?[1]?["redacted"] == true)
    #expect(violations() == [])
  }

  @Test func `A message of a ticket is redacted by the id that the ticket shows`() throws {
    let convert: JSON = ["ticket_type_id": "55", "attributes": ["_default_title_": "A"]]
    #expect(fixture.send(.post, to: "/conversations/1104/convert", body: convert).status == 200)
    let messages = ticket("1104")["ticket_parts"]?["ticket_parts"]?.array?.filter { $0["body"]?.string != nil } ?? []
    #expect(messages.count > 1)
    for message in messages {
      let body: JSON = [
        "type": "conversation_part", "conversation_id": "1104", "conversation_part_id": message["id"] ?? .null,
      ]
      #expect(fixture.send(.post, to: "/conversations/redact", body: body).status == 200)
    }
    let asConversation = conversation("1104")
    #expect(asConversation["source"]?["redacted"] == true)
    let shown = asConversation["conversation_parts"]?["conversation_parts"]?.array ?? []
    #expect(shown.filter { $0["body"]?.string != nil }.allSatisfy { $0["redacted"] == true })
    #expect(
      ticket("1104")["ticket_parts"]?["ticket_parts"]?.array?.filter { $0["redacted"] == true }.count == messages.count)
    #expect(violations() == [])
  }

  @Test func `A merge of a lead moves the author of messages in tickets`() throws {
    let lead = try #require(
      fixture.send(.post, to: "/contacts", body: ["role": "lead", "name": "Lea"]).json["id"]?.string)
    let body: JSON = [
      "ticket_type_id": "55", "contacts": [["id": .string(lead)]], "ticket_attributes": ["_default_title_": "A"],
    ]
    let id = try #require(fixture.send(.post, to: "/tickets", body: body).json["id"]?.string)
    let begin: JSON = ["from": ["type": "lead", "id": .string(lead)], "body": "Hello"]
    let other = try #require(
      fixture.send(.post, to: "/conversations", body: begin).json["conversation_id"]?.string)
    let reply: JSON = ["message_type": "comment", "type": "user", "intercom_user_id": .string(lead), "body": "Me"]
    for path in ["/tickets/\(id)/reply", "/conversations/\(other)/reply"] {
      fixture.send(.post, to: path, body: reply)
    }
    fixture.send(.post, to: "/conversations/\(other)/convert", body: ["ticket_type_id": "55"])
    // The lead left the second ticket before it was merged.
    let join: JSON = ["admin_id": "1001", "customer": ["intercom_user_id": .string(user)]]
    fixture.send(.post, to: "/conversations/\(other)/customers", body: join)
    fixture.send(.delete, to: "/conversations/\(other)/customers/\(lead)", body: ["admin_id": "1001"])
    let merge: JSON = ["from": .string(lead), "into": .string(user), "skip_duplicate_validation": true]
    #expect(fixture.send(.post, to: "/contacts/merge", body: merge).status == 200)
    for record in fixture.workspace[TicketParts.model].all + fixture.workspace[ConversationParts.model].all {
      #expect(record["author_id"].string != lead)
    }
    let author = ticket(id)["ticket_parts"]?["ticket_parts"]?.array?.last?["author"]
    #expect(author?["id"] == .string(user) && author?["type"] == "user")
    #expect(conversation(other)["source"]?["author"]?["id"] == .string(user))
    #expect(fixture.send(.post, to: "/conversations/\(id)/reply", body: reply).status == 410)
    #expect(fixture.send(.post, to: "/tickets/\(id)/reply", body: reply).status == 410)
    #expect(violations() == [])
  }

  @Test func `The rating of a merged contact follows`() throws {
    let lead = try #require(
      fixture.send(.post, to: "/contacts", body: ["role": "lead", "name": "Lea"]).json["id"]?.string)
    let id = try createTicket()
    let rating: JSON = ["rating": 4, "contact_id": .string(lead)]
    let state: JSON = ["conversations": [["id": .string(id), "conversation_rating": rating]]]
    #expect(fixture.send(.patch, to: "/_mock/state", body: state).status == 200)
    let merge: JSON = ["from": .string(lead), "into": .string(user), "skip_duplicate_validation": true]
    #expect(fixture.send(.post, to: "/contacts/merge", body: merge).status == 200)
    #expect(conversation(id)["conversation_rating"]?["contact"]?["id"] == .string(user))
  }

  @Test func `The part of a ticket takes the delivery state of an external reply`() throws {
    let id = try createTicket()
    let reply: JSON = ["message_type": "comment", "type": "admin", "admin_id": "1001", "body": "One"]
    let part = try #require(fixture.send(.post, to: "/tickets/\(id)/reply", body: reply).json["id"]?.string)
    let path = "/conversations/\(id)/conversation_parts/\(part)"
    let sent = fixture.send(.put, to: path, body: ["experimental": true, "secret": "s", "send_state": "sent"])
    #expect(sent.status == 200)
    #expect(sent.json["type"] == "conversation_part" && sent.json["external_reply_send_state"] == "sent")
    let seen = fixture.send(
      .put, to: path, body: ["experimental": true, "secret": "s", "seen": true, "admin_id": "1001"])
    #expect(seen.json["seen_state"] == ["admin_seen": true])
    let shown = conversation(id)["conversation_parts"]?["conversation_parts"]?.array?.last
    #expect(shown?["external_reply_send_state"] == "sent" && shown?["seen_state"] == ["admin_seen": true])
  }

  @Test func `Fin's note for the teammates contains the messages of a ticket`() throws {
    func talk(_ path: String, _ text: JSON) {
      let body: JSON = [
        "conversation_id": "talk", "user": ["id": "u"], "message": ["author": "user", "body": text],
      ]
      #expect(fixture.send(.post, to: path, body: body).status == 200)
      fixture.runDueTasks()
    }
    talk("/fin/start", "Hello")
    let id = try #require(fixture.workspace[FinSessions.model]["talk"]?["conversation_id"].string)
    #expect(fixture.send(.post, to: "/conversations/\(id)/convert", body: ["ticket_type_id": "55"]).status == 200)
    talk("/fin/reply", "Is it the yellow one?")
    #expect(fixture.send(.post, to: "/fin/escalate", body: ["conversation_id": "talk"]).status == 200)
    let notes = fixture.workspace[ConversationParts.model].all.filter { $0["part_type"] == "note" }
    #expect(notes.last?["body"].string?.contains("User: Is it the yellow one?") == true)
    #expect(violations() == [])
  }

  @Test func `A search for teammates finds the tickets that show them`() throws {
    let id = try createTicket()
    for assignee: JSON in ["1002", "1003"] {
      fixture.send(.put, to: "/tickets/\(id)", body: ["admin_id": "1001", "assignee_id": assignee])
    }
    for admin in conversation(id)["teammates"]?["admins"]?.array ?? [] {
      let query: JSON = [
        "operator": "AND",
        "value": [
          ["field": "teammate_ids", "operator": "=", "value": admin["id"] ?? .null],
          ["field": "id", "operator": "=", "value": .string(id)],
        ],
      ]
      let found = fixture.send(.post, to: "/tickets/search", body: ["query": query]).json
      #expect(found["total_count"] == 1, "\(admin)")
    }
    #expect(conversation(id)["teammates"]?["admins"]?.array?.count == 3)
  }

  @Test func `The state cannot part a ticket from its conversation`() throws {
    func patch(_ body: JSON) { #expect(fixture.send(.patch, to: "/_mock/state", body: body).status == 200) }
    patch(["conversations": [["id": "1203", "is_ticket": false]]])
    #expect(conversation("1203")["ticket"]?["id"] == 1203)
    patch(["conversations": [["id": "1101", "is_ticket": true]]])
    #expect(conversation("1101")["ticket"] == .some(.null))
    let part = try #require(fixture.workspace[TicketParts.model].all.first { $0["ticket_id"].string == "1203" })
    patch(["ticket_parts": [["id": .string(part.id), "ticket_id": "1205"]]])
    #expect(violations() == [])
    fixture.send(.post, to: "/conversations/1104/tags", body: ["id": "3001", "admin_id": "1001"])
    var copy = try #require(
      fixture.send(.get, to: "/_mock/state?collections=tickets").json["tickets"]?.array?.first { $0["id"] == "1203" })
    copy["id"] = "1104"
    copy["ticket_id"] = "987"
    patch(["tickets": [copy]])
    #expect(conversation("1104")["tags"]?["tags"]?.array?.contains { $0["id"] == "3001" } == true)
    fixture.send(.delete, to: "/tickets/1104/tags/3001", body: ["admin_id": "1001"])
    #expect(conversation("1104")["tags"]?["tags"]?.array?.contains { $0["id"] == "3001" } == false)
    #expect(violations() == [])
  }

  @Test(arguments: ["conversations", "tickets"]) func `Deleting either deletes both`(side: String) throws {
    let id = try createTicket()
    #expect(fixture.send(.delete, to: "/\(side)/\(id)").status == 200)
    #expect(fixture.send(.get, to: "/conversations/\(id)").status == 404)
    #expect(fixture.send(.get, to: "/tickets/\(id)").status == 404)
    #expect(fixture.workspace[TicketParts.model].count(in: "ticket_id", under: id) == 0)
    #expect(violations() == [])
  }

  @Test func `Lists, searches and counts contain tickets`() throws {
    let before = fixture.send(.get, to: "/conversations").json["total_count"]?.integer ?? 0
    let id = try createTicket()
    let list = fixture.send(.get, to: "/conversations").json
    #expect(list["total_count"]?.integer == before + 1)
    #expect(list["conversations"]?[0]?["ticket"]?["id"] == Int64(id).map(JSON.integer))
    let query: JSON = ["query": ["field": "id", "operator": "=", "value": .string(id)]]
    #expect(fixture.send(.post, to: "/conversations/search", body: query).json["total_count"] == 1)
  }

  @Test func `A conversion happens once`() throws {
    let id = try createTicket()
    let again = fixture.send(.post, to: "/conversations/\(id)/convert", body: ["ticket_type_id": "55"])
    #expect(again.status == 400)
    #expect(violations() == [])
  }

  @Test func `Replacing the tickets of a workspace replaces their conversations`() throws {
    let tickets = fixture.send(.get, to: "/_mock/state?collections=tickets").json["tickets"]?.array ?? []
    let kept = try #require(tickets.first { $0["id"] == "1203" })
    fixture.send(.put, to: "/_mock/state", body: ["tickets": [kept], "ticket_parts": []])
    #expect(conversation("1203")["ticket"]?["id"] == 1203)
    #expect(conversation("1203")["statistics"]?["count_conversation_parts"] == 1)
    #expect(fixture.send(.get, to: "/conversations/1202").status == 404)
    fixture.send(.put, to: "/_mock/state", body: ["conversations": []])
    #expect(conversation("1203")["ticket"]?["id"] == 1203)
    fixture.send(.patch, to: "/_mock/state", body: ["tickets": [["id": "1203", "open": false]]])
    #expect(conversation("1203")["state"] == "closed")
  }
}
