import API
import HTTPTypes
import JSON
import Store
import Testing
@testable import Intercom

@Suite struct ConversationsTests {
  private let fixture = WorkspaceFixture()

  init() {
    fixture.insert(["id": "1", "name": "Ada", "email": "ada@example.com"], into: Admins.model)
    fixture.insert(["id": "2", "name": "Bram", "email": "bram@example.com"], into: Admins.model)
    fixture.insert(["id": "9", "name": "Support"], into: Teams.model)
    fixture.insert(["id": "c1", "role": "user", "name": "Iris", "email": "iris@example.com"], into: Contacts.model)
    fixture.insert(["id": "c2", "role": "lead"], into: Contacts.model)
  }

  private func startConversation(version: APIVersion = .preview) throws -> String {
    let message = try fixture.send(
      .post, to: "/conversations", body: ["from": ["type": "user", "id": "c1"], "body": "Hello"], version: version)
    return try #require(message["conversation_id"]?.string)
  }

  private func addPart(to id: String, body: JSONObject, version: APIVersion = .preview) throws -> JSON {
    try fixture.send(.post, to: "/conversations/\(id)/parts", body: body, version: version)
  }

  private func partTypes(of conversation: JSON) -> [String] {
    (conversation["conversation_parts"]?["conversation_parts"]?.array ?? []).compactMap { $0["part_type"]?.string }
  }

  @Test(arguments: APIVersion.allCases) func `A new conversation is open and waiting`(version: APIVersion) throws {
    let conversation = try fixture.send(
      .get, to: "/conversations/\(startConversation(version: version))", body: [:], version: version)
    #expect(conversation["state"] == "open")
    #expect(conversation["waiting_since"] == .integer(fixture.now))
    #expect(conversation["source"]?["body"] == "<p>Hello</p>")
    #expect(conversation["source"]?["author"]?["name"] == "Iris")
    #expect(conversation["statistics"]?["count_conversation_parts"] == 1)
    #expect(conversation["admin_assignee_id"] == (version >= .v2_16 ? 0 : .null))
    #expect(conversation["priority"] == (version >= .v2_16 ? "none" : "not_priority"))
  }

  @Test func `Times to assignment, reply and close are measured`() throws {
    let id = try startConversation()
    fixture.advanceClock(bySeconds: 10)
    _ = try addPart(to: id, body: ["message_type": "assignment", "type": "team", "admin_id": "1", "assignee_id": "9"])
    fixture.advanceClock(bySeconds: 20)
    let reply: JSONObject = ["message_type": "comment", "type": "admin", "admin_id": 2, "body": "Hi"]
    try fixture.send(.post, to: "/conversations/\(id)/reply", body: reply)
    fixture.advanceClock(bySeconds: 30)
    let closed = try addPart(to: id, body: ["message_type": "close", "type": "admin", "admin_id": "2"])
    let statistics = try #require(closed["statistics"])
    #expect(statistics["time_to_assignment"] == 10)
    #expect(statistics["time_to_admin_reply"] == 30)
    #expect(statistics["median_time_to_reply"] == 30)
    #expect(statistics["time_to_first_close"] == 60)
    #expect(statistics["last_closed_by_id"] == 2)
    #expect(statistics["assigned_team_first_response_time"]?[0]?["response_time"] == 20)
    #expect(closed["waiting_since"] == .null)
    #expect(partTypes(of: closed) == ["assignment", "comment", "close"])
  }

  @Test func `A contact's reply reopens a closed conversation`() throws {
    let id = try startConversation()
    _ = try addPart(to: id, body: ["message_type": "close", "type": "admin", "admin_id": "1"])
    let reply: JSONObject = ["message_type": "comment", "type": "user", "email": "IRIS@example.com", "body": "Wait"]
    let open = try fixture.send(.post, to: "/conversations/last/reply", body: reply)
    #expect(open["id"] == .string(id))
    #expect(open["state"] == "open")
    #expect(partTypes(of: open) == ["close", "open"])
    #expect(open["statistics"]?["count_reopens"] == 1)
    let old = try fixture.send(.post, to: "/conversations/last/reply", body: reply, version: .v2_10)
    #expect(partTypes(of: old).suffix(2) == ["comment", "language_detection_details"])
  }

  @Test func `A snoozed conversation is opened at its time, before any request`() throws {
    let id = try startConversation()
    let until = fixture.now + 60
    let body: JSONObject = ["message_type": "snoozed", "admin_id": "1", "snoozed_until": .integer(until)]
    let snoozed = try addPart(to: id, body: body)
    #expect(snoozed["state"] == "snoozed")
    #expect(snoozed["open"] == true)
    let agenda = Catalogue.intercom.agenda
    #expect(agenda.nextDue(in: fixture.workspace) == until * 1000)
    #expect(!fixture.runDueTasks())
    fixture.advanceClock(bySeconds: 100)
    #expect(fixture.runDueTasks())
    let awake = try fixture.send(.get, to: "/conversations/\(id)")
    #expect(awake["state"] == "open")
    #expect(awake["snoozed_until"] == .null)
    #expect(awake["updated_at"] == .integer(until))
    #expect(agenda.nextDue(in: fixture.workspace) == nil)
  }

  @Test func `An admin's reply opens a snoozed conversation unless skip_unsnooze is set in Preview`() throws {
    let id = try startConversation()
    let body: JSONObject = ["message_type": "snoozed", "admin_id": "1", "snoozed_until": .integer(fixture.now + 60)]
    _ = try addPart(to: id, body: body)
    var reply: JSONObject = ["message_type": "comment", "type": "admin", "admin_id": "1", "body": "Hi"]
    reply["skip_unsnooze"] = true
    #expect(try fixture.send(.post, to: "/conversations/\(id)/reply", body: reply)["state"] == "snoozed")
    #expect(try fixture.send(.post, to: "/conversations/\(id)/reply", body: reply, version: .v2_16)["state"] == "open")
  }

  @Test func `The last contact cannot be detached`() throws {
    let id = try startConversation()
    #expect(
      throws: APIError(
        status: .unprocessableContent, code: "parameter_invalid", message: "Removing the last customer is not allowed")
    ) {
      try fixture.send(.delete, to: "/conversations/\(id)/customers/c1")
    }
    try fixture.send(.post, to: "/conversations/\(id)/customers", body: ["customer": ["intercom_user_id": "c2"]])
    let left = try fixture.send(.delete, to: "/conversations/\(id)/customers/c1")
    #expect(left["customers"] == [["type": "lead", "id": "c2"]])
  }

  @Test func `A body is searched by words`() throws {
    let body: JSONObject = ["from": ["type": "user", "id": "c1"], "body": "I need support, please"]
    try fixture.send(.post, to: "/conversations", body: body)
    func count(comparison sign: String, text: JSON) throws -> JSON? {
      let query: JSON = ["field": "source.body", "operator": .string(sign), "value": text]
      return try fixture.send(.post, to: "/conversations/search", body: ["query": query])["total_count"]
    }
    #expect(try count(comparison: "=", text: "Support") == 1)
    #expect(try count(comparison: "=", text: "need support") == 0)
    #expect(try count(comparison: "=", text: "sup") == 0)
    #expect(try count(comparison: "~", text: "need sup") == 1)
    #expect(try count(comparison: "!=", text: "support") == 0)
  }

  @Test func `Merging closes one conversation and marks the other, once`() throws {
    let (one, other) = (try startConversation(), try startConversation())
    let body: JSONObject = ["merge_into_conversation_id": .integer(Int64(other) ?? 0)]
    let primary = try fixture.send(.post, to: "/conversations/\(one)/merge", body: body)
    #expect(primary["id"] == .string(other))
    #expect(partTypes(of: primary) == ["merged_primary_conversation"])
    #expect(try fixture.send(.get, to: "/conversations/\(one)")["state"] == "closed")
    #expect(
      throws: APIError(
        status: .unprocessableContent, code: "merge_failed", message: "Secondary conversation has already been merged")
    ) {
      try fixture.send(.post, to: "/conversations/\(one)/merge", body: body)
    }
  }

  @Test func `Plain text has no tags and contains the URLs of links`() {
    #expect(
      PlainText.text(from: "<p>See <a href=\"https://example.com\">this</a> &amp; that</p>")
        == "See this (https://example.com) & that")
    #expect(PlainText.text(from: "<p>One</p><p>Two</p>") == "One\nTwo")
    #expect(PlainText.text(from: "1 < 2 <") == "1 < 2 <")
  }
}
