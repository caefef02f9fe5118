import API
import JSON
import Store

extension Tickets {
  /// In the order that was recorded.
  static let fields: [Field] = [
    .type("ticket"),
    .string("id"),
    .string("ticket_id"),
    .object("ticket_attributes").shown(CustomObjectReferences.shown("ticket_attributes", of: .ticket)),
    .derived("ticket_state", state),
    .derived("ticket_type", shownType),
    .derived("contacts", contacts),
    // 0 for nobody.
    .integer("admin_assignee_id", .indexed, initial: 0),
    .integer("team_assignee_id", initial: 0),
    .timestamp("created_at", .ordered),
    .timestamp("updated_at", .ordered),
    .derived("ticket_parts", TicketParts.list),
    .boolean("open", initial: true),
    .timestamp("snoozed_until", .sparse),
    .derived("linked_objects", TicketLinks.list),
    .derived("category") { ticket, call in .string(category(of: ticket, call.workspace)) },
    .boolean("is_shared", initial: false),
    .derived("ticket_state_internal_label") { label("internal_label", of: $0, $1) },
    .derived("ticket_state_external_label") { label("external_label", of: $0, $1) },
    .string("previous_ticket_state_id"),
    .string("ticket_type_id", [.hidden, .indexed]),
    .string("ticket_state_id", [.hidden, .indexed]),
    .array("contact_ids", [.hidden, .indexed]),
    .string("company_id", [.hidden, .indexed]),
    // `{"rating": 5, "remark": "Good"}`: given in the messenger, so that only fixtures and tests write it.
    .object("rating", .hidden, initial: nil),
    // The other side keeps the link, too.
    .array("linked_ids", [.hidden, .indexed]),
  ]

  /// By the number that people see.
  static let numbers = CollectionDefinition.Order("ticket_id") { $0["ticket_id"].string.flatMap { Int64($0) } }

  /// Those that sleep, by the time they wake.
  static let snoozes = CollectionDefinition.Order("snoozed_until") { $0["snoozed_until"].integer }

  /// The next number that people see; it counts apart from the ids.
  static func nextNumber(_ workspace: Workspace) -> String {
    let top = workspace[model].page(ListOrder("ticket_id", descending: true), from: .offset(0), limit: 1).first
    let used = top.flatMap { $0["ticket_id"].string }.flatMap { UInt64($0) } ?? 0
    return String(workspace.ids.next("ticket number", from: used < .max ? used + 1 : used))
  }

  // MARK: Derived

  static func stateRecord(of ticket: Record, _ workspace: Workspace) -> Record? {
    ticket["ticket_state_id"].string.flatMap { workspace[TicketStates.model][$0] }
  }

  private static func state(of ticket: Record, _ call: Call) -> Node? {
    guard let state = stateRecord(of: ticket, call.workspace) else { return .null }
    return call.honours(.showsTicketStates) ? TicketStates.brief(state) : .string(state["category"].string)
  }

  private static func label(_ name: String, of ticket: Record, _ call: Call) -> Node? {
    .string(stateRecord(of: ticket, call.workspace)?[name].string)
  }

  private static func shownType(of ticket: Record, _ call: Call) -> Node? {
    type(of: ticket, call.workspace).map(TicketTypes.shownOnTicket) ?? .null
  }

  static let contactReference = "ticket_contact_reference"

  private static func contacts(of ticket: Record, _ call: Call) -> Node? {
    let contacts = ticket["contact_ids"].strings.compactMap { call.workspace[Contacts.model][$0] }
    return .members([
      "type": "contact.list",
      "contacts": .array(
        contacts.map { contact in
          .shape(
            contactReference,
            [
              "type": "contact", "id": .string(contact.id), "external_id": contact["external_id"].stored ?? .null,
              "role": contact["role"].stored ?? .null,
            ])
        }),
    ])
  }
}
