import API
import JSON
import Store

/// Identifies the contacts of conversations in requests.
enum Participants {
  /// The contact with the given `intercom_user_id`, `user_id` or `email`. Throws 404 if there is no such contact.
  static func contact(from object: JSONObject, in call: Call) throws -> Record {
    guard let contact = try findContact(from: object, in: call) else { throw APIError.notFound(for: Contacts.model) }
    return contact
  }

  /// The contact with the given `intercom_user_id`, `user_id` or `email`, or nil if there is no such contact.
  ///
  /// Throws `parameter_not_found` without any of them, and 410 for a merged contact in the versions that have it.
  static func findContact(from object: JSONObject, in call: Call) throws -> Record? {
    let contacts = call.workspace[Contacts.model]
    if let id = try object.optional("intercom_user_id", as: .id) {
      return try contacts[id] ?? refuse(ContactMerges.mergedError(id: id, in: call))
    }
    if let id = try object.optional("user_id", as: .id) {
      return try contacts.first(in: "external_id", under: id)
        ?? refuse(ContactMerges.mergedError(externalID: id, in: call))
    }
    if let email = try object.optional("email", as: .id) {
      return contacts.first(in: "email", under: CaseFolding.folded(email))
    }
    throw APIError.parameterMissing("intercom_user_id, user_id or email is a required parameter")
  }

  private static func refuse(_ error: APIError?) throws -> Record? {
    if let error { throw error }
    return nil
  }
}

extension Conversations {
  /// Adds a contact to a conversation. Has no effect if the contact is already a participant.
  static func attachContact(in call: Call) throws -> Reply {
    var conversation = try findConversation(in: call)
    let customer = try call.body.required(
      "customer", as: .object, orThrow: .parameterMissing("customer is a required parameter"))
    let admin = try Admins.adminID(from: call.body["admin_id"], in: call) ?? Admins.actorID(in: call)
    let contact = try Participants.findContact(from: customer, in: call) ?? makeLead(from: customer, in: call)
    let ids = conversation["contact_ids"].strings
    if !ids.contains(contact.id) {
      conversation["contact_ids"] = .strings(ids + [contact.id])
      let part = ConversationParts.makePart(type: "participant_added", by: .admin(admin), at: call.now)
      ConversationParts.append(part, to: &conversation, in: call.workspace)
      call.workspace[model].replace(conversation)
    }
    return makeReply(for: conversation, in: call)
  }

  /// Creates a lead for an unknown email address. Throws 404 if the request identifies the contact by another member.
  private static func makeLead(from customer: JSONObject, in call: Call) throws -> Record {
    guard let email = customer["email"]?.string, email.contains("@"),
      try customer.optional("intercom_user_id", as: .id) == nil,
      try customer.optional("user_id", as: .id) == nil
    else { throw APIError.notFound(for: Contacts.model) }
    let contact = try Contacts.makeContact(from: ["role": "lead", "email": .string(email)], in: call)
    call.workspace[Contacts.model].insert(contact)
    ContactActivities.record("contact.created", of: contact, in: call)
    return contact
  }

  /// Removes a contact from a conversation. Throws 422 for the last one.
  static func detachContact(in call: Call) throws -> Reply {
    var conversation = try findConversation(in: call)
    let admin = try Admins.adminID(from: call.body["admin_id"], in: call) ?? Admins.actorID(in: call)
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let ids = conversation["contact_ids"].strings
    guard ids.contains(contact.id) else { throw APIError.notFound(for: Contacts.model) }
    guard ids.count > 1 else {
      throw APIError(
        status: .unprocessableContent, code: "parameter_invalid", message: "Removing the last customer is not allowed")
    }
    conversation["contact_ids"] = .strings(ids.filter { $0 != contact.id })
    let part = ConversationParts.makePart(type: "participant_removed", by: .admin(admin), at: call.now)
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    call.workspace[model].replace(conversation)
    return makeReply(for: conversation, in: call)
  }

  /// The response is described as the conversation, but the examples show `{"customers": [...]}`. These two operations
  /// return both.
  static func customers(of conversation: Record, in call: Call) -> Node? {
    guard call.operation.path.contains("/customers") else { return nil }
    return .json(
      .array(
        conversation["contact_ids"].strings.map { id in
          ["type": call.workspace[Contacts.model][id]?["role"].json ?? "user", "id": .string(id)]
        }))
  }
}

/// Updates of conversations when their contacts or companies are deleted or merged.
extension Conversations {
  /// Moves a conversation to the target of a merge, which becomes its first contact. The authors of messages follow by
  /// their own references (`Authors.reference`).
  static func reassign(_ conversation: Record, from source: String, to target: String, in call: Call) {
    var changed = conversation
    let others = conversation["contact_ids"].strings.filter { $0 != source && $0 != target }
    changed["contact_ids"] = .strings([target] + others)
    call.workspace[model].replace(changed)
  }

  /// Closes the conversations of a blocked contact (Documentation.docc/People-and-Companies.md, "Contacts").
  /// Unknown: whether tickets are closed, too; here they stay open.
  static func closeAll(of contact: String, in call: Call) {
    let bot = Author.bot(in: call.workspace)
    for conversation in call.workspace[model].records(in: "contact_ids", under: contact) {
      guard conversation["state"] != "closed", !TicketConversations.isTicket(conversation) else { continue }
      var changed = conversation
      let part = close(&changed, by: bot, at: call.now, in: call.workspace)
      ConversationParts.append(part, to: &changed, in: call.workspace)
      call.workspace[model].replace(changed)
    }
  }
}
