import API
import JSON
import Store

extension Messages {
  /// A message of a contact opens a conversation at once; nothing else is kept of it.
  static func receive(_ from: JSONObject, _ call: Call) throws -> Reply {
    let contact = try MessageRecipients.contact(from, "from", call)
    guard let body = try text("body", call) else { throw APIError.parameterInvalid("Body is required") }
    var beginning = Conversations.Beginning(
      author: .contact(contact), contacts: [contact.id], body: body, time: try time("created_at", call) ?? call.now)
    beginning.subject = try text("subject", call) ?? ""
    // The page that the contact wrote from.
    beginning.url = try text("referer", call)
    let conversation = Conversations.begin(beginning, call)
    call.workspace[Conversations.model].insert(conversation)
    return .ok(
      .members([
        "type": "user_message", "id": (conversation["source"].record?["id"].stored).map(Node.json),
        "created_at": .json(.integer(beginning.time)), "body": .string(body), "message_type": "inapp",
        "conversation_id": .string(conversation.id),
      ]))
  }

  /// The id of a conversation that is there before its contacts answer. Its source is the message, by which one finds
  /// the conversation.
  static func open(_ message: Record, as kind: MessageKind, _ contacts: [Record], _ call: Call) -> String {
    var beginning = Conversations.Beginning(
      author: .admin(message["admin_id"].string ?? ""), contacts: contacts.map(\.id),
      body: message["body"].string ?? "", time: message["created_at"].integer ?? call.now)
    beginning.deliveredAs = "admin_initiated"
    switch kind {
    case .email:
      beginning.type = "email"
      beginning.subject = message["subject"].string ?? ""
    case .whatsapp, .sms: beginning.type = kind.rawValue
    case .inapp: break
    }
    var conversation = Conversations.begin(beginning, call)
    if var source = conversation["source"].record, !message["id"].isEmpty {
      source["id"] = message["id"]
      conversation["source"] = .record(source)
    }
    call.workspace[Conversations.model].insert(conversation)
    return conversation.id
  }
}
