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
  private struct Inbox {
    let town: Town
    let version: APIVersion
    var random: Seeded

    mutating func act() -> Int {
      let (one, contact) = (id("conversations"), id("contacts"))
      switch random.below(26) {
      case 0, 1: return send(.post, "", ["from": ["type": "user", "id": .string(contact)], "body": "Hello"])
      case 2...5: return send(.post, "/\(random.below(4) == 0 ? "last" : one)/reply", contactReply(contact))
      case 6...9: return send(.post, "/\(one)/reply", adminReply())
      case 10...15: return send(.post, "/\(one)/parts", part())
      case 16: return send(.put, "/\(one)", ["read": true, "priority": "high", "company_id": .string(id("companies"))])
      case 17: return send(.post, "/\(one)/tags", ["id": .string(id("tags")), "admin_id": "1001"])
      case 18: return send(.delete, "/\(one)/tags/\(id("tags"))", ["admin_id": "1001"])
      case 19: return send(.post, "/\(one)/customers", ["customer": ["intercom_user_id": .string(contact)]])
      case 20: return send(.delete, "/\(one)/customers/\(contact)", [:])
      case 21:
        return send(.post, "/\(one)/merge", ["merge_into_conversation_id": .integer(Int64(id("conversations")) ?? 0)])
      case 23:
        town.wait(Int64(random.below(90_000)))
        return send(.get, "/\(one)", [:])
      case 24:
        let what: JSON =
          random.below(2) == 0 ? ["summary": word(), "bowls": 2] : ["issue_type": word(), "bowls": word()]
        return send(.put, "/\(one)", ["custom_attributes": what])
      case 22: return random.below(3) == 0 ? send(.delete, "/\(one)", [:]) : send(.get, "/\(one)", [:])
      default: return town.ask(random.below(2) == 0 ? .delete : .get, "/contacts/\(contact)", [:], version).status
      }
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSONObject) -> Int {
      town.ask(method, "/conversations\(path)", .object(body), version).status
    }

    private mutating func id(_ collection: String) -> String {
      let all = town.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.below(30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func contactReply(_ contact: String) -> JSONObject {
      ["message_type": "comment", "type": "user", "intercom_user_id": .string(contact), "body": word()]
    }

    private mutating func adminReply() -> JSONObject {
      [
        "message_type": random.one(of: ["comment", "note", "quick_reply", "shout"]), "type": "admin",
        "admin_id": random.one(of: ["1001", "1002", "none"]), "body": word(),
        "reply_options": [["text": "Yes", "uuid": "1"]],
      ]
    }

    private mutating func part() -> JSONObject {
      [
        "message_type": random.one(of: ["close", "open", "snoozed", "assignment"]),
        "type": random.one(of: ["admin", "team"]), "admin_id": random.one(of: ["1001", "1003"]),
        "assignee_id": random.one(of: ["1001", "1002", "2001", "0"]),
        "snoozed_until": .integer(Int64(random.below(2)) * 4_000_000_000),
      ]
    }

    private mutating func word() -> JSON { random.one(of: ["Soup?", "Yes", "", .null, 7]) }
  }

  @Test(
    "whatever is done, the books of conversations balance",
    arguments: [APIVersion.v2_7, .v2_11, .v2_14, .v2_16, .preview])
  func balance(version: APIVersion) throws {
    let town = try Town()
    #expect(Ledger(town: town).faults() == [])
    var inbox = Inbox(town: town, version: version, random: Seeded(UInt64(version.rawValue) + 7))
    for step in 1...1500 {
      let status = inbox.act()
      #expect(status < 500, "step \(step)")
      if step % 300 == 0 { #expect(Ledger(town: town).faults() == [], "after step \(step)") }
    }
  }
}
