import API
import JSON
import Store

/// What happens to conversations when their contacts or companies go.
extension Conversations {
  /// A contact that is deleted leaves its conversations; what it wrote stays.
  static func forget(contact id: String, _ call: Call) {
    for conversation in call.workspace[model].records(in: "contact_ids", under: id) {
      var changed = conversation
      changed["contact_ids"] = .strings(conversation["contact_ids"].strings.filter { $0 != id })
      call.workspace[model].replace(changed)
    }
  }

  static func forget(company id: String, _ call: Call) {
    for conversation in call.workspace[model].records(in: "company_id", under: id) {
      var changed = conversation
      changed["company_id"] = .null
      call.workspace[model].replace(changed)
    }
  }

  /// The conversations of a contact that is merged into another are the other's, and so is what it wrote in them.
  static func move(from source: String, to target: String, _ call: Call) {
    for conversation in call.workspace[model].records(in: "contact_ids", under: source) {
      var changed = conversation
      let others = conversation["contact_ids"].strings.filter { $0 != source && $0 != target }
      changed["contact_ids"] = .strings([target] + others)
      if var message = changed["source"].record, rename(source, target, &message) {
        changed["source"] = .record(message)
      }
      call.workspace[model].replace(changed)
      for part in ConversationParts.of(conversation.id, call.workspace) {
        var part = part
        if rename(source, target, &part) { call.workspace[ConversationParts.model].replace(part) }
      }
    }
  }

  private static func rename(_ source: String, _ target: String, _ message: inout Record) -> Bool {
    guard message["author_id"].string == source else { return false }
    Authors.write(Author(type: "user", id: target), to: &message)
    return true
  }

  /// Blocking a contact closes its conversations (state-machine.md, 3).
  static func closeAll(of contact: String, _ call: Call) {
    let bot = Author.bot(call.workspace)
    for conversation in call.workspace[model].records(in: "contact_ids", under: contact) {
      guard conversation["state"] != "closed" else { continue }
      var changed = conversation
      close(&changed, by: bot, at: call.now, call.workspace)
      ConversationParts.append(ConversationParts.new("close", by: bot, at: call.now), to: &changed, call.workspace)
      call.workspace[model].replace(changed)
    }
  }
}
