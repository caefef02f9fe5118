import API
import HTTPTypes
import JSON
import Store

/// Custom channel events: a client's own channel notifies Intercom of conversations, messages, quick replies and
/// collected attributes. The API reference and the generated client libraries have these operations; the descriptions
/// do not.
///
/// Unknown: the error messages, and the effect of a repeated event; here it is ignored and gets the same answer.
enum CustomChannelEvents: Resource {
  static let operations: [Operation] = [
    .post("/custom_channel_events/notify_new_conversation", id: "notifyNewConversation", handler: receiveConversation)
      .undocumented,
    .post("/custom_channel_events/notify_new_message", id: "notifyNewMessage", handler: receiveMessage).undocumented,
    .post(
      "/custom_channel_events/notify_quick_reply_selected", id: "notifyQuickReplySelected", handler: receiveQuickReply
    )
    .undocumented,
    .post(
      "/custom_channel_events/notify_attribute_collected", id: "notifyAttributeCollected", handler: receiveAttribute
    )
    .undocumented,
  ]

  /// Maps the external id of a conversation, which is the record's id, to the conversation.
  static let model = Model(
    name: "custom_channel_conversation", collection: "custom_channel_conversations",
    references: [Reference("conversation_id", to: "conversations", onDelete: .cascade)],
    fields: [.string("id"), .string("conversation_id", options: .indexed), .array("event_ids")])

  /// The members that all events share.
  private struct ChannelEvent {
    let id: String
    let externalConversationID: String
    let contact: JSONObject
    let externalContactID: String
  }

  // MARK: Behaviour

  /// Creates the conversation of an external id, unless it exists already.
  static func receiveConversation(in call: Call) throws -> Reply {
    let event = try event(in: call)
    let contact = try contact(for: event, in: call)
    insertIfNew(contact, in: call)
    if let link = call.workspace[model][event.externalConversationID] {
      return reply(link: link, contact: contact, event: event)
    }
    var conversation = Conversations.makeConversation(
      from: Conversations.InitialMessage(author: .contact(contact), contacts: [contact.id], body: "", time: call.now),
      in: call)
    if var source = conversation["source"].record {
      source["body"] = ""
      conversation["source"] = .record(source)
    }
    call.workspace[Conversations.model].insert(conversation)
    Conversations.recordContactTime("last_replied_at", of: [contact.id], at: call.now, in: call.workspace)
    var link = model.blank()
    link["id"] = .string(event.externalConversationID)
    link["conversation_id"] = .string(conversation.id)
    link["event_ids"] = .strings([event.id])
    call.workspace[model].insert(link)
    return reply(link: link, contact: contact, event: event)
  }

  static func receiveMessage(in call: Call) throws -> Reply {
    let body = try call.body.required("body", as: .stringOrInteger)
    return try handleOnce(in: call) { contact, conversation in
      let part = ConversationParts.makePart(type: "comment", by: .contact(contact), body: body, at: call.now)
      Conversations.appendContactReply(part, from: contact, type: "comment", to: &conversation, in: call)
    }
  }

  static func receiveQuickReply(in call: Call) throws -> Reply {
    let option = try call.body.required("quick_reply_option_id", as: .stringOrInteger)
    return try handleOnce(in: call) { contact, conversation in
      var part = ConversationParts.makePart(type: "quick_reply", by: .contact(contact), at: call.now)
      part["metadata"] = .json(["quick_reply_uuid": .string(option)])
      Conversations.appendContactReply(part, from: contact, type: "quick_reply", to: &conversation, in: call)
    }
  }

  /// Writes a conversation attribute, identified by its id or its name.
  static func receiveAttribute(in call: Call) throws -> Reply {
    let attribute = try call.body.required(
      "attribute", as: .object, orThrow: .parameterMissing("attribute is a required parameter"))
    let (id, value) = (try attribute.required("id", as: .stringOrInteger), attribute["value"] ?? .null)
    let known = call.workspace[ConversationAttributes.model][id]
    let name = known?["name"].string ?? id
    return try handleOnce(in: call) { contact, conversation in
      let parts = try ConversationAttributes.write(.object([name: value]), to: &conversation, in: call)
      for part in parts { ConversationParts.append(part, to: &conversation, in: call.workspace) }
    }
  }

  // MARK: Shared

  /// Applies an event to its conversation. An event id that was handled before is ignored.
  private static func handleOnce(
    in call: Call, _ happen: (Record, inout Record) throws -> Void
  ) throws -> Reply {
    let event = try event(in: call)
    guard var link = call.workspace[model][event.externalConversationID],
      var conversation = link["conversation_id"].string.flatMap({ call.workspace[Conversations.model][$0] })
    else { throw APIError.notFound(for: Conversations.model) }
    let contact = try contact(for: event, in: call)
    if link["event_ids"].strings.contains(event.id) {
      insertIfNew(contact, in: call)
      return reply(link: link, contact: contact, event: event)
    }
    try happen(contact, &conversation)
    insertIfNew(contact, in: call)
    if !conversation["contact_ids"].strings.contains(contact.id) {
      conversation["contact_ids"] = .strings(conversation["contact_ids"].strings + [contact.id])
    }
    call.workspace[Conversations.model].replace(conversation)
    Conversations.recordContactTime("last_replied_at", of: [contact.id], at: call.now, in: call.workspace)
    link["event_ids"] = .strings(link["event_ids"].strings + [event.id])
    call.workspace[model].replace(link)
    return reply(link: link, contact: contact, event: event)
  }

  private static func reply(link: Record, contact: Record, event: ChannelEvent) -> Reply {
    .ok(
      .members([
        "external_conversation_id": .string(event.externalConversationID),
        "conversation_id": .string(link["conversation_id"].string),
        "external_contact_id": .string(event.externalContactID), "contact_id": .string(contact.id),
      ]))
  }

  private static func event(in call: Call) throws -> ChannelEvent {
    let contact = try call.body.required(
      "contact", as: .object, orThrow: .parameterMissing("contact is a required parameter"))
    return ChannelEvent(
      id: try call.body.required("event_id", as: .stringOrInteger),
      externalConversationID: try call.body.required("external_conversation_id", as: .stringOrInteger),
      contact: contact, externalContactID: try contact.required("external_id", as: .stringOrInteger))
  }

  /// Returns the contact with the event's external id, or a new one that is not stored yet.
  ///
  /// Throws `parameter_not_found` if a new user has no name or email.
  private static func contact(for event: ChannelEvent, in call: Call) throws -> Record {
    let type = try event.contact.required("type", as: .stringOrInteger)
    guard ["user", "lead"].contains(type) else { throw APIError.parameterInvalid("type must be user or lead") }
    let known = call.workspace[Contacts.model].records(in: "external_id", under: event.externalContactID)
    if let contact = known.first(where: { $0["archived"] != true }) { return contact }
    var body: JSONObject = ["role": .string(type), "external_id": .string(event.externalContactID)]
    for name in ["name", "email"] {
      if type == "user" { _ = try event.contact.required(name, as: .stringOrInteger) }
      if let value = event.contact[name], !value.isNull { body[name] = value }
    }
    return try Contacts.makeContact(from: body, in: call)
  }

  private static func insertIfNew(_ contact: Record, in call: Call) {
    guard call.workspace[Contacts.model][contact.id] == nil else { return }
    call.workspace[Contacts.model].insert(contact)
    ContactActivities.record("contact.created", of: contact, in: call)
  }
}
