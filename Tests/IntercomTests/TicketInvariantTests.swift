import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing
@testable import Intercom

/// Long random sequences of requests about tickets, ticket types, custom objects, messages and calls, after which the
/// invariants must hold.
@Suite struct TicketInvariantTests {
  /// Teammates and contacts that send valid and invalid requests in random order.
  private struct RandomTicketActions {
    let fixture: ServerFixture
    let version: APIVersion
    var random: SeededRandom

    mutating func performAction() -> Int {
      let ticket = "/tickets/\(randomID(in: "tickets"))"
      switch random.int(below: 36) {
      case 0...4:
        return send(.post, to: "/tickets\(random.int(below: 4) == 0 ? "/enqueue" : "")", body: newTicketBody())
      case 5...9: return send(.put, to: ticket, body: ticketUpdateBody())
      case 10...13: return send(.post, to: "\(ticket)/reply", body: replyBody())
      case 14:
        return send(
          .post, to: "\(ticket)/tags", body: ["id": .string(randomID(in: "tags")), "admin_id": randomAdminID()])
      case 15: return send(.delete, to: "\(ticket)/tags/\(randomID(in: "tags"))", body: ["admin_id": randomAdminID()])
      case 16, 17:
        return send(
          .post, to: "\(ticket)/linked_conversations", body: ["conversation_id": .string(randomID(in: "conversations"))]
        )
      case 18: return send(.delete, to: "\(ticket)/linked_conversations/\(randomID(in: "conversations"))")
      case 19, 20: return send(.post, to: "\(ticket)/change_type", body: typeChangeBody())
      case 21: return send(.post, to: "/conversations/\(randomID(in: "conversations"))/convert", body: conversionBody())
      case 22: return random.int(below: 2) == 0 ? send(.delete, to: ticket) : send(.get, to: ticket)
      case 23: return send(.delete, to: "/conversations/\(randomID(in: "conversations"))")
      case 24: return send(.delete, to: "/contacts/\(randomID(in: "contacts"))")
      case 25: return send(.delete, to: "/companies/\(randomID(in: "companies"))")
      case 26: return advanceClock()
      default: return performRelatedAction()
      }
    }

    /// Actions on ticket types, custom objects, messages and calls.
    private mutating func performRelatedAction() -> Int {
      let type = "/ticket_types/\(randomID(in: "ticket_types"))"
      switch random.int(below: 12) {
      case 0: return send(.post, to: "/ticket_types", body: ["name": randomText(), "category": randomCategory()])
      case 1:
        return send(.put, to: type, body: ["name": randomText(), "archived": .boolean(random.int(below: 3) == 0)])
      case 2: return send(.post, to: "\(type)/attributes", body: typeAttributeBody())
      case 3:
        return send(
          .put, to: "\(type)/attributes/\(randomID(in: "ticket_type_attributes"))",
          body: ["archived": true, "name": randomText()])
      case 4, 5: return send(.post, to: "/custom_object_instances/\(randomObjectType())", body: instanceBody())
      case 6:
        return send(
          .delete, to: "/custom_object_instances/\(randomObjectType())/\(randomID(in: "custom_object_instances"))")
      case 7:
        let order: JSON = .array([.string(randomID(in: "custom_object_instances"))])
        let owner = random.one(of: ["contacts", "conversations"])
        return send(.put, to: "/\(owner)/\(randomID(in: owner))", body: ["custom_attributes": ["order": order]])
      case 8: return send(.post, to: "/messages", body: messageBody())
      case 9: return send(.post, to: "/fin_voice/register", body: ["phone_number": "+1", "call_id": randomText()])
      case 10:
        return send(
          .post, to: "/calls/search",
          body: ["conversation_ids": [.string(randomID(in: "conversations")), randomText()]])
      default:
        return send(
          .post, to: "/contacts/merge",
          body: ["from": .string(randomID(in: "contacts")), "into": .string(randomID(in: "contacts"))])
      }
    }

    private mutating func advanceClock() -> Int {
      fixture.advanceClock(bySeconds: Int64(random.int(below: 100_000)))
      return send(.get, to: "/conversations")
    }

    private func send(_ method: HTTPRequest.Method, to path: String, body: JSONObject = [:]) -> Int {
      fixture.send(method, to: path, body: .object(body), version: version).status
    }

    // MARK: Bodies

    /// The id of a random record, or occasionally an unknown id.
    private mutating func randomID(in collection: String) -> String {
      let all = fixture.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.int(below: 30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func newTicketBody() -> JSONObject {
      var body: JSONObject = [
        "ticket_type_id": .string(randomID(in: "ticket_types")),
        "contacts": [["id": .string(randomID(in: "contacts"))]],
        "ticket_attributes": ticketAttributes(),
      ]
      if random.int(below: 5) == 0 { body["contacts"] = [["email": .string("n\(random.int(below: 9))@example.com")]] }
      if random.int(below: 4) == 0 { body["conversation_to_link_id"] = .string(randomID(in: "conversations")) }
      if random.int(below: 4) == 0 { body["company_id"] = .string(randomID(in: "companies")) }
      if random.int(below: 4) == 0 {
        body["assignment"] = ["admin_assignee_id": randomAdminID(), "team_assignee_id": "2001"]
      }
      return body
    }

    private mutating func ticketUpdateBody() -> JSONObject {
      var body: JSONObject = [:]
      if random.int(below: 2) == 0 { body["ticket_state_id"] = .string(randomID(in: "ticket_states")) }
      if random.int(below: 2) == 0 { body["state"] = random.one(of: ["resolved", "in_progress", "lost"]) }
      if random.int(below: 3) == 0 { body["open"] = .boolean(random.int(below: 2) == 0) }
      if random.int(below: 3) == 0 { body["snoozed_until"] = .integer(Int64(random.int(below: 2)) * 4_000_000_000) }
      if random.int(below: 3) == 0 { body["assignee_id"] = random.one(of: ["1001", "2001", "0", "none"]) }
      if random.int(below: 3) == 0 { body["ticket_attributes"] = ticketAttributes() }
      body["admin_id"] = randomAdminID()
      return body
    }

    private mutating func replyBody() -> JSONObject {
      [
        "message_type": random.one(of: ["comment", "note", "quick_reply", "shout"]),
        "type": random.one(of: ["admin", "user"]), "admin_id": randomAdminID(), "body": randomText(),
        "cross_post": true,
        "intercom_user_id": .string(randomID(in: "contacts")), "reply_options": [["text": "Yes", "uuid": "1"]],
      ]
    }

    private mutating func typeChangeBody() -> JSONObject {
      [
        "ticket_type_id": .string(randomID(in: "ticket_types")),
        "ticket_state_id": .string(randomID(in: "ticket_states")),
      ]
    }

    private mutating func conversionBody() -> JSONObject {
      ["ticket_type_id": .string(randomID(in: "ticket_types")), "attributes": ticketAttributes()]
    }

    private mutating func typeAttributeBody() -> JSONObject {
      [
        "name": randomText(), "description": "",
        "data_type": random.one(of: ["string", "integer", "list", "boolean", "song"]),
        "list_items": "a,b", "required_to_create": .boolean(random.int(below: 9) == 0),
      ]
    }

    private mutating func ticketAttributes() -> JSON {
      switch random.int(below: 4) {
      case 0: ["_default_title_": randomText(), "Affected seats": .integer(Int64(random.int(below: 5)))]
      case 1: ["order": [.string(randomID(in: "custom_object_instances"))]]
      case 2: [:]
      default: ["_default_title_": randomText()]
      }
    }

    private mutating func instanceBody() -> JSONObject {
      ["external_id": .string("x\(random.int(below: 6))"), "custom_attributes": ["a": randomText()]]
    }

    private mutating func messageBody() -> JSONObject {
      [
        "from": ["type": "admin", "id": randomAdminID()],
        "to": ["type": "user", "id": .string(randomID(in: "contacts"))],
        "message_type": random.one(of: ["in_app", "email", "letter"]), "subject": randomText(), "body": randomText(),
        "create_conversation_without_contact_reply": true,
      ]
    }

    private mutating func randomObjectType() -> String {
      random.one(of: ["Order", "Order", "Subscription", "Nothing"])
    }
    private mutating func randomAdminID() -> JSON { random.one(of: ["1001", "1002", 1003, "none"]) }
    private mutating func randomCategory() -> JSON { random.one(of: ["Customer", "Back-office", "Tracker", "Lost"]) }
    private mutating func randomText() -> JSON { random.one(of: ["Soup", "Bread", "Spoon", "", .null, 7]) }
  }

  @Test(
    arguments: [(.v2_9, 1), (.v2_12, 2), (.v2_14, 3), (.v2_16, 4), (.preview, 5), (.preview, 6)]
      as [(APIVersion, UInt64)]) func `Whatever is done, the books of tickets and custom objects balance`(
      version: APIVersion, seed: UInt64
    ) throws
  {
    let fixture = try ServerFixture()
    var desk = RandomTicketActions(fixture: fixture, version: version, random: SeededRandom(seed: seed))
    for step in 1...1200 {
      let status = desk.performAction()
      if !(200..<500).contains(status) { Issue.record("\(status) at step \(step)") }
      guard step % 200 == 0 else { continue }
      let faults = Invariants(fixture: fixture).violations()
      if !faults.isEmpty {
        Issue.record("after step \(step): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test func `Most operations of the random sequences succeed at least once`() throws {
    let fixture = try ServerFixture()
    var desk = RandomTicketActions(fixture: fixture, version: .preview, random: SeededRandom(seed: 7))
    let before = fixture.workspace[Tickets.model].all.count
    var fine = 0
    for _ in 1...600 where desk.performAction() < 300 { fine += 1 }
    #expect(fine > 200)
    #expect(fixture.workspace[Tickets.model].all.count > before)
  }
}
