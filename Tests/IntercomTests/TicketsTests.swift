import API
import HTTPTypes
import JSON
import Store
import Testing
@testable import Intercom

@Suite struct TicketsTests {
  private let fixture = WorkspaceFixture()

  init() {
    fixture.insert(["id": "1", "name": "Ada", "email": "ada@example.com"], into: Admins.model)
    fixture.insert(["id": "9", "name": "Support"], into: Teams.model)
    fixture.insert(
      ["id": "c1", "role": "user", "external_id": "u1", "email": "iris@example.com"], into: Contacts.model)
    for (id, category) in zip(["11", "12", "13", "14"], TicketStates.categories) {
      fixture.insert(
        [
          "id": .string(id), "category": .string(category), "internal_label": .string(category),
          "external_label": .string(category), "built_in": true,
        ], into: TicketStates.model)
    }
  }

  private func createTicketType(category: String = "Customer") throws -> String {
    let type = try fixture.send(.post, to: "/ticket_types", body: ["name": "Bug", "category": .string(category)])
    return try #require(type["id"]?.string)
  }

  private func createTicket(type: String, members more: JSONObject = [:], version: APIVersion = .preview) throws -> JSON
  {
    var body: JSONObject = ["ticket_type_id": .string(type), "contacts": [["id": "c1"]]]
    for (name, value) in more { body[name] = value }
    return try fixture.send(.post, to: "/tickets", body: body, version: version)
  }

  private func id(of json: JSON) throws -> String {
    try #require(json["id"]?.string)
  }

  private func partTypes(of ticket: JSON) -> [String] {
    (ticket["ticket_parts"]?["ticket_parts"]?.array ?? []).compactMap { $0["part_type"]?.string }
  }

  private func refusal(_ work: () throws -> JSON) -> APIError? {
    do {
      _ = try work()
      return nil
    } catch {
      return error as? APIError
    }
  }

  @Test(arguments: APIVersion.allCases.filter { $0 >= .v2_9 })
  func `A new ticket is submitted, in the format of the version`(version: APIVersion) throws {
    let ticket = try createTicket(type: createTicketType(), members: [:], version: version)
    let state = ticket["ticket_state"]
    #expect((version >= .v2_12 ? state?["category"] : state) == "submitted")
    #expect((ticket["ticket_state_internal_label"] != nil) == (version < .v2_12))
    #expect(ticket["admin_assignee_id"] == (version >= .v2_16 ? 0 : "0"))
    #expect(ticket["ticket_id"] == (version >= .v2_10 ? "1" : nil))
    #expect((ticket["contacts"]?["contacts"]?[0]?["role"] != nil) == (version < .v2_10))
    #expect(partTypes(of: ticket) == ["ticket_state_updated_by_admin"])
  }

  @Test(arguments: [APIVersion.v2_11, .v2_13, .preview]) func `An update reports the changes in the recorded order`(
    version: APIVersion
  ) throws {
    let ticket = try id(of: createTicket(type: createTicketType()))
    var body: JSONObject = [
      "ticket_attributes": ["_default_title_": "Example", "_default_description_": "It broke"],
      "snoozed_until": .integer(fixture.now + 60),
    ]
    if version < .v2_12 { body["state"] = "in_progress" } else { body["ticket_state_id"] = 12 }
    let ids: JSONObject = ["admin_id": "1", "assignee_id": "9"]
    if version < .v2_14 { body["assignment"] = .object(ids) } else { for (name, id) in ids { body[name] = id } }
    let changed = try fixture.send(.put, to: "/tickets/\(ticket)", body: body, version: version)
    #expect(
      partTypes(of: changed) == [
        "ticket_state_updated_by_admin", "ticket_attribute_updated_by_admin", "ticket_attribute_updated_by_admin",
        "ticket_state_updated_by_admin", "assignment", "snoozed",
      ])
    #expect(changed["team_assignee_id"] == (version >= .v2_16 ? 9 : "9"))
    fixture.advanceClock(bySeconds: 60)
    #expect(fixture.runDueTasks())
    let awake = try fixture.send(.get, to: "/tickets/\(ticket)")
    #expect(awake["snoozed_until"] == nil)
    #expect(partTypes(of: awake).last == "timer_unsnooze")
  }

  @Test func `Values are validated against the attributes of the ticket type`() throws {
    let type = try createTicketType()
    let path = "/ticket_types/\(type)/attributes"
    let list = try fixture.send(
      .post, to: path, body: ["name": "Severity", "description": "", "data_type": "list", "list_items": "Low, High"])
    #expect(list["order"] == 2)
    let high = try #require(list["input_options"]?["list_items"]?[1]?["id"])
    #expect(
      try createTicket(type: type, members: ["ticket_attributes": ["Severity": high]])["ticket_attributes"]?["Severity"]
        == high)
    #expect(
      refusal { try createTicket(type: type, members: ["ticket_attributes": ["Severity": "High"]]) }?.code
        == "parameter_invalid")
    let stranger = refusal { try createTicket(type: type, members: ["ticket_attributes": ["Priority": 1]]) }
    #expect(stranger?.message == "Extra attributes provided that are not found on ticket type: Priority")
    try fixture.send(
      .post, to: path, body: ["name": "Seats", "description": "", "data_type": "integer", "required_to_create": true])
    #expect(refusal { try createTicket(type: type) }?.message == "Missing required ticket attributes")
    let search = try fixture.send(
      .post, to: "/tickets/search",
      body: ["query": ["field": .string("ticket_attribute.\(try id(of: list))"), "operator": "=", "value": high]])
    #expect(search["total_count"] == 1)
  }

  @Test func `Changing the type of a ticket within its category keeps the attributes that both types have`() throws {
    let (old, new) = (try createTicketType(), try createTicketType())
    let ticket = try id(of: createTicket(type: old, members: ["ticket_attributes": ["_default_title_": "Kept"]]))
    let path = "/tickets/\(ticket)/change_type"
    let changed = try fixture.send(.post, to: path, body: ["ticket_type_id": .string(new), "ticket_state_id": "14"])
    #expect(changed["ticket_type"]?["id"] == .string(new))
    #expect(changed["ticket_attributes"]?["_default_title_"] == "Kept")
    #expect(changed["previous_ticket_state_id"] == "11")
    let again = refusal {
      try fixture.send(.post, to: path, body: ["ticket_type_id": .string(new), "ticket_state_id": "14"])
    }
    #expect(again?.message == "Cannot change to the same ticket type")
  }

  @Test func `A conversation that is converted to a ticket keeps its id and its tracker`() throws {
    let message = try fixture.send(
      .post, to: "/conversations", body: ["from": ["type": "user", "id": "c1"], "body": "Hello"])
    let conversation = try #require(message["conversation_id"]?.string)
    let tracker = try id(of: createTicket(type: createTicketType(category: "Tracker")))
    let links = "/tickets/\(tracker)/linked_conversations"
    let linked = try fixture.send(.post, to: links, body: ["conversation_id": .string(conversation)])
    #expect(linked["linked_objects"]?["data"]?[0]?["category"] == "Tracker")
    let twice = refusal { try fixture.send(.post, to: links, body: ["conversation_id": .string(conversation)]) }
    #expect(twice?.code == "already_linked_to_tracker")
    let convert = "/conversations/\(conversation)/convert"
    let office = try createTicketType(category: "Back-office")
    let refused = refusal { try fixture.send(.post, to: convert, body: ["ticket_type_id": .string(office)]) }
    #expect(refused?.message == "Ticket type is not a customer ticket type")
    let ticket = try fixture.send(.post, to: convert, body: ["ticket_type_id": .string(try createTicketType())])
    #expect(ticket["id"] == .string(conversation))
    #expect(partTypes(of: ticket) == ["comment", "ticket_state_updated_by_admin"])
    #expect(ticket["linked_objects"]?["data"]?[0]?["id"] == .string(tracker))
    let kept = try fixture.send(.get, to: "/conversations/\(conversation)")
    #expect(kept["ticket"]?["id"] == Int64(conversation).map(JSON.integer))
    #expect(kept["source"]?["body"] == "<p>Hello</p>")
    // The copy of the first message is a part of the ticket only.
    #expect(kept["conversation_parts"]?["total_count"] == 1)
    #expect(kept["statistics"]?["count_conversation_parts"] == 2)
  }

  @Test func `Contacts cannot reply to back-office tickets, admins can write notes`() throws {
    let path = "/tickets/\(try id(of: createTicket(type: createTicketType(category: "Back-office"))))/reply"
    let comment: JSONObject = [
      "message_type": "comment", "type": "user", "intercom_user_id": "c1", "body": "Thanks",
    ]
    #expect(refusal { try fixture.send(.post, to: path, body: comment) }?.code == "parameter_mismatch")
    let note = try fixture.send(.post, to: path, body: ["body": "Look here", "admin_id": 1], version: .v2_9)
    #expect(note["part_type"] == "note")
    #expect(note["body"] == "<p>Look here</p>")
  }

  @Test func `A job contains the created ticket or the error`() throws {
    let body: JSONObject = [
      "ticket_type_id": .string(try createTicketType()), "contacts": [["email": "new@example.com"]],
    ]
    let job = try fixture.send(.post, to: "/tickets/enqueue", body: body)
    #expect(job["status"] == "pending")
    let done = try fixture.send(.get, to: "/jobs/status/\(try id(of: job))")
    #expect(done["status"] == "success")
    let ticket = try #require(done["resource_id"]?.string)
    #expect(try fixture.send(.get, to: "/tickets/\(ticket)")["contacts"]?["contacts"]?.array?.count == 1)
    let failed = try fixture.send(
      .post, to: "/tickets/enqueue",
      body: ["ticket_type_id": body["ticket_type_id"] ?? .null, "contacts": [["id": "nobody"]]])
    #expect(try fixture.send(.get, to: "/jobs/status/\(try id(of: failed))")["status"] == "failed")
  }
}
