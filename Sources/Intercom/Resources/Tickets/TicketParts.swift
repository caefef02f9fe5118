import API
import JSON
import Store

/// Ticket parts: what happened on a ticket, oldest first.
enum TicketParts {
  static let model = Model(
    "ticket_part", collection: "ticket_parts", ids: .sequence(from: 1), sequence: "conversation_part",
    references: [Reference("ticket_id", to: "tickets")], indexes: [adminIndex],
    [
      .type("ticket_part"), .string("id"), .string("part_type"), .string("body", .sparse),
      .string("ticket_state", .sparse, oneOf: TicketStates.categories),
      .string("previous_ticket_state", .sparse, oneOf: TicketStates.categories),
      .derived(stateNow, state), .timestamp("created_at"), .timestamp("updated_at"),
      .object("assigned_to", .sparse, initial: nil),
      .derived("author", author), .models("attachments", Attachments.model), .string("external_id", .sparse),
      .boolean("redacted", initial: false), .string("app_package_code", .sparse),
      .object("updated_attribute_data", .sparse, initial: nil), .object("translations", .sparse, initial: nil),
      .string("ticket_id", [.hidden, .indexed]),
    ] + Authors.fields)

  /// What an admin wrote or did.
  private static let adminIndex = CollectionDefinition.Index("author_admin") { part in
    part["author_type"] == "admin" ? part["author_id"].string.map { [$0] } ?? [] : []
  }

  /// Most parts that a ticket shows: the newest.
  private static let limit = 500

  /// The parts of a ticket, first to last.
  static func of(_ ticket: String, _ workspace: Workspace) -> [Record] {
    workspace[model].records(in: "ticket_id", under: ticket)
  }

  /// The `ticket_parts` of a ticket.
  static func list(of ticket: Record, _ call: Call) -> Node? {
    var parts = of(ticket.id, call.workspace)
    if !call.honours(.ticketsTakeReplies) { parts = parts.filter { !Authors.of($0).isContact } }
    parts = parts.suffix(limit)
    return .members([
      "type": "ticket_part.list", "ticket_parts": .records(parts), "total_count": .integer(parts.count),
    ])
  }

  /// What 2.11 alone requires of every part: a body, if only null, and the state of the ticket.
  static let stateNow = "ticket_state_now"

  static let completed: VersionChange.Rewriting = { part in
    guard let state = part[stateNow] else { return part }
    var part = part
    part[stateNow] = nil
    part["ticket_state"] = part["ticket_state"] ?? state
    part["body"] = part["body"] ?? .null
    return part
  }

  /// Not of the part that a reply answers with.
  private static func state(of part: Record, _ call: Call) -> Node? {
    guard call.operation.name != "replyTicket" else { return nil }
    guard let ticket = part["ticket_id"].string.flatMap({ call.workspace[Tickets.model][$0] }) else { return .null }
    return .string(Tickets.stateRecord(of: ticket, call.workspace)?["category"].string)
  }

  /// A part that is not stored yet.
  static func new(_ type: String, by author: Author, body: String? = nil, at time: Int64) -> Record {
    var part = model.blank()
    part["part_type"] = .string(type)
    if let body { part["body"] = .string(HTML.paragraphs(body)) }
    part["created_at"] = .integer(time)
    part["updated_at"] = .integer(time)
    Authors.write(author, to: &part)
    return part
  }

  /// Stores a part at the end of a ticket.
  @discardableResult
  static func append(_ part: Record, to ticket: String, _ workspace: Workspace) -> Record {
    var part = part
    part["id"] = .json(workspace.nextID(for: model))
    part["ticket_id"] = .string(ticket)
    workspace[model].insert(part)
    return part
  }

  /// Leads write as users: the description knows no other contacts.
  private static func author(of part: Record, _ call: Call) -> Node? {
    var object = Authors.object(Authors.of(part), call)
    if object["type"] == "lead" { object["type"] = "user" }
    return .json(.object(object))
  }
}
