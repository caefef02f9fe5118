import API
import Store

/// Updates calls, messages and tickets when the contact, conversation or company that they refer to is deleted or
/// merged.
enum ReferenceUpdates {
  /// Moves the calls and WhatsApp messages of a contact to `target`; removes the reference if it is nil.
  static func moveReferences(fromContact id: String, to target: String?, in call: Call) {
    replaceReferences(of: PhoneCalls.model, field: "contact_id", from: id, to: target, in: call)
    replaceReferences(of: WhatsAppMessages.model, field: "contact_id", from: id, to: target, in: call)
  }

  /// Removes references to a deleted conversation from calls, custom channels and Fin Voice.
  static func removeReferences(toConversation id: String, in call: Call) {
    CustomChannelEvents.removeLinks(toConversation: id, in: call)
    replaceReferences(of: PhoneCalls.model, field: "conversation_id", from: id, to: nil, in: call)
    replaceReferences(of: FinVoice.model, field: "intercom_conversation_id", from: id, to: nil, in: call)
  }

  /// Removes references to a deleted company from tickets.
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
