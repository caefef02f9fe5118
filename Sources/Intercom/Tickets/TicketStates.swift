import API
import JSON
import Store

/// Ticket states: four built-in states that every type uses, and states that a workspace defines for some types.
enum TicketStates: Resource {
  static let operations: [Operation] = [
    .get("/ticket_states", id: "listTicketStates", handler: list, available: .since(.v2_12))
  ]

  static let model = Model(
    name: "ticket_state_detailed", collection: "ticket_states", ids: .sequence(from: 1),
    references: [Reference("ticket_type_ids", to: "ticket_types")],
    fields: [
      .type("ticket_state"), .string("id"), .string("category", oneOf: categories), .string("internal_label"),
      .string("external_label"), .derived("ticket_types", from: types), .boolean("archived", initial: false),
      // Whether it is one of the four states that every type uses.
      .boolean("built_in", options: .hidden, initial: false),
      .array("ticket_type_ids", options: .hidden),
    ])

  static let categories = [submitted, "in_progress", "waiting_on_customer", "resolved"]
  static let submitted = "submitted"

  // MARK: Shared

  /// Whether tickets of a type can have a state.
  static func isUsable(_ state: Record, forType type: String) -> Bool {
    state["built_in"] == true || state["ticket_type_ids"].strings.contains(type)
  }

  /// The initial state of tickets of a type. Throws `ticket_state_id_invalid` if there is none.
  static func initialState(for type: Record, in call: Call) throws -> Record {
    try defaultState(category: submitted, for: type, in: call)
  }

  /// The state of a category for a type, preferably built in. Throws `ticket_state_id_invalid` if there is none.
  static func defaultState(category: String, for type: Record, in call: Call) throws -> Record {
    let states = usableStates(for: type, in: call).filter { $0["category"].string == category }
    guard let state = states.first(where: { $0["built_in"] == true }) ?? states.first else {
      throw Tickets.invalidState
    }
    return state
  }

  /// The states that tickets of a type can have, without archived ones.
  static func usableStates(for type: Record, in call: Call) -> [Record] {
    call.workspace[model].all.filter { $0["archived"] != true && isUsable($0, forType: type.id) }
  }

  /// A state in the form that tickets and types show.
  static func summary(of state: Record) -> Node {
    .json(
      .object([
        "type": "ticket_state", "id": .string(state.id), "category": state["category"].json ?? .null,
        "internal_label": state["internal_label"].json ?? .null,
        "external_label": state["external_label"].json ?? .null,
      ]))
  }

  /// The `ticket_states` of a type.
  static func list(of type: Record, in call: Call) -> Node? {
    .members(["type": "list", "data": .array(usableStates(for: type, in: call).map(summary))])
  }

  private static func types(of state: Record, in call: Call) -> Node? {
    TicketTypes.nodeForState(of: call.workspace[TicketTypes.model].all.filter { isUsable(state, forType: $0.id) })
  }
}
