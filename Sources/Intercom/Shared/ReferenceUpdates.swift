import API
import Store

/// What becomes of calls, messages and tickets when the contact, conversation or company they name goes, or goes into
/// another.
enum Links {
  /// Calls and WhatsApp messages follow a contact that was merged; without a target they forget it.
  static func move(contact id: String, to target: String?, _ call: Call) {
    repoint(Calls.model, "contact_id", from: id, to: target, call)
    repoint(WhatsAppMessages.model, "contact_id", from: id, to: target, call)
  }

  /// Calls and other platforms forget a conversation that was deleted.
  static func forget(conversation id: String, _ call: Call) {
    CustomChannelEvents.forget(conversation: id, call)
    repoint(Calls.model, "conversation_id", from: id, to: nil, call)
    repoint(FinVoice.model, "intercom_conversation_id", from: id, to: nil, call)
  }

  /// Tickets forget a company that was deleted.
  static func forget(company id: String, _ call: Call) {
    repoint(Tickets.model, "company_id", from: id, to: nil, call)
  }

  private static func repoint(_ model: Model, _ field: String, from id: String, to target: String?, _ call: Call) {
    for var record in call.workspace[model].records(in: field, under: id) {
      record[field] = .string(target)
      call.workspace[model].replace(record)
    }
  }
}
