import API
import JSON
import Store

/// The contacts of a conversation, as requests name them.
enum Participants {
  /// The contact that `intercom_user_id`, `user_id` or `email` names. Throws 404 for one who is not there.
  static func named(_ object: JSONObject, _ call: Call) throws -> Record {
    guard let contact = try find(object, call) else { throw APIError.notFound(Contacts.model) }
    return contact
  }

  /// The same; nil when nobody is there.
  static func find(_ object: JSONObject, _ call: Call) throws -> Record? {
    let contacts = call.workspace[Contacts.model]
    if let id = try call.id("intercom_user_id", in: object) { return contacts[id] }
    if let id = try call.id("user_id", in: object) { return contacts.first(in: "external_id", under: id) }
    if let email = try call.id("email", in: object) {
      return contacts.first(in: "email", under: TextFolding.folded(email))
    }
    throw APIError.parameterMissing("intercom_user_id, user_id or email is a required parameter")
  }
}

extension Conversations {
  static func attachContact(_ call: Call) throws -> Reply {
    var conversation = try named(call)
    guard let customer = call.body["customer"]?.object else {
      throw APIError.parameterMissing("customer is a required parameter")
    }
    let admin = try Admins.named(call.body["admin_id"], call) ?? Admins.actor(call)
    let contact = try Participants.find(customer, call) ?? lead(customer, call)
    let ids = conversation["contact_ids"].strings
    if !ids.contains(contact.id) {
      conversation["contact_ids"] = .strings(ids + [contact.id])
      let part = ConversationParts.new("participant_added", by: .admin(admin), at: call.now)
      ConversationParts.append(part, to: &conversation, call.workspace)
      call.workspace[model].replace(conversation)
    }
    return answer(conversation, call)
  }

  /// Of an address that nobody has, a lead is made.
  private static func lead(_ customer: JSONObject, _ call: Call) throws -> Record {
    guard let email = customer["email"]?.string, email.contains("@"),
      try call.id("intercom_user_id", in: customer) == nil,
      try call.id("user_id", in: customer) == nil
    else { throw APIError.notFound(Contacts.model) }
    let contact = try Contacts.new(["role": "lead", "email": .string(email)], call)
    call.workspace[Contacts.model].insert(contact)
    ContactActivities.record("contact.created", of: contact, call)
    return contact
  }

  static func detachContact(_ call: Call) throws -> Reply {
    var conversation = try named(call)
    let admin = try Admins.named(call.body["admin_id"], call) ?? Admins.actor(call)
    let contact = try Contacts.find(call, "contact_id")
    let ids = conversation["contact_ids"].strings
    guard ids.contains(contact.id) else { throw APIError.notFound(Contacts.model) }
    guard ids.count > 1 else {
      throw APIError(.unprocessableContent, "parameter_invalid", "Removing the last customer is not allowed")
    }
    conversation["contact_ids"] = .strings(ids.filter { $0 != contact.id })
    let part = ConversationParts.new("participant_removed", by: .admin(admin), at: call.now)
    ConversationParts.append(part, to: &conversation, call.workspace)
    call.workspace[model].replace(conversation)
    return answer(conversation, call)
  }

  /// Described as the conversation, shown in examples as `{"customers": [...]}`: both at once, for these two alone.
  static func customers(_ conversation: Record, _ call: Call) -> Node? {
    guard call.operation.path.contains("/customers") else { return nil }
    return .json(
      .array(
        conversation["contact_ids"].strings.map { id in
          ["type": call.workspace[Contacts.model][id]?["role"].stored ?? "user", "id": .string(id)]
        }))
  }
}
