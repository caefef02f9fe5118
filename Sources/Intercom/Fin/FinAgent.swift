import API
import HTTPTypes
import JSON
import Store

/// The Fin Agent API: another agent starts Fin conversations, asks questions, replies and escalates (2.14). Fin answers
/// asynchronously with events.
///
/// Here Fin is deterministic: it answers from the workspace's articles and from the answers that a fixture defines.
enum FinAgent: Resource {
  static let operations: [Operation] = [
    .post("/fin/start", id: "startFinConversation", handler: start, available: .since(.v2_14)),
    .post("/fin/reply", id: "replyToFin", handler: reply, available: .since(.v2_14)),
    .post("/fin/csat", id: "submitFinCsat", handler: FinRatings.submit, available: .since(.v2_14)),
    .post("/fin/ask", id: "askFin", handler: ask, available: .since(.preview)),
    .post(
      "/fin/escalate", id: "escalateFinConversation", handler: FinEscalations.escalate, available: .since(.preview)),
    .post(
      "/fin/capabilities", id: "listFinCapabilities", handler: FinProcedures.listCapabilities,
      available: .since(.preview)),
    .post(
      "/fin/procedures/{procedure_id}/run", id: "runFinProcedure", handler: FinProcedures.run,
      available: .since(.preview)),
    Operation.get(
      "/event-stream", id: "listenToFin", produces: "text/event-stream", kind: .stream, handler: FinStream.stream
    )
    .undocumented,
  ]

  static let model = FinSessions.model

  static let models = [FinAnswers.model]

  static let deferredTasks = [FinTurn.deferredTask]

  static let sessionExists = APIError.parameterInvalid(
    "Fin session already exists for this conversation. Please use /reply to continue the conversation.")

  // MARK: Behaviour

  static func start(in call: Call) throws -> Reply {
    try beginSession(mode: "conversation", missingIDMessage: "conversation_id is required", in: call)
  }

  /// Starts a session in which Fin answers one question and completes.
  static func ask(in call: Call) throws -> Reply {
    try beginSession(mode: "ask", missingIDMessage: "External Conversation ID is required", in: call)
  }

  /// Adds a user's message to a session and schedules Fin's answer. A repeated message with the same timestamp is
  /// ignored (documented: within five minutes).
  static func reply(in call: Call) throws -> Reply {
    let request = try FinRequest(in: call, missingIDMessage: "conversation_id is required")
    let message = try request.requireMessage()
    guard var session = call.workspace[model][request.conversationID] else { throw FinSessions.notFound }
    let (contact, errors) = try FinUsers.upsert(request.user, in: call)
    guard !FinSessions.isDuplicate(message, of: session, at: call.now) else {
      return FinSessions.reply(for: session, errors: errors, in: call)
    }
    if var conversation = FinSessions.conversation(of: session, in: call.workspace) {
      var part = ConversationParts.makePart(type: "comment", by: .contact(contact), body: message.body, at: call.now)
      part["attachments"] = .records(request.attachments)
      if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(call.now) }
      Conversations.recordContactReply(to: &conversation, at: call.now, in: call.workspace)
      ConversationParts.append(part, to: &conversation, in: call.workspace)
      call.workspace[Conversations.model].replace(conversation)
    }
    session["follow_up_questions"] = .boolean(request.allowsFollowUpQuestions)
    // Fin does not answer in a conversation that a teammate has taken over.
    if session["status"] != "escalated" { FinSessions.scheduleAnswer(to: message, for: &session, in: call) }
    call.workspace[model].replace(session)
    return FinSessions.reply(for: session, errors: errors, in: call)
  }

  /// Starts a session, its conversation and Fin's first answer.
  ///
  /// Unknown: the answer to a second start for one conversation; here the documented error of a second procedure run.
  private static func beginSession(mode: String, missingIDMessage missing: String, in call: Call) throws -> Reply {
    let request = try FinRequest(in: call, missingIDMessage: missing)
    let message = try request.requireMessage()
    guard call.workspace[model][request.conversationID] == nil else { throw sessionExists }
    let (contact, errors) = try FinUsers.upsert(request.user, in: call)
    var session = FinSessions.makeSession(
      for: request, mode: mode, contact: contact, firstMessage: message.body, by: .contact(contact), in: call)
    let attributeErrors = FinSessions.write(request.attributes, to: session, in: call)
    session["follow_up_questions"] = .boolean(request.allowsFollowUpQuestions && mode != "ask")
    FinSessions.scheduleAnswer(to: message, for: &session, in: call)
    call.workspace[model].insert(session)
    return FinSessions.reply(for: session, errors: errors.merging(attributeErrors), in: call)
  }
}

/// Escalates a conversation to teammates: creates a new conversation in the inbox, with the context as a note.
enum FinEscalations {
  private static let defaultMessage = "Requesting human support"

  /// Escalates the given conversation, or opens a new one for the given user.
  static func escalate(in call: Call) throws -> Reply {
    let (message, context) = (try limitedText("message", in: call), try limitedText("context", in: call))
    if let id = try call.body.optional("conversation_id", as: .id) {
      guard let session = call.workspace[FinSessions.model][id] else { throw FinSessions.notFound }
      return handOver(session, context: context, in: call)
    }
    _ = try call.body.required(
      "user", as: .any, missing: .parameterInvalid("Either conversation_id or user must be provided"))
    let (contact, _) = try FinUsers.upsert(try FinRequest.user(in: call), in: call)
    let id = openConversation(for: contact, message: message ?? defaultMessage, notes: [context], in: call)
    return .ok(.members(["intercom_conversation_id": .string(id), "status": "escalated"]))
  }

  /// Marks the session as escalated and opens a new conversation for the teammates.
  private static func handOver(_ found: Record, context: String?, in call: Call) -> Reply {
    var session = found
    FinSessions.invalidateTurn(of: &session)
    FinTurn(status: "escalated", reason: "Escalation requested by user").apply(
      to: &session, in: call.workspace, at: call.now)
    call.workspace[FinSessions.model].replace(session)
    if let conversation = FinSessions.conversation(of: session, in: call.workspace),
      let contact = conversation["contact_ids"].strings.first.flatMap({ call.workspace[Contacts.model][$0] })
    {
      _ = openConversation(
        for: contact, message: defaultMessage, notes: [summary(of: conversation, in: call), context], in: call)
    }
    return .ok(
      .members([
        "conversation_id": .string(session.id), "status": "escalated",
        "sse_subscription_url": .string(FinStream.url(of: session, from: found["events"].array?.count ?? 0, in: call)),
      ]))
  }

  private static func openConversation(for contact: Record, message: String, notes: [String?], in call: Call) -> String
  {
    var conversation = Conversations.makeConversation(
      from: Conversations.InitialMessage(
        author: .contact(contact), contacts: [contact.id], body: message, time: call.now), in: call)
    for note in notes.compactMap(\.self) where !note.isEmpty {
      let part = ConversationParts.makePart(type: "note", by: .bot(in: call.workspace), body: note, at: call.now)
      ConversationParts.append(part, to: &conversation, in: call.workspace)
    }
    call.workspace[Conversations.model].insert(conversation)
    return conversation.id
  }

  /// Renders the conversation so far as one HTML paragraph per message.
  private static func summary(of conversation: Record, in call: Call) -> String {
    let first = conversation["source"].record?["body"].string.map { "User: \(PlainText.text(from: $0))" }
    let parts = TicketConversations.parts(of: conversation, in: call.workspace).compactMap { part -> String? in
      guard part["part_type"] == "comment", let body = part["body"].string else { return nil }
      return "\(Authors.author(of: part).isContact ? "User" : "Fin"): \(PlainText.text(from: body))"
    }
    return ([first].compactMap(\.self) + parts).map { "<p>\($0)</p>" }.joined()
  }

  private static func limitedText(_ name: String, in call: Call) throws -> String? {
    guard let text = try call.body.optional(name, as: .string) else { return nil }
    guard text.count <= FinRequest.maximumTextLength else {
      throw APIError.parameterInvalid("\(name) cannot be longer than \(FinRequest.maximumTextLength) characters")
    }
    return text
  }
}

/// The user's rating of a Fin conversation, once Fin has requested one.
enum FinRatings {
  private static let ratings: [(key: String, emoji: String, label: String)] = [
    ("terrible", "😠", "Terrible"), ("bad", "🙁", "Bad"), ("ok", "😐", "OK"), ("good", "😃", "Good"),
    ("amazing", "🤩", "Amazing"),
  ]

  /// Period in seconds after the survey in which a rating may be changed. Unknown: the service's period; here one week.
  private static let ratingPeriod: Int64 = 604_800

  static let options: [JSON] = ratings.map {
    ["key": .string($0.key), "emoji": .string($0.emoji), "label": .string($0.label)]
  }

  /// Stores a rating. Repeating the same rating has no effect; a remark makes the rating final.
  static func submit(in call: Call) throws -> Reply {
    guard let id = call.body["conversation_id"]?.asID,
      var session = call.workspace[FinSessions.model][id]
    else {
      throw validationError(
        for: "external_conversation_id", message: "Conversation not found for the given external_conversation_id")
    }
    guard let rating = call.body["rating"]?.string, let index = ratings.firstIndex(where: { $0.key == rating }) else {
      throw validationError(for: "rating", message: "Rating isn't an option")
    }
    let remark = try call.body.optional(
      "remark", as: .nonEmptyString, invalid: validationError(for: "remark", message: "Remark must be a string"))
    let isRepeated = session["rating"].string == rating && (remark == nil || remark == session["remark"].string)
    if !isRepeated {
      try requireRatable(session, at: call.now)
      session["rating"] = .string(rating)
      if let remark { session["remark"] = .string(remark) }
      call.workspace[FinSessions.model].replace(session)
      write(index + 1, remark: remark, to: session, in: call)
    }
    return .ok(.members(["conversation_id": .string(id), "rating": .string(rating), "status": "rated"]))
  }

  private static func requireRatable(_ session: Record, at now: Int64) throws {
    guard session["remark"].isEmpty else {
      throw validationError(
        for: "base", message: "This rating can no longer be changed because a remark has already been submitted")
    }
    guard let surveyTime = session["surveyed_at"].integer else {
      throw validationError(for: "base", message: "No rating survey found for this conversation")
    }
    guard now - surveyTime <= ratingPeriod else {
      throw validationError(for: "base", message: "The rating window for this conversation has closed")
    }
  }

  private static func write(_ rating: Int, remark: String?, to session: Record, in call: Call) {
    guard var conversation = FinSessions.conversation(of: session, in: call.workspace),
      var agent = conversation["ai_agent"].record
    else { return }
    agent["rating"] = .integer(rating)
    if let remark { agent["rating_remark"] = .string(remark) }
    agent["updated_at"] = .integer(call.now)
    conversation["ai_agent"] = .record(agent)
    conversation["updated_at"] = .integer(call.now)
    call.workspace[Conversations.model].replace(conversation)
  }

  /// An error in the format of this operation only: an `errors` object with one message per field, without `type`.
  private static func validationError(for field: String, message: String) -> APIError {
    APIError(
      status: .unprocessableContent, code: field, message: message,
      envelope: .raw(["errors": .object([field: .string(message)])]))
  }
}
