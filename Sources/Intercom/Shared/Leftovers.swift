import API
import Store

/// Calls, messages and tickets outlive the contacts, companies and conversations that they were about: what names those
/// is taken away.
enum Leftovers {
  static func forget(contact id: String, _ call: Call) {
    clear("contact_id", id, in: [Calls.model, WhatsAppMessages.model], call)
    for message in call.workspace[Messages.model].all where message["contact_ids"].strings.contains(id) {
      var changed = message
      changed["contact_ids"] = .strings(message["contact_ids"].strings.filter { $0 != id })
      call.workspace[Messages.model].replace(changed)
    }
  }

  static func forget(conversation id: String, _ call: Call) {
    clear("conversation_id", id, in: [Calls.model, WhatsAppMessages.model], call)
    clear("intercom_conversation_id", id, in: [FinVoice.model], call)
  }

  static func forget(company id: String, _ call: Call) {
    clear("company_id", id, in: [Tickets.model], call)
  }

  private static func clear(_ field: String, _ id: String, in models: [Model], _ call: Call) {
    for model in models {
      for record in call.workspace[model].all where record[field].string == id || record[field].integer == Int64(id) {
        var changed = record
        changed[field] = .null
        call.workspace[model].replace(changed)
      }
    }
  }
}
