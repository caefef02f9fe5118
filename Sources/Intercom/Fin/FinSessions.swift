import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// What Fin is at, by the client's own ids of the conversations. Each stands on a conversation of the workspace.
enum FinSessions {
  static let model = Model(
    name: "fin_conversation", collection: "fin_conversations",
    references: [Reference("conversation_id", to: "conversations")],
    fields: [
      .string("id"), .string("conversation_id", options: .indexed), .string("user_id"),
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
  static func makeSession(
    for request: FinRequest, mode: String, contact: Record, firstMessage body: String, by author: Author, in call: Call
  ) -> Record {
    var conversation = Conversations.makeConversation(
      from: Conversations.InitialMessage(
        author: author, contacts: [contact.id], body: body, attachments: request.attachments, time: call.now), in: call)
    conversation["state"] = "open"
    conversation["ai_agent_participated"] = true
    var agent = ConversationModels.aiAgent.blank()
    agent["source_type"] = "profile"
    agent["source_title"] = "Fin Agent API"
    for name in ["created_at", "updated_at"] { agent[name] = .integer(call.now) }
    conversation["ai_agent"] = .record(agent)
    call.workspace[Conversations.model].insert(conversation)
    var session = model.blank()
    session["id"] = .string(request.conversationID)
    session["conversation_id"] = .string(conversation.id)
    session["user_id"] = .string(request.user.id)
    session["mode"] = .string(mode)
    session["created_at"] = .integer(call.now)
    return session
  }

  /// Fin is asked; what it says comes when the workspace's clock lets it.
  static func scheduleAnswer(to message: FinRequest.Message?, for session: inout Record, in call: Call) {
    session["status"] = "thinking"
    session["question"] = .string(message?.body)
    session["timestamp"] = .string(message?.timestamp)
    session["asked_at"] = .integer(call.now)
    scheduleTurn(of: &session, in: call)
  }

  /// Fin speaks when jobs are done.
  static func scheduleTurn(of session: inout Record, in call: Call) {
    let turn = invalidateTurn(of: &session)
    session["is_next"] = true
    call.schedule(FinTurn.deferredTask, arguments: ["conversation": .string(session.id), "turn": .integer(turn)])
  }

  /// Fin says nothing of what it was still thinking about. Returns the number of the next turn.
  @discardableResult
  static func invalidateTurn(of session: inout Record) -> Int64 {
    let turn = (session["turn"].integer ?? 0) &+ 1
    session["turn"] = .integer(turn)
    session["is_next"] = false
    return turn
  }

  static func isDuplicate(_ message: FinRequest.Message, of session: Record, at now: Int64) -> Bool {
    guard let time = message.timestamp, session["timestamp"].string == time,
      session["question"].string == message.body, let asked = session["asked_at"].integer
    else { return false }
    return now - asked < 300
  }

  static func conversation(of session: Record, in workspace: Workspace) -> Record? {
    workspace[Conversations.model][session["conversation_id"].string ?? ""]
  }

  /// Writes attributes to a session's conversation; those that do not exist are told.
  static func write(_ attributes: JSONObject, to session: Record, in call: Call) -> FinAttributeErrors {
    guard !attributes.isEmpty, var conversation = conversation(of: session, in: call.workspace) else {
      return FinAttributeErrors()
    }
    var errors: JSONObject = [:]
    for (name, value) in attributes {
      do {
        for part in try ConversationAttributes.write(.object([name: value]), to: &conversation, in: call) {
          ConversationParts.append(part, to: &conversation, in: call.workspace)
        }
      } catch {
        let isDefined = ConversationAttributes.definition(named: name, in: call.workspace) != nil
        let reason = (error as? APIError)?.message ?? ""
        errors[name] = .string(isDefined ? reason : "Conversation attribute '\(name)' does not exist")
      }
    }
    call.workspace[Conversations.model].replace(conversation)
    return FinAttributeErrors(conversation: errors)
  }

  // MARK: Answers

  static func reply(for session: Record, errors: FinAttributeErrors, in call: Call) -> Reply {
    .ok(
      .members([
        "conversation_id": .string(session.id), "user_id": .string(session["user_id"].string),
        "procedure_id": session["mode"] == "procedure" ? session["procedure_id"].string.map { .string($0) } : nil,
        "status": .string(session["status"].string),
        "created_at_ms": .string(ISO8601UTC.textWithFraction(milliseconds: call.workspace.clock.milliseconds)),
        "sse_subscription_url": .string(
          FinStream.url(of: session, from: session["events"].array?.count ?? 0, in: call)),
        "errors": errors.node,
      ]))
  }
}

/// What Fin does once it has thought: replies, and where the conversation stands then.
struct FinTurn {
  /// In HTML.
  var replies: [String] = []
  var status = "awaiting_user_reply"
  /// Why it escalates.
  var reason: String?
  /// `ai_answer` or `custom_answer`.
  var answerType: String?
  /// What the answer rests on.
  var sources: [Record] = []

  /// Most events that are kept of a conversation.
  private static let maximumEvents = 2000

  /// Lets Fin speak when its time has come.
  static let deferredTask = DeferredTask(name: "fin.turn", kind: .job) { arguments, call in
    let workspace = call.workspace
    guard var session = workspace[FinSessions.model][arguments["conversation"]?.string ?? ""],
      session["turn"].integer == arguments["turn"]?.integer
    else { return }
    session["is_next"] = false
    let turn =
      session["mode"] == "procedure"
      ? FinProcedures.nextTurn(of: &session, in: workspace, at: call.now)
      : FinKnowledge.nextTurn(of: &session, in: workspace)
    turn.apply(to: &session, in: workspace, at: call.now)
    workspace[FinSessions.model].replace(session)
  }

  /// Writes the replies into the conversation, and the events for whoever listens.
  func apply(to session: inout Record, in workspace: Workspace, at time: Int64) {
    if var conversation = FinSessions.conversation(of: session, in: workspace) {
      for reply in replies {
        var part = ConversationParts.makePart(type: "comment", by: .bot(in: workspace), body: reply, at: time)
        part["from_ai_agent"] = true
        part["is_ai_answer"] = true
        let stored = ConversationParts.append(part, to: &conversation, in: workspace)
        Self.log(replyEvent(for: stored, session: session, at: time), in: &session)
      }
      updateAgent(of: &conversation, at: time)
      workspace[Conversations.model].replace(conversation)
    }
    guard status != "thinking" else { return }
    session["status"] = .string(status)
    for status in status == "escalated" || status == "resolved" ? [status, "complete"] : [status] {
      Self.log(statusEvent(status, session: session, at: time), in: &session)
    }
    // Unknown: when Fin asks for a rating. One is taken from its first word on, and asked for when it is done.
    session["surveyed_at"] = .integer(time)
    if status != "awaiting_user_reply" { Self.log(surveyEvent(for: session, at: time), in: &session) }
  }

  /// What the conversation itself tells of the agent.
  private func updateAgent(of conversation: inout Record, at time: Int64) {
    if !replies.isEmpty { conversation["waiting_since"] = nil }
    if status == "escalated" { conversation["waiting_since"] = .integer(time) }
    guard var agent = conversation["ai_agent"].record else { return }
    if let answerType { agent["last_answer_type"] = .string(answerType) }
    if !sources.isEmpty { agent["sources"] = .records(sources) }
    switch status {
    case "escalated": agent["resolution_state"] = "escalated"
    case "resolved": agent["resolution_state"] = "confirmed_resolution"
    case "complete": agent["resolution_state"] = "assumed_resolution"
    default: break
    }
    agent["updated_at"] = .integer(time)
    conversation["ai_agent"] = .record(agent)
  }

  // MARK: Events

  static func log(_ event: JSONObject, in session: inout Record) {
    session["events"] = .json(.array(((session["events"].array ?? []) + [.object(event)]).suffix(maximumEvents)))
  }

  private static func event(named name: String, for session: Record) -> JSONObject {
    [
      "event_name": .string(name), "conversation_id": .string(session.id),
      "user_id": session["user_id"].json ?? .null,
    ]
  }

  private func replyEvent(for part: Record, session: Record, at time: Int64) -> JSONObject {
    var event = Self.event(named: "fin_replied", for: session)
    let now = JSON.string(ISO8601UTC.textWithFraction(milliseconds: time * 1000))
    event["message"] = [
      "id": .string(part.id), "author": "fin", "body": part["body"].json ?? "", "timestamp_ms": now,
    ]
    event["status"] = "replying"
    event["created_at_ms"] = now
    return event
  }

  private func statusEvent(_ status: String, session: Record, at time: Int64) -> JSONObject {
    var event = Self.event(named: "fin_status_updated", for: session)
    event["status"] = .string(status)
    if status == "escalated", let reason { event["reason"] = .string(reason) }
    event["created_at_ms"] = .string(ISO8601UTC.textWithFraction(milliseconds: time * 1000))
    return event
  }

  private func surveyEvent(for session: Record, at time: Int64) -> JSONObject {
    var event = Self.event(named: "csat_requested", for: session)
    event["csat"] = ["options": .array(FinRatings.options)]
    event["created_at_ms"] = .string(ISO8601UTC.textWithFraction(milliseconds: time * 1000))
    return event
  }
}

/// `GET /event-stream`: what Fin says, as Server-Sent Events, to whoever has the URL that Fin's answers name.
///
/// What there is comes in one piece. A client that holds to the standard comes back for more, from where it was; once
/// Fin has done, 204 tells it to stay away. Unknown: how the service frames events; here each is the documented object.
enum FinStream {
  /// For how long a URL serves, in seconds (documented).
  private static let urlLifetime: Int64 = 180
  /// Milliseconds until a client that wants more comes back.
  private static let retryMilliseconds = 500

  /// Where a session is listened to, from its `first` event on. Only the first turn's URL is documented to look back;
  /// as Fin has mostly spoken before a client can listen, all do.
  static func url(of session: Record, from first: Int, in call: Call) -> String {
    let channel = channel(for: session.id, in: call)
    let pass = StreamToken(token: call.token, channel: channel, offset: first, expiresAt: call.now + urlLifetime)
    return "\(call.baseURL)/event-stream?channels=\(PercentEncoding.encode(channel))&accessToken=\(pass.text)&rewind=2m"
  }

  private static func channel(for id: String, in call: Call) -> String {
    "fin_agent_api:\(WorkspaceProfile.id(in: call)):\(id)"
  }

  static func stream(in call: Call) throws -> Reply {
    guard let pass = call.queryParameter("accessToken").flatMap(StreamToken.init), pass.expiresAt > call.now,
      pass.channel == call.queryParameter("channels"), pass.channel.hasPrefix(channel(for: "", in: call)),
      let session = call.workspace[FinSessions.model][String(pass.channel.dropFirst(channel(for: "", in: call).count))]
    else { throw APIError(status: .unauthorized, code: "unauthorized", message: "Access Token Invalid") }
    let events = session["events"].array ?? []
    let heard = call.headerField("Last-Event-ID").flatMap { Int($0) } ?? -1
    let first = max(pass.offset, heard < events.count ? heard + 1 : 0, 0)
    guard first < events.count || session["is_next"] == true else { return .noContent }
    return Reply(
      status: .ok, headerFields: [HTTPField(name: .cacheControl, value: "no-cache")],
      body: .bytes(Array(text(of: events, from: first).utf8), contentType: "text/event-stream"))
  }

  private static func text(of events: [JSON], from first: Int) -> String {
    var text = "retry: \(retryMilliseconds)\n\n"
    for (place, event) in events.enumerated().dropFirst(first) {
      text += "id: \(place)\nevent: message\ndata: \(event.text)\n\n"
    }
    return text
  }
}
