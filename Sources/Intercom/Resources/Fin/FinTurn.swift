import API
import JSON
import Store

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
  private static let longestLog = 2000

  /// Lets Fin speak when its time has come.
  static let taking = Errand("fin.turn", .job) { arguments, call in
    let workspace = call.workspace
    guard var session = workspace[FinConversations.model][arguments["conversation"]?.string ?? ""],
      session["turn"].integer == arguments["turn"]?.integer
    else { return }
    session["is_next"] = false
    let turn =
      session["mode"] == "procedure"
      ? FinProcedures.turn(&session, workspace, call.now) : FinKnowledge.turn(&session, workspace)
    turn.perform(&session, workspace, call.now)
    workspace[FinConversations.model].replace(session)
  }

  /// Writes the replies into the conversation, and the events for whoever listens.
  func perform(_ session: inout Record, _ workspace: Workspace, _ time: Int64) {
    if var conversation = FinConversations.conversation(of: session, workspace) {
      for reply in replies {
        var part = ConversationParts.new("comment", by: .bot(workspace), body: reply, at: time)
        part["from_ai_agent"] = true
        part["is_ai_answer"] = true
        let stored = ConversationParts.append(part, to: &conversation, workspace)
        Self.log(replied(stored, session, time), in: &session)
      }
      note(&conversation, time)
      workspace[Conversations.model].replace(conversation)
    }
    guard status != "thinking" else { return }
    session["status"] = .string(status)
    for status in status == "escalated" || status == "resolved" ? [status, "complete"] : [status] {
      Self.log(updated(status, session, time), in: &session)
    }
    // Unknown: when Fin asks for a rating. One is taken from its first word on, and asked for when it is done.
    session["surveyed_at"] = .integer(time)
    if status != "awaiting_user_reply" { Self.log(survey(session, time), in: &session) }
  }

  /// What the conversation itself tells of the agent.
  private func note(_ conversation: inout Record, _ time: Int64) {
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
    session["events"] = .json(.array(((session["events"].array ?? []) + [.object(event)]).suffix(longestLog)))
  }

  private static func event(_ name: String, _ session: Record) -> JSONObject {
    [
      "event_name": .string(name), "conversation_id": .string(session.id),
      "user_id": session["user_id"].stored ?? .null,
    ]
  }

  private func replied(_ part: Record, _ session: Record, _ time: Int64) -> JSONObject {
    var event = Self.event("fin_replied", session)
    let now = JSON.string(Zulu.milliseconds(time * 1000))
    event["message"] = [
      "id": .string(part.id), "author": "fin", "body": part["body"].stored ?? "", "timestamp_ms": now,
    ]
    event["status"] = "replying"
    event["created_at_ms"] = now
    return event
  }

  private func updated(_ status: String, _ session: Record, _ time: Int64) -> JSONObject {
    var event = Self.event("fin_status_updated", session)
    event["status"] = .string(status)
    if status == "escalated", let reason { event["reason"] = .string(reason) }
    event["created_at_ms"] = .string(Zulu.milliseconds(time * 1000))
    return event
  }

  private func survey(_ session: Record, _ time: Int64) -> JSONObject {
    var event = Self.event("csat_requested", session)
    event["csat"] = ["options": .array(FinRatings.options)]
    event["created_at_ms"] = .string(Zulu.milliseconds(time * 1000))
    return event
  }
}
