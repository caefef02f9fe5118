import API
import JSON
import Store

/// Ticket types: which kinds of tickets a workspace has, and what each of them asks (state-machine.md, 6).
enum TicketTypes: Resource {
  static let operations: [Operation] = [
    .get("/ticket_types", "listTicketTypes", list, .since(.v2_9)),
    .post("/ticket_types", "createTicketType", takes: "create_ticket_type_request", create, .since(.v2_9)),
    .get("/ticket_types/{id}", "getTicketType", retrieve, .since(.v2_9)),
    .put("/ticket_types/{id}", "updateTicketType", takes: "update_ticket_type_request", update, .since(.v2_9)),
  ]

  static let model = Model(
    "ticket_type", collection: "ticket_types", ids: .sequence(from: 1),
    own + [.derived("ticket_states", TicketStates.list)])

  /// As a ticket shows it: without the states (recorded).
  private static let ofTicket = Model(
    "ticket_type", own)

  /// As a ticket state shows it: the type alone (recorded).
  private static let ofState = Model(
    "ticket_type", opening + [.boolean("archived"), isInternal, category])

  static let models = [ofTicket, ofState]

  private static let opening: [Field] = [
    .type("ticket_type"), .string("id"), .string("name", [.writable, .required]),
    .string("description", .writable, initial: ""), .string("icon", .writable, initial: "🎟️"),
  ]

  private static let own: [Field] =
    opening + [
      .written("workspace_id", Profile.writeID), .boolean("archived", .writable, initial: false),
      .timestamp("created_at"), .timestamp("updated_at"), isInternal,
      .derived("ticket_type_attributes", TicketTypeAttributes.list), category,
    ]

  private static let isInternal = Field.boolean("is_internal", .writable, initial: false)

  private static let category = Field.string(
    "category", .writable, initial: "Customer", oneOf: [customer, backOffice, tracker])

  static let customer = "Customer"
  static let backOffice = "Back-office"
  static let tracker = "Tracker"

  static let listing = Listing.whole()

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    var body = try told(call.body)
    body["archived"] = nil
    // Before there were categories, a type was internal or not.
    if body["category"] == nil, body["is_internal"] == true { body["category"] = .string(backOffice) }
    let type = try model.make(from: body, call)
    call.workspace[model].insert(type)
    TicketTypeAttributes.addDefaults(to: type, call)
    return .ok(type)
  }

  static func update(_ call: Call) throws -> Reply {
    var type = try call.find(model)
    try model.write(try told(call.body), to: &type, call)
    call.workspace[model].replace(type)
    return .ok(type)
  }

  /// The members of a body that say something: null says nothing, and a name says something or is refused.
  static func told(_ body: JSONObject) throws -> JSONObject {
    if body["name"] == "" { throw APIError.parameterInvalid("name must not be empty") }
    var told = body
    told.removeAll { $0.value.isNull }
    return told
  }

  // MARK: Shared

  static func shownOnTicket(_ type: Record) -> Node {
    .record(ofTicket.copy(of: type))
  }

  static func shownOnState(_ types: [Record]) -> Node {
    .members(["type": "list", "data": .records(types.map(ofState.copy))])
  }
}
