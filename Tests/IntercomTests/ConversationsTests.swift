import API
import HTTPTypes
import JSON
import Store
import Testing

@testable import Intercom

@Suite struct ConversationsTests {
  private let world = World()

  init() {
    world.add(["id": "1", "name": "Ada", "email": "ada@example.com"], Admins.model)
    world.add(["id": "2", "name": "Bram", "email": "bram@example.com"], Admins.model)
    world.add(["id": "9", "name": "Support"], Teams.model)
    world.add(["id": "c1", "role": "user", "name": "Iris", "email": "iris@example.com"], Contacts.model)
    world.add(["id": "c2", "role": "lead"], Contacts.model)
  }

  private func start(_ version: APIVersion = .preview) throws -> String {
    let message = try world.ask(
      .post, "/conversations", ["from": ["type": "user", "id": "c1"], "body": "Hello"], version)
    return try #require(message["conversation_id"]?.string)
  }

  private func part(_ id: String, _ body: JSONObject, _ version: APIVersion = .preview) throws -> JSON {
    try world.ask(.post, "/conversations/\(id)/parts", body, version)
  }

  private func types(_ conversation: JSON) -> [String] {
    (conversation["conversation_parts"]?["conversation_parts"]?.array ?? []).compactMap { $0["part_type"]?.string }
  }

  @Test("a new conversation is open and waits", arguments: APIVersion.allCases)
  func creation(version: APIVersion) throws {
    let conversation = try world.ask(.get, "/conversations/\(start(version))", [:], version)
    #expect(conversation["state"] == "open")
    #expect(conversation["waiting_since"] == .integer(world.now))
    #expect(conversation["source"]?["body"] == "<p>Hello</p>")
    #expect(conversation["source"]?["author"]?["name"] == "Iris")
    #expect(conversation["statistics"]?["count_conversation_parts"] == 1)
    #expect(conversation["admin_assignee_id"] == (version >= .v2_16 ? 0 : .null))
    #expect(conversation["priority"] == (version >= .v2_16 ? "none" : "not_priority"))
  }

  @Test("times to assignment, reply and close are measured")
  func statistics() throws {
    let id = try start()
    world.wait(10)
    _ = try part(id, ["message_type": "assignment", "type": "team", "admin_id": "1", "assignee_id": "9"])
    world.wait(20)
    let reply: JSONObject = ["message_type": "comment", "type": "admin", "admin_id": 2, "body": "Hi"]
    try world.ask(.post, "/conversations/\(id)/reply", reply)
    world.wait(30)
    let closed = try part(id, ["message_type": "close", "type": "admin", "admin_id": "2"])
    let statistics = try #require(closed["statistics"])
    #expect(statistics["time_to_assignment"] == 10)
    #expect(statistics["time_to_admin_reply"] == 30)
    #expect(statistics["median_time_to_reply"] == 30)
    #expect(statistics["time_to_first_close"] == 60)
    #expect(statistics["last_closed_by_id"] == "2")
    #expect(statistics["assigned_team_first_response_time"]?[0]?["response_time"] == 20)
    #expect(closed["waiting_since"] == .null)
    #expect(types(closed) == ["assignment", "comment", "close"])
  }

  @Test("a contact's reply reopens what was closed")
  func reopening() throws {
    let id = try start()
    _ = try part(id, ["message_type": "close", "type": "admin", "admin_id": "1"])
    let reply: JSONObject = ["message_type": "comment", "type": "user", "email": "IRIS@example.com", "body": "Wait"]
    let open = try world.ask(.post, "/conversations/last/reply", reply)
    #expect(open["id"] == .string(id))
    #expect(open["state"] == "open")
    #expect(types(open) == ["close", "open"])
    #expect(open["statistics"]?["count_reopens"] == 1)
    let old = try world.ask(.post, "/conversations/last/reply", reply, .v2_10)
    #expect(types(old).suffix(2) == ["comment", "language_detection_details"])
  }

  @Test("a snoozed conversation wakes when its time comes, whoever asks")
  func snoozing() throws {
    let id = try start()
    let until = world.now + 60
    let body: JSONObject = ["message_type": "snoozed", "admin_id": "1", "snoozed_until": .integer(until)]
    let snoozed = try part(id, body)
    #expect(snoozed["state"] == "snoozed")
    #expect(snoozed["open"] == true)
    let agenda = Catalogue.intercom.agenda
    #expect(agenda.nextDue(in: world.workspace) == until * 1000)
    #expect(!world.catchUp())
    world.wait(100)
    #expect(world.catchUp())
    let awake = try world.ask(.get, "/conversations/\(id)")
    #expect(awake["state"] == "open")
    #expect(awake["snoozed_until"] == .null)
    #expect(awake["updated_at"] == .integer(until))
    #expect(agenda.nextDue(in: world.workspace) == nil)
  }

  @Test("an admin's reply wakes a snoozed conversation, unless it must not")
  func unsnoozing() throws {
    let id = try start()
    let body: JSONObject = ["message_type": "snoozed", "admin_id": "1", "snoozed_until": .integer(world.now + 60)]
    _ = try part(id, body)
    var reply: JSONObject = ["message_type": "comment", "type": "admin", "admin_id": "1", "body": "Hi"]
    reply["skip_unsnooze"] = true
    #expect(try world.ask(.post, "/conversations/\(id)/reply", reply)["state"] == "snoozed")
    #expect(try world.ask(.post, "/conversations/\(id)/reply", reply, .v2_16)["state"] == "open")
  }

  @Test("the last contact cannot be taken away")
  func lastContact() throws {
    let id = try start()
    #expect(throws: APIError(.unprocessableContent, "parameter_invalid", "Removing the last customer is not allowed")) {
      try world.ask(.delete, "/conversations/\(id)/customers/c1")
    }
    try world.ask(.post, "/conversations/\(id)/customers", ["customer": ["intercom_user_id": "c2"]])
    let left = try world.ask(.delete, "/conversations/\(id)/customers/c1")
    #expect(left["customers"] == [["type": "lead", "id": "c2"]])
  }

  @Test("a body is searched word by word")
  func words() throws {
    let body: JSONObject = ["from": ["type": "user", "id": "c1"], "body": "I need support, please"]
    try world.ask(.post, "/conversations", body)
    func count(_ sign: String, _ text: JSON) throws -> JSON? {
      let query: JSON = ["field": "source.body", "operator": .string(sign), "value": text]
      return try world.ask(.post, "/conversations/search", ["query": query])["total_count"]
    }
    #expect(try count("=", "Support") == 1)
    #expect(try count("=", "need support") == 0)
    #expect(try count("=", "sup") == 0)
    #expect(try count("~", "need sup") == 1)
    #expect(try count("!=", "support") == 0)
  }

  @Test("merging closes one and marks the other, once")
  func merging() throws {
    let (one, other) = (try start(), try start())
    let body: JSONObject = ["merge_into_conversation_id": .integer(Int64(other) ?? 0)]
    let primary = try world.ask(.post, "/conversations/\(one)/merge", body)
    #expect(primary["id"] == .string(other))
    #expect(types(primary) == ["merged_primary_conversation"])
    #expect(try world.ask(.get, "/conversations/\(one)")["state"] == "closed")
    #expect(throws: APIError(.unprocessableContent, "merge_failed", "Secondary conversation has already been merged")) {
      try world.ask(.post, "/conversations/\(one)/merge", body)
    }
  }

  @Test("plain text has no tags and shows where links lead")
  func plainText() {
    #expect(
      PlainText.of("<p>See <a href=\"https://example.com\">this</a> &amp; that</p>")
        == "See this (https://example.com) & that")
    #expect(PlainText.of("<p>One</p><p>Two</p>") == "One\nTwo")
    #expect(PlainText.of("1 < 2 <") == "1 < 2 <")
  }
}
