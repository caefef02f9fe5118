import API
import JSON
import Store

/// Conversations and tickets that belong together. Both sides keep the other's id in `linked_ids`.
extension Conversations {
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
