import API
import JSON
import Store

/// Ticket states: four that every workspace has and every type uses, and those that it made for some types.
enum TicketStates: Resource {
  static let operations: [Operation] = [
    .get("/ticket_states", "listTicketStates", list, .since(.v2_12))
  ]

  static let model = Model(
    "ticket_state_detailed", collection: "ticket_states", ids: .sequence(from: 1),
    references: [Reference("ticket_type_ids", to: "ticket_types")],
    [
      .type("ticket_state"), .string("id"), .string("category", oneOf: categories), .string("internal_label"),
      .string("external_label"), .derived("ticket_types", types), .boolean("archived", initial: false),
      // Whether it is one of the four that serve every type.
      .boolean("built_in", .hidden, initial: false),
      .array("ticket_type_ids", .hidden),
    ])

  static let categories = [submitted, "in_progress", "waiting_on_customer", "resolved"]
  static let submitted = "submitted"

  // MARK: Shared

  /// Whether tickets of a type can be in a state.
  static func serves(_ state: Record, _ type: String) -> Bool {
    state["built_in"] == true || state["ticket_type_ids"].strings.contains(type)
  }

  /// The state that tickets of a type begin in.
  static func first(for type: Record, _ call: Call) throws -> Record {
    try builtIn(submitted, for: type, call)
  }

  /// The state of a category that the service gives to a type.
  static func builtIn(_ category: String, for type: Record, _ call: Call) throws -> Record {
    let states = usable(for: type, call).filter { $0["category"].string == category }
    guard let state = states.first(where: { $0["built_in"] == true }) ?? states.first else {
      throw Tickets.invalidState
    }
    return state
  }

  /// The states that a ticket of a type can be put in.
  static func usable(for type: Record, _ call: Call) -> [Record] {
    call.workspace[model].all.filter { $0["archived"] != true && serves($0, type.id) }
  }

  /// A state as tickets and types show it.
  static func brief(_ state: Record) -> Node {
    .json(
      .object([
        "type": "ticket_state", "id": .string(state.id), "category": state["category"].stored ?? .null,
        "internal_label": state["internal_label"].stored ?? .null,
        "external_label": state["external_label"].stored ?? .null,
      ]))
  }

  /// The `ticket_states` of a type.
  static func list(of type: Record, _ call: Call) -> Node? {
    .members(["type": "list", "data": .array(usable(for: type, call).map(brief))])
  }

  private static func types(of state: Record, _ call: Call) -> Node? {
    TicketTypes.shownOnState(call.workspace[TicketTypes.model].all.filter { serves(state, $0.id) })
  }
}
