import API
import JSON
import Store

/// Handing a conversation over to people: a new one in the inbox carries what they need to know as a note.
enum FinEscalations {
  private static let firstMessage = "Requesting human support"

  static func escalate(_ call: Call) throws -> Reply {
    let (message, context) = (try text("message", call), try text("context", call))
    if let id = try call.id("conversation_id") {
      guard let session = call.workspace[FinConversations.model][id] else { throw FinConversations.notFound }
      return handOver(session, context, call)
    }
    guard let json = call.body["user"], !json.isNull else {
      throw APIError.parameterInvalid("Either conversation_id or user must be provided")
    }
    let (contact, _) = try FinUsers.keep(try FinRequest.user(call), call)
    let id = open(contact, message ?? firstMessage, notes: [context], call)
    return .ok(.members(["intercom_conversation_id": .string(id), "status": "escalated"]))
  }

  /// The conversation itself stays where it is, and is marked as escalated.
  private static func handOver(_ found: Record, _ context: String?, _ call: Call) -> Reply {
    var session = found
    FinConversations.takeWord(from: &session)
    FinTurn(status: "escalated", reason: "Escalation requested by user").perform(&session, call.workspace, call.now)
    call.workspace[FinConversations.model].replace(session)
    if let conversation = FinConversations.conversation(of: session, call.workspace),
      let contact = conversation["contact_ids"].strings.first.flatMap({ call.workspace[Contacts.model][$0] })
    {
      _ = open(contact, firstMessage, notes: [summary(of: conversation, call), context], call)
    }
    return .ok(
      .members([
        "conversation_id": .string(session.id), "status": "escalated",
        "sse_subscription_url": .string(FinStream.url(of: session, from: found["events"].array?.count ?? 0, call)),
      ]))
  }

  private static func open(_ contact: Record, _ message: String, notes: [String?], _ call: Call) -> String {
    var conversation = Conversations.begin(
      Conversations.Beginning(author: .contact(contact), contacts: [contact.id], body: message, time: call.now), call)
    for note in notes.compactMap(\.self) where !note.isEmpty {
      let part = ConversationParts.new("note", by: .bot(call.workspace), body: note, at: call.now)
      ConversationParts.append(part, to: &conversation, call.workspace)
    }
    call.workspace[Conversations.model].insert(conversation)
    return conversation.id
  }

  /// What was said so far, a line each.
  private static func summary(of conversation: Record, _ call: Call) -> String {
    let first = conversation["source"].record?["body"].string.map { "User: \(PlainText.of($0))" }
    let parts = ConversationParts.of(conversation.id, call.workspace).compactMap { part -> String? in
      guard part["part_type"] == "comment", let body = part["body"].string else { return nil }
      return "\(Authors.of(part).isContact ? "User" : "Fin"): \(PlainText.of(body))"
    }
    return ([first].compactMap(\.self) + parts).map { "<p>\($0)</p>" }.joined()
  }

  private static func text(_ name: String, _ call: Call) throws -> String? {
    guard let text = try FinRequest.text(name, call.body) else { return nil }
    guard text.count <= FinRequest.longestText else {
      throw APIError.parameterInvalid("\(name) cannot be longer than \(FinRequest.longestText) characters")
    }
    return text
  }
}
