import API
import JSON
import Store

/// Conversations and tickets that belong together. Both sides keep the other's id in `linked_ids`.
extension Conversations {
  /// Most linked objects that are shown.
  private static let limit = 1000

  /// The tickets of a conversation are in the collection `tickets`; any other id is a conversation's.
  static func linkedObjects(_ conversation: Record, _ call: Call) -> Node? {
    let ids = conversation["linked_ids"].strings
    let links = ids.prefix(limit).map { id -> JSON in
      let ticket = call.workspace.collection(named: "tickets")?[id]
      return [
        "type": ticket == nil ? "conversation" : "ticket", "id": .string(id),
        "category": ticket.map { category(of: $0, call.workspace) } ?? .null,
      ]
    }
    return .json([
      "type": "list", "data": .array(Array(links)), "total_count": .integer(Int64(ids.count)),
      "has_more": .boolean(ids.count > limit),
    ])
  }

  private static func category(of ticket: Record, _ workspace: Workspace) -> JSON {
    let type = ticket["ticket_type_id"].string ?? ticket["ticket_type_id"].integer.map(String.init)
    return type.flatMap { workspace.collection(named: "ticket_types")?[$0] }?["category"].stored ?? .null
  }

  /// A conversation that became a ticket is no conversation any more, so this is always null.
  static func ticket(_ conversation: Record, _ call: Call) -> Node? {
    .null
  }

  /// Lets a conversation know of a linked ticket or conversation; a conversation that is not there is passed over.
  static func link(_ id: String, to conversation: String, _ workspace: Workspace) {
    guard var record = workspace[model][conversation], !record["linked_ids"].strings.contains(id) else { return }
    record["linked_ids"] = .strings(record["linked_ids"].strings + [id])
    workspace[model].replace(record)
  }

  static func unlink(_ conversation: String, from id: String, _ workspace: Workspace) {
    guard var record = workspace[model][conversation] else { return }
    record["linked_ids"] = .strings(record["linked_ids"].strings.filter { $0 != id })
    workspace[model].replace(record)
  }
}
