import API
import JSON
import Testing
@testable import Intercom

@Suite struct MessagesTests {
  private static let user = "65f1a00200000000000000a2"
  private let fixture: ServerFixture

  init() throws {
    fixture = try ServerFixture()
  }

  private func sendMessage(changing changes: JSONObject, version: APIVersion = .preview) -> (status: Int, json: JSON) {
    var body: JSONObject = [
      "message_type": "inapp", "body": "Soup is ready", "from": ["type": "admin", "id": 1001],
      "to": ["type": "user", "id": .string(Self.user)],
    ]
    for (key, value) in changes { body[key] = value }
    return fixture.send(.post, to: "/messages", body: .object(body), version: version)
  }

  @Test(arguments: ["in_app", "inapp", "conversation"] as [JSON])
  func `Every type of in-app message is accepted, and no conversation is created`(type: JSON) {
    let conversations = fixture.workspace[Conversations.model].count
    let message = sendMessage(changing: ["message_type": type], version: .v2_11)
    #expect(message.status == 200 && message.json["type"] == "admin_message")
    #expect(message.json["message_type"] == "inapp" && message.json["subject"] == "Soup is ready")
    #expect(message.json["owner"]?["id"] == "1001" && message.json["conversation_id"] == nil)
    #expect(fixture.workspace[Conversations.model].count == conversations)
  }

  @Test func `A conversation is created if requested, and the message contains its id`() {
    let message = sendMessage(changing: ["create_conversation_without_contact_reply": true]).json
    let conversation = fixture.send(.get, to: "/conversations/\(message["conversation_id"]?.string ?? "")").json
    #expect(conversation["source"]?["id"] == message["id"] && conversation["state"] == "closed")
    #expect(conversation["contacts"]?["contacts"]?[0]?["id"] == .string(Self.user))
  }

  @Test func `A contact's message creates a conversation`() {
    let message = fixture.send(
      .post, to: "/messages", body: ["from": ["type": "user", "user_id": "user-2"], "body": "Hello"]
    ).json
    #expect(message["type"] == "user_message" && message["body"] == "Hello")
    let conversation = fixture.send(.get, to: "/conversations/\(message["conversation_id"]?.string ?? "")").json
    #expect(conversation["source"]?["id"] == message["id"] && conversation["state"] == "open")
    #expect(conversation["source"]?["body"] == "<p>Hello</p>")
  }

  @Test func `The error for a missing member has the documented message`() {
    let bodiless = sendMessage(changing: ["body": nil, "message_type": "email", "subject": "x"])
    #expect(bodiless.status == 400 && bodiless.json["errors"]?[0]?["message"] == "Body is required")
    let silent = sendMessage(changing: ["message_type": "email"])
    #expect(silent.status == 422 && silent.json["errors"]?[0]?["code"] == "parameter_not_found")
    let nobody = sendMessage(changing: ["to": ["type": "user", "id": "65f1a0ff00000000000000ff"]])
    #expect(nobody.status == 404)
  }

  @Test func `Several recipients are accepted from 2.14 on`() {
    let both: JSONObject = [
      "to": [["type": "user", "id": .string(Self.user)], ["type": "lead", "id": "65f1a00900000000000000a9"]]
    ]
    #expect(sendMessage(changing: both, version: .v2_13).status == 400)
    #expect(sendMessage(changing: both, version: .v2_14).status == 200)
  }

  @Test func `Each channel is available from its version on`() {
    #expect(sendMessage(changing: ["message_type": "sms"], version: .v2_16).status == 400)
    #expect(sendMessage(changing: ["message_type": "sms"]).json["message_type"] == "sms")
    #expect(sendMessage(changing: ["message_type": "sms", "body": "see https://soup.example.com"]).status == 400)
    #expect(sendMessage(changing: ["message_type": "whatsapp"], version: .v2_15).status == 400)
  }

  @Test func `A template is sent by WhatsApp, and its status can be retrieved`() {
    let sent = sendMessage(changing: [
      "message_type": "whatsapp", "template": "keep_live", "body": nil,
      "to": ["phone": 15_550_100_999, "name": "Hatter"],
      "components": [["type": "BODY", "parameters": [["type": "text", "text": "Mad"]]]],
    ])
    #expect(sent.status == 200 && sent.json["message_type"] == "whatsapp" && sent.json["body"] == "Mad")
    let status = fixture.send(.get, to: "/messages/whatsapp/status?message_id=\(sent.json["id"]?.string ?? "")").json
    #expect(status["status"] == "delivered" && status["template_name"] == "keep_live")
    #expect(status["conversation_id"] == sent.json["conversation_id"])
    #expect(fixture.send(.get, to: "/messages/whatsapp/status?message_id=x").status == 404)
  }

  @Test func `The messages of a ruleset are listed in pages, newest first`() {
    let first = fixture.send(.get, to: "/messages/status?ruleset_id=7202&per_page=2").json
    #expect(first["events"]?.array?.compactMap { $0["id"]?.string } == ["8103", "8102"])
    #expect(first["pages"]?["total_pages"] == 2 && first["total_count"] == 3)
    let next = first["pages"]?["next"]?["starting_after"]?.string ?? ""
    let second = fixture.send(.get, to: "/messages/status?ruleset_id=7202&per_page=2&starting_after=\(next)").json
    #expect(second["events"]?.array?.count == 1 && second["pages"]?["next"] == .some(.null))
    #expect(fixture.send(.get, to: "/messages/status").json["message"] == "ruleset_id is required")
  }
}
