import API
import JSON
import Store

extension Tickets {
  /// search.md, 6. Times are matched to the second.
  static let searchFields: [SearchField] = [
    .serial("id"),
    .text("title") { value(TicketTypeAttributes.title, of: $0) },
    .text("description") { value(TicketTypeAttributes.text, of: $0) },
    .linked("category", to: TicketTypes.model, index: "ticket_type_id", categoryName),
    .text("ticket_type_id", index: "ticket_type_id"),
    .members("contact_ids") { id, workspace in workspace[model].rows(in: "contact_ids", under: id) },
    .members("teammate_ids", withTeammate),
    .integer("admin_assignee_id"), .integer("team_assignee_id"),
    .boolean("open"),
    .linked("state", to: TicketStates.model, index: "ticket_state_id") { $0["category"].string },
    .date("created_at"), .date("updated_at"), .date("snoozed_until"),
    .attributes("ticket_attribute", reading: attribute),
  ]

  private static func value(_ name: String, of ticket: Record) -> String? {
    ticket["ticket_attributes"].object?[name]?.string
  }

  /// Queries call the categories otherwise than answers do.
  private static func categoryName(of type: Record) -> String? {
    switch type["category"].string {
    case TicketTypes.customer: "request"
    case TicketTypes.backOffice: "task"
    case TicketTypes.tracker: "tracker"
    default: nil
    }
  }

  /// The tickets that an admin is assigned to or has written on.
  private static func withTeammate(_ id: String, _ workspace: Workspace) -> RowSet {
    let assigned = workspace[model].records(in: "admin_assignee_id", under: id).map(\.id)
    let parts = workspace[TicketParts.model].records(in: "author_admin", under: id)
    return workspace[model].rows(ofIDs: assigned + parts.compactMap { $0["ticket_id"].string })
  }

  /// The value of the attribute with this id: only tickets of its type have one.
  private static func attribute(_ id: String, _ workspace: Workspace) -> SearchField.AttributeReader? {
    guard let definition = workspace[TicketTypeAttributes.model][id], let name = definition["name"].string,
      let type = definition["ticket_type_id"].integer.map(String.init)
    else { return nil }
    return { ticket in
      ticket["ticket_type_id"].string == type ? ticket["ticket_attributes"].object?[name] : nil
    }
  }
}
