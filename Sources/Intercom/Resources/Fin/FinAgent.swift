import API
import HTTPTypes
import JSON
import Store

/// The Fin Agent: an AI agent that another agent starts, asks, replies to and escalates (2.14). Its answers come later, as
/// events; here a deterministic one stands for it, which knows the workspace's articles and what a fixture tells it.
enum FinAgent: Resource {
  static let operations: [Operation] = [
    .post("/fin/start", "startFinConversation", start, .since(.v2_14)),
    .post("/fin/reply", "replyToFin", reply, .since(.v2_14)),
    .post("/fin/csat", "submitFinCsat", FinRatings.submit, .since(.v2_14)),
    .post("/fin/ask", "askFin", ask, .since(.preview)),
    .post("/fin/escalate", "escalateFinConversation", FinEscalations.escalate, .since(.preview)),
    .post("/fin/capabilities", "listFinCapabilities", FinProcedures.capabilities, .since(.preview)),
    .post("/fin/procedures/{procedure_id}/run", "runFinProcedure", FinProcedures.run, .since(.preview)),
    Operation.get("/event-stream", "listenToFin", produces: "text/event-stream", FinStream.stream).beyondDescriptions,
  ]

  static let model = FinConversations.model

  static let models = [FinAnswers.model]

  static let errands = [FinTurn.taking]

  static let known = APIError.parameterInvalid(
    "Fin session already exists for this conversation. Please use /reply to continue the conversation.")

  // MARK: Behaviour

  static func start(_ call: Call) throws -> Reply {
    try begin("conversation", without: "conversation_id is required", call)
  }

  /// One question, one answer.
  static func ask(_ call: Call) throws -> Reply {
    try begin("ask", without: "External Conversation ID is required", call)
  }

  /// A message that came before, with the same time, is taken once only (documented: within five minutes).
  static func reply(_ call: Call) throws -> Reply {
    let request = try FinRequest(call, without: "conversation_id is required")
    let message = try request.required()
    guard var session = call.workspace[model][request.conversation] else { throw FinConversations.notFound }
    let (contact, errors) = try FinUsers.keep(request.user, call)
    guard !FinConversations.isRepeated(message, session, call.now) else {
      return FinConversations.answer(session, errors, call)
    }
    if var conversation = FinConversations.conversation(of: session, call.workspace) {
      var part = ConversationParts.new("comment", by: .contact(contact), body: message.body, at: call.now)
      part["attachments"] = .records(request.attachments)
      if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(call.now) }
      Conversations.noteContactReply(&conversation, at: call.now, call.workspace)
      ConversationParts.append(part, to: &conversation, call.workspace)
      call.workspace[Conversations.model].replace(conversation)
    }
    session["follow_up_questions"] = .boolean(request.asksBack)
    // A conversation that people took over is theirs.
    if session["status"] != "escalated" { FinConversations.think(about: message, &session, call) }
    call.workspace[model].replace(session)
    return FinConversations.answer(session, errors, call)
  }

  /// Unknown: what the service says to a second start; here what it says to a second run of a procedure.
  private static func begin(_ mode: String, without missing: String, _ call: Call) throws -> Reply {
    let request = try FinRequest(call, without: missing)
    let message = try request.required()
    guard call.workspace[model][request.conversation] == nil else { throw known }
    let (contact, errors) = try FinUsers.keep(request.user, call)
    var session = FinConversations.new(request, mode, contact, message.body, by: .contact(contact), call)
    let faults = FinConversations.write(request.attributes, to: session, call)
    session["follow_up_questions"] = .boolean(request.asksBack && mode != "ask")
    FinConversations.think(about: message, &session, call)
    call.workspace[model].insert(session)
    return FinConversations.answer(session, errors.adding(faults), call)
  }
}
