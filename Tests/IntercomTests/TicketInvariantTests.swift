import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing

@testable import Intercom

/// Long random lives of tickets, their types, custom objects, messages and calls, after each of which the books must
/// balance.
@Suite struct TicketInvariantTests {
  /// Teammates and contacts who do valid and invalid things in no sensible order.
  private struct Desk {
    let town: Town
    let version: APIVersion
    var random: Seeded

    mutating func act() -> Int {
      let ticket = "/tickets/\(id("tickets"))"
      switch random.below(36) {
      case 0...4: return send(.post, "/tickets\(random.below(4) == 0 ? "/enqueue" : "")", newTicket())
      case 5...9: return send(.put, ticket, change())
      case 10...13: return send(.post, "\(ticket)/reply", reply())
      case 14: return send(.post, "\(ticket)/tags", ["id": .string(id("tags")), "admin_id": admin()])
      case 15: return send(.delete, "\(ticket)/tags/\(id("tags"))", ["admin_id": admin()])
      case 16, 17:
        return send(.post, "\(ticket)/linked_conversations", ["conversation_id": .string(id("conversations"))])
      case 18: return send(.delete, "\(ticket)/linked_conversations/\(id("conversations"))")
      case 19, 20: return send(.post, "\(ticket)/change_type", newType())
      case 21: return send(.post, "/conversations/\(id("conversations"))/convert", conversion())
      case 22: return random.below(2) == 0 ? send(.delete, ticket) : send(.get, ticket)
      case 23: return send(.delete, "/conversations/\(id("conversations"))")
      case 24: return send(.delete, "/contacts/\(id("contacts"))")
      case 25: return send(.delete, "/companies/\(id("companies"))")
      case 26: return wait()
      default: return arrange()
      }
    }

    /// What tickets are made of and stand beside.
    private mutating func arrange() -> Int {
      let type = "/ticket_types/\(id("ticket_types"))"
      switch random.below(12) {
      case 0: return send(.post, "/ticket_types", ["name": word(), "category": category()])
      case 1: return send(.put, type, ["name": word(), "archived": .boolean(random.below(3) == 0)])
      case 2: return send(.post, "\(type)/attributes", attribute())
      case 3:
        return send(.put, "\(type)/attributes/\(id("ticket_type_attributes"))", ["archived": true, "name": word()])
      case 4, 5: return send(.post, "/custom_object_instances/\(object())", instance())
      case 6: return send(.delete, "/custom_object_instances/\(object())/\(id("custom_object_instances"))")
      case 7:
        let order: JSON = .array([.string(id("custom_object_instances"))])
        let owner = random.one(of: ["contacts", "conversations"])
        return send(.put, "/\(owner)/\(id(owner))", ["custom_attributes": ["order": order]])
      case 8: return send(.post, "/messages", message())
      case 9: return send(.post, "/fin_voice/register", ["phone_number": "+1", "call_id": word()])
      case 10: return send(.post, "/calls/search", ["conversation_ids": [.string(id("conversations")), word()]])
      default:
        return send(.post, "/contacts/merge", ["from": .string(id("contacts")), "into": .string(id("contacts"))])
      }
    }

    private mutating func wait() -> Int {
      town.wait(Int64(random.below(100_000)))
      return send(.get, "/conversations")
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSONObject = [:]) -> Int {
      town.ask(method, path, .object(body), version).status
    }

    // MARK: Bodies

    /// The id of one of those that are there, or now and then of none.
    private mutating func id(_ collection: String) -> String {
      let all = town.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.below(30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func newTicket() -> JSONObject {
      var body: JSONObject = [
        "ticket_type_id": .string(id("ticket_types")), "contacts": [["id": .string(id("contacts"))]],
        "ticket_attributes": attributes(),
      ]
      if random.below(5) == 0 { body["contacts"] = [["email": .string("n\(random.below(9))@example.com")]] }
      if random.below(4) == 0 { body["conversation_to_link_id"] = .string(id("conversations")) }
      if random.below(4) == 0 { body["company_id"] = .string(id("companies")) }
      if random.below(4) == 0 { body["assignment"] = ["admin_assignee_id": admin(), "team_assignee_id": "2001"] }
      return body
    }

    private mutating func change() -> JSONObject {
      var body: JSONObject = [:]
      if random.below(2) == 0 { body["ticket_state_id"] = .string(id("ticket_states")) }
      if random.below(2) == 0 { body["state"] = random.one(of: ["resolved", "in_progress", "lost"]) }
      if random.below(3) == 0 { body["open"] = .boolean(random.below(2) == 0) }
      if random.below(3) == 0 { body["snoozed_until"] = .integer(Int64(random.below(2)) * 4_000_000_000) }
      if random.below(3) == 0 { body["assignee_id"] = random.one(of: ["1001", "2001", "0", "none"]) }
      if random.below(3) == 0 { body["ticket_attributes"] = attributes() }
      body["admin_id"] = admin()
      return body
    }

    private mutating func reply() -> JSONObject {
      [
        "message_type": random.one(of: ["comment", "note", "quick_reply", "shout"]),
        "type": random.one(of: ["admin", "user"]), "admin_id": admin(), "body": word(), "cross_post": true,
        "intercom_user_id": .string(id("contacts")), "reply_options": [["text": "Yes", "uuid": "1"]],
      ]
    }

    private mutating func newType() -> JSONObject {
      ["ticket_type_id": .string(id("ticket_types")), "ticket_state_id": .string(id("ticket_states"))]
    }

    private mutating func conversion() -> JSONObject {
      ["ticket_type_id": .string(id("ticket_types")), "attributes": attributes()]
    }

    private mutating func attribute() -> JSONObject {
      [
        "name": word(), "description": "",
        "data_type": random.one(of: ["string", "integer", "list", "boolean", "song"]),
        "list_items": "a,b", "required_to_create": .boolean(random.below(9) == 0),
      ]
    }

    private mutating func attributes() -> JSON {
      switch random.below(4) {
      case 0: ["_default_title_": word(), "Affected seats": .integer(Int64(random.below(5)))]
      case 1: ["order": [.string(id("custom_object_instances"))]]
      case 2: [:]
      default: ["_default_title_": word()]
      }
    }

    private mutating func instance() -> JSONObject {
      ["external_id": .string("x\(random.below(6))"), "custom_attributes": ["a": word()]]
    }

    private mutating func message() -> JSONObject {
      [
        "from": ["type": "admin", "id": admin()], "to": ["type": "user", "id": .string(id("contacts"))],
        "message_type": random.one(of: ["in_app", "email", "letter"]), "subject": word(), "body": word(),
        "create_conversation_without_contact_reply": true,
      ]
    }

    private mutating func object() -> String { random.one(of: ["Order", "Order", "Subscription", "Nothing"]) }
    private mutating func admin() -> JSON { random.one(of: ["1001", "1002", 1003, "none"]) }
    private mutating func category() -> JSON { random.one(of: ["Customer", "Back-office", "Tracker", "Lost"]) }
    private mutating func word() -> JSON { random.one(of: ["Soup", "Bread", "Spoon", "", .null, 7]) }
  }

  @Test(
    "whatever is done, the books of tickets and custom objects balance",
    arguments: [(.v2_9, 1), (.v2_12, 2), (.v2_14, 3), (.v2_16, 4), (.preview, 5), (.preview, 6)]
      as [(APIVersion, UInt64)])
  func balance(version: APIVersion, seed: UInt64) throws {
    let town = try Town()
    var desk = Desk(town: town, version: version, random: Seeded(seed))
    for step in 1...1200 {
      let status = desk.act()
      if !(200..<500).contains(status) { Issue.record("\(status) at step \(step)") }
      guard step % 200 == 0 else { continue }
      let faults = Ledger(town: town).faults()
      if !faults.isEmpty {
        Issue.record("after step \(step): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test("the sequences do what they are for: most operations succeed now and then")
  func succeeds() throws {
    let town = try Town()
    var desk = Desk(town: town, version: .preview, random: Seeded(7))
    let before = town.workspace[Tickets.model].all.count
    var fine = 0
    for _ in 1...600 where desk.act() < 300 { fine += 1 }
    #expect(fine > 200)
    #expect(town.workspace[Tickets.model].all.count > before)
  }
}
