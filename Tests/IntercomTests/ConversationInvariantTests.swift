import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing

@testable import Intercom

/// Long random lives of conversations, after each of which the books must balance.
@Suite struct ConversationInvariantTests {
  /// Teammates and contacts who do valid and invalid things in no sensible order.
  private struct RandomConversationActions {
    let fixture: ServerFixture
    let version: APIVersion
    var random: SeededRandom

    mutating func performAction() -> Int {
      let (one, contact) = (randomID(in: "conversations"), randomID(in: "contacts"))
      switch random.int(below: 26) {
      case 0, 1: return send(.post, to: "", body: ["from": ["type": "user", "id": .string(contact)], "body": "Hello"])
      case 2...5:
        return send(.post, to: "/\(random.int(below: 4) == 0 ? "last" : one)/reply", body: contactReply(from: contact))
      case 6...9: return send(.post, to: "/\(one)/reply", body: adminReplyBody())
      case 10...15: return send(.post, to: "/\(one)/parts", body: partBody())
      case 16:
        return send(
          .put, to: "/\(one)",
          body: ["read": true, "priority": "high", "company_id": .string(randomID(in: "companies"))])
      case 17: return send(.post, to: "/\(one)/tags", body: ["id": .string(randomID(in: "tags")), "admin_id": "1001"])
      case 18: return send(.delete, to: "/\(one)/tags/\(randomID(in: "tags"))", body: ["admin_id": "1001"])
      case 19: return send(.post, to: "/\(one)/customers", body: ["customer": ["intercom_user_id": .string(contact)]])
      case 20: return send(.delete, to: "/\(one)/customers/\(contact)", body: [:])
      case 21:
        return send(
          .post, to: "/\(one)/merge",
          body: ["merge_into_conversation_id": .integer(Int64(randomID(in: "conversations")) ?? 0)])
      case 23:
        fixture.advanceClock(bySeconds: Int64(random.int(below: 90_000)))
        return send(.get, to: "/\(one)", body: [:])
      case 24:
        let what: JSON =
          random.int(below: 2) == 0
          ? ["summary": randomText(), "bowls": 2] : ["issue_type": randomText(), "bowls": randomText()]
        return send(.put, to: "/\(one)", body: ["custom_attributes": what])
      case 22:
        return random.int(below: 3) == 0
          ? send(.delete, to: "/\(one)", body: [:]) : send(.get, to: "/\(one)", body: [:])
      default:
        return fixture.send(
          random.int(below: 2) == 0 ? .delete : .get, to: "/contacts/\(contact)", body: [:], version: version
        ).status
      }
    }

    private func send(_ method: HTTPRequest.Method, to path: String, body: JSONObject) -> Int {
      fixture.send(method, to: "/conversations\(path)", body: .object(body), version: version).status
    }

    private mutating func randomID(in collection: String) -> String {
      let all = fixture.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.int(below: 30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func contactReply(from contact: String) -> JSONObject {
      ["message_type": "comment", "type": "user", "intercom_user_id": .string(contact), "body": randomText()]
    }

    private mutating func adminReplyBody() -> JSONObject {
      [
        "message_type": random.one(of: ["comment", "note", "quick_reply", "shout"]), "type": "admin",
        "admin_id": random.one(of: ["1001", "1002", "none"]), "body": randomText(),
        "reply_options": [["text": "Yes", "uuid": "1"]],
      ]
    }

    private mutating func partBody() -> JSONObject {
      [
        "message_type": random.one(of: ["close", "open", "snoozed", "assignment"]),
        "type": random.one(of: ["admin", "team"]), "admin_id": random.one(of: ["1001", "1003"]),
        "assignee_id": random.one(of: ["1001", "1002", "2001", "0"]),
        "snoozed_until": .integer(Int64(random.int(below: 2)) * 4_000_000_000),
      ]
    }

    private mutating func randomText() -> JSON { random.one(of: ["Soup?", "Yes", "", .null, 7]) }
  }

  @Test(
    "whatever is done, the books of conversations balance",
    arguments: [APIVersion.v2_7, .v2_11, .v2_14, .v2_16, .preview])
  func balance(version: APIVersion) throws {
    let town = try ServerFixture()
    #expect(Invariants(fixture: town).violations() == [])
    var inbox = RandomConversationActions(
      fixture: town, version: version, random: SeededRandom(seed: UInt64(version.rawValue) + 7))
    for step in 1...1500 {
      let status = inbox.performAction()
      #expect(status < 500, "step \(step)")
      if step % 300 == 0 { #expect(Invariants(fixture: town).violations() == [], "after step \(step)") }
    }
  }
}
