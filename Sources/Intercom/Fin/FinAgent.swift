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

/// How a user rates a conversation with Fin, once it has asked for that.
enum FinRatings {
  private static let ratings: [(key: String, emoji: String, label: String)] = [
    ("terrible", "😠", "Terrible"), ("bad", "🙁", "Bad"), ("ok", "😐", "OK"), ("good", "😃", "Good"),
    ("amazing", "🤩", "Amazing"),
  ]

  /// Unknown: for how long a rating may be changed; here for a week after it was asked for.
  private static let window: Int64 = 604_800

  static let options: [JSON] = ratings.map {
    ["key": .string($0.key), "emoji": .string($0.emoji), "label": .string($0.label)]
  }

  /// The same again is no change; a remark locks the rating.
  static func submit(_ call: Call) throws -> Reply {
    guard let id = call.body["conversation_id"].flatMap({ $0.string ?? $0.integral.map(String.init) }),
      var session = call.workspace[FinConversations.model][id]
    else { throw refusal("external_conversation_id", "Conversation not found for the given external_conversation_id") }
    guard let rating = call.body["rating"]?.string, let place = ratings.firstIndex(where: { $0.key == rating }) else {
      throw refusal("rating", "Rating isn't an option")
    }
    let remark = try remark(call)
    let isRepeated = session["rating"].string == rating && (remark == nil || remark == session["remark"].string)
    if !isRepeated {
      try check(session, call.now)
      session["rating"] = .string(rating)
      if let remark { session["remark"] = .string(remark) }
      call.workspace[FinConversations.model].replace(session)
      write(place + 1, remark, session, call)
    }
    return .ok(.members(["conversation_id": .string(id), "rating": .string(rating), "status": "rated"]))
  }

  private static func check(_ session: Record, _ now: Int64) throws {
    guard session["remark"].isEmpty else {
      throw refusal("base", "This rating can no longer be changed because a remark has already been submitted")
    }
    guard let asked = session["surveyed_at"].integer else {
      throw refusal("base", "No rating survey found for this conversation")
    }
    guard now - asked <= window else {
      throw refusal("base", "The rating window for this conversation has closed")
    }
  }

  private static func write(_ rating: Int, _ remark: String?, _ session: Record, _ call: Call) {
    guard var conversation = FinConversations.conversation(of: session, call.workspace),
      var agent = conversation["ai_agent"].record
    else { return }
    agent["rating"] = .integer(rating)
    if let remark { agent["rating_remark"] = .string(remark) }
    agent["updated_at"] = .integer(call.now)
    conversation["ai_agent"] = .record(agent)
    conversation["updated_at"] = .integer(call.now)
    call.workspace[Conversations.model].replace(conversation)
  }

  private static func remark(_ call: Call) throws -> String? {
    guard let json = call.body["remark"], !json.isNull, json != "" else { return nil }
    guard let text = json.string else { throw refusal("remark", "Remark must be a string") }
    return text
  }

  /// These refusals have a form of their own: no type, one message a field.
  private static func refusal(_ field: String, _ message: String) -> APIError {
    APIError(
      .unprocessableContent, field, message, envelope: .raw(["errors": .object([field: .string(message)])]))
  }
}
