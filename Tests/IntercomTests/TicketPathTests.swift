import API
import HTTPTypes
import JSON
import Store
import Testing
@testable import Intercom

/// The same action through a ticket and through its conversation (Documentation.docc/Conversations-and-Tickets.md, "Tickets
/// as conversations").
@Suite struct TicketPathTests {
  private static let user = "65f1a00100000000000000a1"

  /// A request; `{}` in the path is the id of the ticket.
  struct Step: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let body: JSON

    static func reply(to side: String, _ members: JSONObject) -> Step {
      var body: JSONObject = ["body": "Hello"]
      for (name, value) in members { body[name] = value }
      return Step(method: .post, path: "/\(side)/{}/reply", body: .object(body))
    }

    static func manage(_ type: String, _ members: JSONObject = [:]) -> Step {
      var body: JSONObject = ["message_type": .string(type), "type": "admin", "admin_id": "1001"]
      for (name, value) in members { body[name] = value }
      return Step(method: .post, path: "/conversations/{}/parts", body: .object(body))
    }

    static func update(_ members: JSONObject) -> Step {
      var body: JSONObject = ["admin_id": "1001"]
      for (name, value) in members { body[name] = value }
      return Step(method: .put, path: "/tickets/{}", body: .object(body))
    }
  }

  /// An action as a request about the ticket and as a request about the conversation.
  struct Action: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let asTicket: Step
    let asConversation: Step
  }

  /// The state before the action.
  struct Situation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
  }

  private static let comment: JSONObject = ["message_type": "comment", "type": "admin", "admin_id": "1001"]
  private static let answer: JSONObject = [
    "message_type": "comment", "type": "user", "intercom_user_id": .string(user),
  ]
  private static let end: JSON = 1_717_300_000

  private static func replies(_ name: String, _ members: JSONObject) -> Action {
    Action(
      testDescription: name, asTicket: .reply(to: "tickets", members),
      asConversation: .reply(to: "conversations", members))
  }

  private static func with(_ members: JSONObject, in body: JSONObject) -> JSONObject {
    var body = body
    for (name, value) in members { body[name] = value }
    return body
  }

  static let replies: [Action] = [
    replies("comment of a contact", answer),
    replies("dated comment of a contact", with(["created_at": 1_717_200_030], in: answer)),
    replies("comment of a new contact", with(["intercom_user_id": "65f1a00200000000000000a2"], in: answer)),
    replies("comment of an admin", comment),
    replies("dated comment of an admin", with(["created_at": 1_717_200_030], in: comment)),
    replies("comment with a file", with(["attachment_urls": ["https://example.com/a.png"]], in: comment)),
    replies("note", with(["message_type": "note"], in: comment)),
    replies(
      "quick reply",
      with(["message_type": "quick_reply", "reply_options": [["text": "Yes", "uuid": "1"]]], in: comment)),
  ]

  static let changes: [Action] = [
    Action(
      testDescription: "assignment to an admin", asTicket: .update(["assignee_id": "1002"]),
      asConversation: .manage("assignment", ["assignee_id": "1002"])),
    Action(
      testDescription: "assignment to a team", asTicket: .update(["assignee_id": "2001"]),
      asConversation: .manage("assignment", ["assignee_id": "2001", "type": "team"])),
    Action(
      testDescription: "removal of the assignee", asTicket: .update(["assignee_id": "0"]),
      asConversation: .manage("assignment", ["assignee_id": "0"])),
    Action(
      testDescription: "snooze", asTicket: .update(["snoozed_until": end]),
      asConversation: .manage("snoozed", ["snoozed_until": end])),
    Action(
      testDescription: "tag",
      asTicket: Step(method: .post, path: "/tickets/{}/tags", body: ["id": "3001", "admin_id": "1001"]),
      asConversation: Step(method: .post, path: "/conversations/{}/tags", body: ["id": "3001", "admin_id": "1001"])),
    Action(
      testDescription: "removal of a tag",
      asTicket: Step(method: .delete, path: "/tickets/{}/tags/3003", body: ["admin_id": "1001"]),
      asConversation: Step(method: .delete, path: "/conversations/{}/tags/3003", body: ["admin_id": "1001"])),
  ]

  /// Requests that set the present state are no actions: a second close adds a part to a conversation only.
  static let transitions: [(String, Action)] = [
    ("closed", open), ("snoozed", open), ("open", close), ("snoozed", close), ("answered", close),
  ]
  private static let open = Action(
    testDescription: "opening", asTicket: .update(["open": true]), asConversation: .manage("open"))
  private static let close = Action(
    testDescription: "closing", asTicket: .update(["open": false]), asConversation: .manage("close"))

  static let situations: [Situation] = [
    Situation(testDescription: "open", steps: []),
    Situation(testDescription: "answered", steps: [.reply(to: "conversations", answer)]),
    Situation(testDescription: "closed", steps: [.manage("close")]),
    Situation(testDescription: "snoozed", steps: [.manage("snoozed", ["snoozed_until": 1_717_290_000])]),
    Situation(testDescription: "assigned", steps: [.manage("assignment", ["assignee_id": "1003"])]),
  ]

  @Test(arguments: replies + changes, situations)
  func `An action has the same effects through a ticket and its conversation`(
    action: Action, situation: Situation
  ) throws {
    try expectSameEffects(of: action, in: situation)
  }

  @Test func `Opening and closing have the same effects through a ticket and its conversation`() throws {
    for (name, action) in Self.transitions {
      try expectSameEffects(of: action, in: try #require(Self.situations.first { $0.testDescription == name }))
    }
  }

  private func expectSameEffects(of action: Action, in situation: Situation) throws {
    let asTicket = try effects(of: action.asTicket, in: situation)
    let asConversation = try effects(of: action.asConversation, in: situation)
    #expect(asTicket.isEmpty == false)
    for (name, value) in asConversation {
      #expect(asTicket[name] == value, "\(action.testDescription), \(situation.testDescription): \(name)")
    }
  }

  /// What is visible after an action: the members of the conversation and of the ticket, the parts and the contacts.
  private func effects(of step: Step, in situation: Situation) throws -> JSONObject {
    let fixture = try ServerFixture()
    let id = try createTicket(in: fixture)
    for earlier in situation.steps + [step] {
      fixture.advanceClock(bySeconds: 60)
      let path = earlier.path.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: id)
      let answer = fixture.send(earlier.method, to: path, body: earlier.body, version: .v2_16)
      #expect(answer.status == 200, "\(answer.json)")
    }
    #expect(Invariants(fixture: fixture).violations() == [])
    var seen = fixture.send(.get, to: "/conversations/\(id)", version: .v2_16).json.object ?? [:]
    seen["conversation_parts"] = .array(
      (seen["conversation_parts"]?["conversation_parts"]?.array ?? []).map(comparable))
    var ticket = fixture.send(.get, to: "/tickets/\(id)", version: .v2_16).json
    ticket["ticket_parts"] = nil
    seen["ticket record"] = ticket
    for contact in [Self.user, "65f1a00200000000000000a2"] {
      seen[contact] = fixture.send(.get, to: "/contacts/\(contact)", version: .v2_16).json
    }
    return seen
  }

  /// A part without its author: the bot snoozes a ticket.
  private func comparable(_ part: JSON) -> JSON {
    var part = part.object ?? [:]
    part["author"] = nil
    return .object(part)
  }

  /// A ticket with a tag, on which the admin of the actions has written.
  private func createTicket(in fixture: ServerFixture) throws -> String {
    let body: JSON = [
      "ticket_type_id": "55", "contacts": [["id": .string(Self.user)]],
      "ticket_attributes": ["_default_title_": "A", "_default_description_": "B"],
    ]
    let id = try #require(fixture.send(.post, to: "/tickets", body: body).json["id"]?.string)
    fixture.send(
      .post, to: "/tickets/\(id)/reply",
      body: ["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"])
    fixture.send(.post, to: "/tickets/\(id)/tags", body: ["id": "3003", "admin_id": "1001"])
    return id
  }
}
