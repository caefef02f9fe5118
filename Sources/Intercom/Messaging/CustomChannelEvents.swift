import API
import HTTPTypes
import JSON
import Store

/// Custom channel events: what happens on a platform of the client's own, told so that it happens here, too. The
/// reference and the generated libraries have them, the descriptions do not.
///
/// Unknown: the wordings of refusals, and what an event that comes twice does; here it is answered alike and done once.
enum CustomChannelEvents: Resource {
  static let operations: [Operation] = [
    .post("/custom_channel_events/notify_new_conversation", "notifyNewConversation", begin).beyondDescriptions,
    .post("/custom_channel_events/notify_new_message", "notifyNewMessage", receiveMessage).beyondDescriptions,
    .post("/custom_channel_events/notify_quick_reply_selected", "notifyQuickReplySelected", receiveQuickReply)
      .beyondDescriptions,
    .post("/custom_channel_events/notify_attribute_collected", "notifyAttributeCollected", receiveAttribute)
      .beyondDescriptions,
  ]

  /// Which conversation here is which one there; its id is the one there.
  static let model = Model(
    "custom_channel_conversation", collection: "custom_channel_conversations",
    references: [Reference("conversation_id", to: "conversations")],
    [.string("id"), .string("conversation_id", .indexed), .array("event_ids")])

  /// What every event says.
  private struct Event {
    let id: String
    let conversation: String
    let contact: JSONObject
    let externalContact: String
  }

  // MARK: Behaviour

  static func begin(_ call: Call) throws -> Reply {
    let event = try event(call)
    let contact = try contact(event, call)
    keep(contact, call)
    if let link = call.workspace[model][event.conversation] { return answer(link, contact, event) }
    var conversation = Conversations.begin(
      Conversations.Beginning(author: .contact(contact), contacts: [contact.id], body: "", time: call.now), call)
    if var source = conversation["source"].record {
      source["body"] = ""
      conversation["source"] = .record(source)
    }
    call.workspace[Conversations.model].insert(conversation)
    Conversations.note("last_replied_at", of: [contact.id], at: call.now, call.workspace)
    var link = model.blank()
    link["id"] = .string(event.conversation)
    link["conversation_id"] = .string(conversation.id)
    link["event_ids"] = .strings([event.id])
    call.workspace[model].insert(link)
    return answer(link, contact, event)
  }

  static func receiveMessage(_ call: Call) throws -> Reply {
    let body = try required("body", call.body)
    return try receive(call) { contact, conversation in
      let part = ConversationParts.new("comment", by: .contact(contact), body: body, at: call.now)
      Conversations.accept(part, from: contact, "comment", &conversation, call)
    }
  }

  static func receiveQuickReply(_ call: Call) throws -> Reply {
    let option = try required("quick_reply_option_id", call.body)
    return try receive(call) { contact, conversation in
      var part = ConversationParts.new("quick_reply", by: .contact(contact), at: call.now)
      part["metadata"] = .json(["quick_reply_uuid": .string(option)])
      Conversations.accept(part, from: contact, "quick_reply", &conversation, call)
    }
  }

  /// An attribute of conversations, by its id or its name.
  static func receiveAttribute(_ call: Call) throws -> Reply {
    guard let attribute = call.body["attribute"]?.object else {
      throw APIError.parameterMissing("attribute is a required parameter")
    }
    let (id, value) = (try required("id", attribute), attribute["value"] ?? .null)
    let known = call.workspace[ConversationAttributes.model][id]
    let name = known?["name"].string ?? id
    return try receive(call) { contact, conversation in
      let parts = try ConversationAttributes.write(.object([name: value]), to: &conversation, call)
      for part in parts { ConversationParts.append(part, to: &conversation, call.workspace) }
    }
  }

  // MARK: Shared

  /// Lets something happen in the conversation of an event, once.
  private static func receive(
    _ call: Call, _ happen: (Record, inout Record) throws -> Void
  ) throws -> Reply {
    let event = try event(call)
    guard var link = call.workspace[model][event.conversation],
      var conversation = link["conversation_id"].string.flatMap({ call.workspace[Conversations.model][$0] })
    else { throw APIError.notFound(Conversations.model) }
    let contact = try contact(event, call)
    if link["event_ids"].strings.contains(event.id) {
      keep(contact, call)
      return answer(link, contact, event)
    }
    try happen(contact, &conversation)
    keep(contact, call)
    if !conversation["contact_ids"].strings.contains(contact.id) {
      conversation["contact_ids"] = .strings(conversation["contact_ids"].strings + [contact.id])
    }
    call.workspace[Conversations.model].replace(conversation)
    Conversations.note("last_replied_at", of: [contact.id], at: call.now, call.workspace)
    link["event_ids"] = .strings(link["event_ids"].strings + [event.id])
    call.workspace[model].replace(link)
    return answer(link, contact, event)
  }

  private static func answer(_ link: Record, _ contact: Record, _ event: Event) -> Reply {
    .ok(
      .members([
        "external_conversation_id": .string(event.conversation),
        "conversation_id": .string(link["conversation_id"].string),
        "external_contact_id": .string(event.externalContact), "contact_id": .string(contact.id),
      ]))
  }

  private static func event(_ call: Call) throws -> Event {
    guard let contact = call.body["contact"]?.object else {
      throw APIError.parameterMissing("contact is a required parameter")
    }
    return Event(
      id: try required("event_id", call.body), conversation: try required("external_conversation_id", call.body),
      contact: contact, externalContact: try required("external_id", contact))
  }

  private static func required(_ name: String, _ object: JSONObject) throws -> String {
    guard let json = object[name], !json.isNull, json != "" else {
      throw APIError.parameterMissing("\(name) is a required parameter")
    }
    guard let text = json.string ?? json.integral.map(String.init) else {
      throw APIError.parameterInvalid("\(name) must be a string")
    }
    return text
  }

  /// The contact of an external id; a new one, not yet kept, when there is none. A user needs a name and an address.
  private static func contact(_ event: Event, _ call: Call) throws -> Record {
    let type = try required("type", event.contact)
    guard ["user", "lead"].contains(type) else { throw APIError.parameterInvalid("type must be user or lead") }
    let known = call.workspace[Contacts.model].records(in: "external_id", under: event.externalContact)
    if let contact = known.first(where: { $0["archived"] != true }) { return contact }
    var body: JSONObject = ["role": .string(type), "external_id": .string(event.externalContact)]
    for name in ["name", "email"] {
      if type == "user" { _ = try required(name, event.contact) }
      if let value = event.contact[name], !value.isNull { body[name] = value }
    }
    return try Contacts.new(body, call)
  }

  private static func keep(_ contact: Record, _ call: Call) {
    guard call.workspace[Contacts.model][contact.id] == nil else { return }
    call.workspace[Contacts.model].insert(contact)
    ContactActivities.record("contact.created", of: contact, call)
  }

  /// A conversation that goes away is none any more on the other platform either.
  static func forget(conversation id: String, _ call: Call) {
    for link in call.workspace[model].records(in: "conversation_id", under: id) {
      call.workspace[model].remove(link.id)
    }
  }
}
