import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// The Fin sessions, identified by the client's conversation ids. Each session belongs to one conversation of the
/// workspace.
enum FinSessions {
  static let model = Model(
    name: "fin_conversation", collection: "fin_conversations",
    references: [
      Reference("conversation_id", to: "conversations", onDelete: .cascade),
      Reference("procedure_id", to: "procedures", isChecked: false),
    ],
    fields: [
      .string("id"), .string("conversation_id", options: .indexed), .string("user_id"),
      .string("status", initial: "thinking", oneOf: statuses),
      .string("mode", initial: "conversation", oneOf: ["conversation", "ask", "procedure"]),
      // Fin's current question, and the timestamp that the client gave it.
      .string("question"), .string("timestamp"), .timestamp("asked_at"),
      .boolean("follow_up_questions", initial: true), .integer("misses", initial: 0), .string("procedure_id"),
      .integer("step", initial: 0), .timestamp("surveyed_at"), .string("rating"), .string("remark"),
      .timestamp("created_at"),
      // Number of turns scheduled or invalidated so far. Only the turn with the latest number is performed.
      .integer("turn", initial: 0), .boolean("is_next", initial: false),
      // The events sent to listening clients, oldest first, in the documented shapes.
      .array("events"),
    ])

  static let statuses = ["thinking", "replying", "awaiting_user_reply", "escalated", "resolved", "complete"]

  static let notFound = APIError.parameterInvalid("Conversation not found")

  // MARK: Lifecycle

  /// Creates a Fin session and the conversation it belongs to.
  ///
  /// The conversation is inserted into the workspace; the caller inserts the session.
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

  /// Records a question and schedules Fin's answer on the workspace clock.
  static func scheduleAnswer(to message: FinRequest.Message?, for session: inout Record, in call: Call) {
    session["status"] = "thinking"
    session["question"] = .string(message?.body)
    session["timestamp"] = .string(message?.timestamp)
    session["asked_at"] = .integer(call.now)
    scheduleTurn(of: &session, in: call)
  }

  /// Schedules Fin's next turn with the other jobs.
  static func scheduleTurn(of session: inout Record, in call: Call) {
    let turn = invalidateTurn(of: &session)
    session["is_next"] = true
    call.schedule(FinTurn.deferredTask, arguments: ["conversation": .string(session.id), "turn": .integer(turn)])
  }

  /// Cancels the pending turn of a session. Returns the number of the next turn.
  @discardableResult
  static func invalidateTurn(of session: inout Record) -> Int64 {
    let turn = (session["turn"].integer ?? 0) &+ 1
    session["turn"] = .integer(turn)
    session["is_next"] = false
    return turn
  }

  /// Whether the message repeats the last question, with the same timestamp and within five minutes (documented).
  static func isDuplicate(_ message: FinRequest.Message, of session: Record, at now: Int64) -> Bool {
    guard let time = message.timestamp, session["timestamp"].string == time,
      session["question"].string == message.body, let askedAt = session["asked_at"].integer
    else { return false }
    return now - askedAt < 300
  }

  static func conversation(of session: Record, in workspace: Workspace) -> Record? {
    workspace[Conversations.model][session["conversation_id"].string ?? ""]
  }

  /// Writes attributes to a session's conversation. Attributes that cannot be written are returned as errors.
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

  // MARK: Responses

  /// The response that all operations on a session share.
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

/// One turn of Fin: its replies, and the status of the session afterwards.
struct FinTurn {
  /// The replies, in HTML.
  var replies: [String] = []
  var status = "awaiting_user_reply"
  /// The reason of an escalation.
  var reason: String?
  /// `ai_answer` or `custom_answer`.
  var answerType: String?
  /// The sources of the answer.
  var sources: [Record] = []

  /// The maximum number of events stored per session; the oldest are dropped.
  private static let maximumEvents = 2000

  /// Performs a scheduled turn.
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

  /// Writes the replies to the conversation, and the events for listening clients.
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
    // Unknown: when Fin asks for a rating. Here one is accepted after the first turn, and requested at the end.
    session["surveyed_at"] = .integer(time)
    if status != "awaiting_user_reply" { Self.log(surveyEvent(for: session, at: time), in: &session) }
  }

  /// Updates the AI agent members of the conversation.
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

  /// Appends an event, and drops the oldest beyond the maximum.
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

/// `GET /event-stream`: the events of a session as Server-Sent Events, for the URL in Fin's responses.
///
/// A response contains the stored events and ends. A client that follows the standard reconnects with the last event
/// id; once the session has no pending turn, 204 stops it from reconnecting.
/// Unknown: how the service frames events; here each event is the documented object.
enum FinStream {
  /// Lifetime of a URL in seconds (documented).
  private static let urlLifetime: Int64 = 180
  /// Milliseconds until a client reconnects.
  private static let retryMilliseconds = 500

  /// The URL of a session's events, starting with event number `first`.
  ///
  /// Only the first turn's URL is documented to replay earlier events. Here every URL does, because Fin has usually
  /// replied before a client can connect.
  static func url(of session: Record, from first: Int, in call: Call) -> String {
    let channel = channel(for: session.id, in: call)
    let token = StreamToken(token: call.token, channel: channel, offset: first, expiresAt: call.now + urlLifetime)
    let query = "channels=\(PercentEncoding.encode(channel))&accessToken=\(token.text)&rewind=2m"
    return "\(call.baseURL)/event-stream?\(query)"
  }

  private static func channel(for id: String, in call: Call) -> String {
    "fin_agent_api:\(WorkspaceProfile.id(in: call)):\(id)"
  }

  /// Returns the events after `Last-Event-ID`. Throws 401 if the token is invalid or has expired.
  static func stream(in call: Call) throws -> Reply {
    guard let token = call.queryParameter("accessToken").flatMap(StreamToken.init), token.expiresAt > call.now,
      token.channel == call.queryParameter("channels"), token.channel.hasPrefix(channel(for: "", in: call)),
      let session = call.workspace[FinSessions.model][String(token.channel.dropFirst(channel(for: "", in: call).count))]
    else { throw APIError(status: .unauthorized, code: "unauthorized", message: "Access Token Invalid") }
    let events = session["events"].array ?? []
    let lastEventID = call.headerField("Last-Event-ID").flatMap { Int($0) } ?? -1
    let first = max(token.offset, lastEventID < events.count ? lastEventID + 1 : 0, 0)
    guard first < events.count || session["is_next"] == true else { return .noContent }
    return Reply(
      status: .ok, headerFields: [HTTPField(name: .cacheControl, value: "no-cache")],
      body: .bytes(Array(text(of: events, from: first).utf8), contentType: "text/event-stream"))
  }

  private static func text(of events: [JSON], from first: Int) -> String {
    var text = "retry: \(retryMilliseconds)\n\n"
    for (index, event) in events.enumerated().dropFirst(first) {
      text += "id: \(index)\nevent: message\ndata: \(event.text)\n\n"
    }
    return text
  }
}
