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
