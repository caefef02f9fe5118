import API
import JSON
import Store

/// What Fin is at, by the client's own ids of the conversations. Each stands on a conversation of the workspace.
enum FinConversations {
  static let model = Model(
    "fin_conversation", collection: "fin_conversations",
    references: [Reference("conversation_id", to: "conversations")],
    [
      .string("id"), .string("conversation_id", .indexed), .string("user_id"),
      .string("status", initial: "thinking", oneOf: statuses),
      .string("mode", initial: "conversation", oneOf: ["conversation", "ask", "procedure"]),
      // What Fin thinks about, and when the client says it was written.
      .string("question"), .string("timestamp"), .timestamp("asked_at"),
      .boolean("follow_up_questions", initial: true), .integer("misses", initial: 0), .string("procedure_id"),
      .integer("step", initial: 0), .timestamp("surveyed_at"), .string("rating"), .string("remark"),
      .timestamp("created_at"),
      // How often Fin was given the word; only the last of these is taken.
      .integer("turn", initial: 0), .boolean("is_next", initial: false),
      // What a client that listens was told, oldest first, in the documented shapes.
      .array("events"),
    ])

  static let statuses = ["thinking", "replying", "awaiting_user_reply", "escalated", "resolved", "complete"]

  static let notFound = APIError.parameterInvalid("Conversation not found")

  // MARK: Life

  /// A session with a conversation of its own, which is stored; the session is not.
  static func new(
    _ request: FinRequest, _ mode: String, _ contact: Record, _ body: String, by author: Author, _ call: Call
  ) -> Record {
    var conversation = Conversations.begin(
      Conversations.Beginning(
        author: author, contacts: [contact.id], body: body, attachments: request.attachments, time: call.now), call)
    conversation["state"] = "open"
    conversation["ai_agent_participated"] = true
    var agent = ConversationModels.aiAgent.blank()
    agent["source_type"] = "profile"
    agent["source_title"] = "Fin Agent API"
    for name in ["created_at", "updated_at"] { agent[name] = .integer(call.now) }
    conversation["ai_agent"] = .record(agent)
    call.workspace[Conversations.model].insert(conversation)
    var session = model.blank()
    session["id"] = .string(request.conversation)
    session["conversation_id"] = .string(conversation.id)
    session["user_id"] = .string(request.user.id)
    session["mode"] = .string(mode)
    session["created_at"] = .integer(call.now)
    return session
  }

  /// Fin is asked; what it says comes when the workspace's clock lets it.
  static func think(about message: FinRequest.Message?, _ session: inout Record, _ call: Call) {
    session["status"] = "thinking"
    session["question"] = .string(message?.body)
    session["timestamp"] = .string(message?.timestamp)
    session["asked_at"] = .integer(call.now)
    giveWord(to: &session, call)
  }

  /// Fin speaks when jobs are done.
  static func giveWord(to session: inout Record, _ call: Call) {
    let turn = takeWord(from: &session)
    session["is_next"] = true
    call.leave(FinTurn.taking, ["conversation": .string(session.id), "turn": .integer(turn)])
  }

  /// Fin says nothing of what it was still thinking about. Returns the number of the next turn.
  @discardableResult
  static func takeWord(from session: inout Record) -> Int64 {
    let turn = (session["turn"].integer ?? 0) &+ 1
    session["turn"] = .integer(turn)
    session["is_next"] = false
    return turn
  }

  static func isRepeated(_ message: FinRequest.Message, _ session: Record, _ now: Int64) -> Bool {
    guard let time = message.timestamp, session["timestamp"].string == time,
      session["question"].string == message.body, let asked = session["asked_at"].integer
    else { return false }
    return now - asked < 300
  }

  static func conversation(of session: Record, _ workspace: Workspace) -> Record? {
    workspace[Conversations.model][session["conversation_id"].string ?? ""]
  }

  /// Writes attributes to a session's conversation; those that do not exist are told.
  static func write(_ attributes: JSONObject, to session: Record, _ call: Call) -> FinAttributeErrors {
    guard !attributes.isEmpty, var conversation = conversation(of: session, call.workspace) else {
      return FinAttributeErrors()
    }
    var errors: JSONObject = [:]
    for (name, value) in attributes {
      do {
        for part in try ConversationAttributes.write(.object([name: value]), to: &conversation, call) {
          ConversationParts.append(part, to: &conversation, call.workspace)
        }
      } catch {
        let isDefined = ConversationAttributes.defined(name, call.workspace) != nil
        let reason = (error as? APIError)?.message ?? ""
        errors[name] = .string(isDefined ? reason : "Conversation attribute '\(name)' does not exist")
      }
    }
    call.workspace[Conversations.model].replace(conversation)
    return FinAttributeErrors(conversation: errors)
  }

  // MARK: Answers

  static func answer(_ session: Record, _ errors: FinAttributeErrors, _ call: Call) -> Reply {
    .ok(
      .members([
        "conversation_id": .string(session.id), "user_id": .string(session["user_id"].string),
        "procedure_id": session["mode"] == "procedure" ? session["procedure_id"].string.map { .string($0) } : nil,
        "status": .string(session["status"].string),
        "created_at_ms": .string(Zulu.milliseconds(call.workspace.clock.milliseconds)),
        "sse_subscription_url": .string(FinStream.url(of: session, from: session["events"].array?.count ?? 0, call)),
        "errors": errors.node,
      ]))
  }
}
