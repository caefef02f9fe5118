import API
import JSON
import Store

/// Procedures that Fin runs when it is told to, step by step.
enum FinProcedures {
  // MARK: What Fin can do

  /// Procedures that may be run for a user, and what may always be done.
  static func capabilities(_ call: Call) throws -> Reply {
    let (contact, _) = try FinUsers.keep(try FinRequest.user(call), call)
    let runnable = call.workspace[Procedures.model].all.filter { Procedures.isRunnable($0, for: contact) }
    let procedures = runnable.map { procedure in
      Node.members([
        "type": "procedure", "id": .string(procedure.id), "name": .string(procedure["name"].string),
        "description": .string(procedure["description"].string),
        "endpoint": .string("/fin/procedures/\(procedure.id)/run"), "method": "POST",
      ])
    }
    return .ok(
      .members([
        "version": .string(call.plan.version.name),
        "capabilities": .array(
          procedures + [
            action("reply", "Reply to a Fin conversation that is under way."),
            action("ask", "Ask Fin one question that stands by itself."),
          ]),
      ]))
  }

  private static func action(_ type: String, _ description: String) -> Node {
    .members([
      "type": .string(type), "description": .string(description), "endpoint": .string("/fin/\(type)"), "method": "POST",
    ])
  }

  // MARK: Running

  /// Unknown: whether a conversation that Fin has without a procedure counts as one that exists; here it may still run one.
  static func run(_ call: Call) throws -> Reply {
    guard let procedure = call.workspace[Procedures.model][call.parameter("procedure_id")] else {
      throw APIError.parameterInvalid("Procedure not found")
    }
    guard procedure["state"] == "live" else { throw APIError.parameterInvalid("Procedure is not live") }
    guard procedure["api_trigger"] == true else {
      throw APIError.parameterInvalid("Procedure does not have an API trigger")
    }
    try Feature.finProfile.demand(call)
    let request = try FinRequest(call, without: "External Conversation ID is required")
    let known = call.workspace[FinConversations.model][request.conversation]
    guard known?["mode"] != "procedure" else { throw FinAgent.known }
    let (contact, errors) = try FinUsers.keep(request.user, call)
    var session = known ?? new(request, contact, call)
    session["mode"] = "procedure"
    session["procedure_id"] = .string(procedure.id)
    let faults = FinConversations.write(request.attributes, to: session, call)
    FinConversations.think(about: request.message, &session, call)
    call.workspace[FinConversations.model].insert(session)
    return FinConversations.answer(session, errors.adding(faults), call)
  }

  private static func new(_ request: FinRequest, _ contact: Record, _ call: Call) -> Record {
    let isUser = request.message?.author == "user"
    return FinConversations.new(
      request, "procedure", contact, request.message?.body ?? "",
      by: isUser ? .contact(contact) : .bot(call.workspace), call)
  }

  /// Goes through the steps until one waits for someone, or there are no more.
  static func turn(_ session: inout Record, _ workspace: Workspace, _ time: Int64) -> FinTurn {
    let steps = workspace[Procedures.model][session["procedure_id"].string ?? ""]?["steps"].array ?? []
    var turn = FinTurn(answerType: "custom_answer")
    var place = Int(clamping: session["step"].integer ?? 0)
    while place < steps.count, place >= 0 {
      let step = steps[place]
      place += 1
      session["step"] = .integer(place)
      if let body = step["body"]?.string { turn.replies.append(HTML.paragraphs(body)) }
      switch step["type"]?.string {
      case "question": return turn
      case "agent_input":
        Procedures.wait(step, session, workspace, time)
        turn.status = "thinking"
        return turn
      case "escalate":
        turn.status = "escalated"
        turn.reason = step["reason"]?.string ?? "Escalation rule matched"
        return turn
      default: continue
      }
    }
    turn.status = "complete"
    return turn
  }
}
