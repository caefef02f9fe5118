import API
import Store

/// What becomes of calls, messages and tickets when the contact, conversation or company they name goes, or goes into
/// another.
enum ReferenceUpdates {
  /// Calls and WhatsApp messages follow a contact that was merged; without a target they forget it.
  static func moveReferences(fromContact id: String, to target: String?, in call: Call) {
    replaceReferences(of: PhoneCalls.model, field: "contact_id", from: id, to: target, in: call)
    replaceReferences(of: WhatsAppMessages.model, field: "contact_id", from: id, to: target, in: call)
  }

  /// Calls and other platforms forget a conversation that was deleted.
  static func removeReferences(toConversation id: String, in call: Call) {
    CustomChannelEvents.removeLinks(toConversation: id, in: call)
    replaceReferences(of: PhoneCalls.model, field: "conversation_id", from: id, to: nil, in: call)
    replaceReferences(of: FinVoice.model, field: "intercom_conversation_id", from: id, to: nil, in: call)
  }

  /// Tickets forget a company that was deleted.
  static func removeReferences(toCompany id: String, in call: Call) {
    replaceReferences(of: Tickets.model, field: "company_id", from: id, to: nil, in: call)
  }

  private static func replaceReferences(
    of model: Model, field: String, from id: String, to target: String?, in call: Call
  ) {
    for var record in call.workspace[model].records(in: field, under: id) {
      record[field] = .string(target)
      call.workspace[model].replace(record)
    }
  }
}
