import API
import HTTPTypes
import JSON
import Store

/// Procedures: scripts of steps that Fin performs, some of which wait for a teammate (Preview). The API cannot create
/// them.
enum Procedures: Resource {
  static let operations: [Operation] = [
    .post(
      "/procedures/{conversation_id}/collect_agent_input", id: "collectProcedureAgentInput", handler: collectInput,
      available: .since(.preview))
  ]

  static let model = Model(
    name: "procedure", collection: "procedures", ids: .sequence(from: 1),
    references: [Reference("segment_ids", to: "segments")],
    fields: [
      .string("id"), .string("name"), .string("description"),
      .string("state", initial: "draft", oneOf: ["draft", "live"]), .boolean("api_trigger", initial: false),
      // The segments that the procedure is limited to; empty means all users.
      .array("segment_ids"),
      // Each step has a type (`message`, `question`, `agent_input` or `escalate`), and `body`, `attributes` or
      // `reason`.
      .array("steps"),
    ])

  /// A step in one conversation that waits for a teammate's input.
  static let runs = Model(
    name: "procedure_run", collection: "procedure_runs", ids: .uuid,
    references: [
      Reference("conversation_id", to: "conversations", onDelete: .cascade),
      Reference("procedure_id", to: "procedures"),
    ],
    fields: [
      .string("id"), .string("procedure_id"), .string("conversation_id", options: .indexed), .string("step_id"),
      .array("attributes_to_collect"),
      .string("status", initial: "waiting", oneOf: ["waiting", "fulfilled"]), .array("values"),
      .timestamp("created_at"), .timestamp("expires_at"),
    ])

  static let models = [runs]

  /// Seconds that a step waits for input. Unknown: the service's period.
  private static let inputLifetime: Int64 = 86_400

  /// Whether the API may run the procedure for a contact.
  static func isRunnable(_ procedure: Record, for contact: Record) -> Bool {
    let segments = procedure["segment_ids"].strings
    return procedure["state"] == "live" && procedure["api_trigger"] == true
      && (segments.isEmpty || !Set(segments).isDisjoint(with: contact["segment_ids"].strings))
  }

  // MARK: Waiting for input

  /// Stores a run that waits for the attributes of a step.
  static func insertRun(for step: JSON, session: Record, in workspace: Workspace, at time: Int64) {
    var run = runs.blank()
    run["id"] = .string(workspace.ids.uuid())
    run["procedure_id"] = session["procedure_id"]
    run["conversation_id"] = session["conversation_id"]
    run["step_id"] = .string(step["id"]?.string ?? workspace.ids.uuid())
    run["attributes_to_collect"] = .json(.array(step["attributes"]?.array ?? []))
    run["created_at"] = .integer(time)
    run["expires_at"] = .integer(time + inputLifetime)
    workspace[runs].insert(run)
  }

  /// Stores the teammate's input and resumes the procedure.
  static func collectInput(in call: Call) throws -> Reply {
    try PlanFeature.procedureInput.require(in: call)
    let waiting = call.workspace[runs].records(in: "conversation_id", under: call.pathParameter("conversation_id"))
    guard !waiting.isEmpty else { throw APIError.resourceNotFound }
    let step = try call.body.required("step_id", as: .string)
    guard var run = waiting.last(where: { $0["step_id"].string == step }) else { throw APIError.resourceNotFound }
    let values = try values(for: run, in: call)
    guard run["status"] == "waiting" else { throw APIError.conflict("This HITL request has already been fulfilled") }
    guard call.now < run["expires_at"].integer ?? .max else {
      throw APIError(status: .notFound, code: "not_found", message: "This HITL request has expired")
    }
    run["status"] = "fulfilled"
    run["values"] = .json(.array(values))
    call.workspace[runs].replace(run)
    resume(run, in: call)
    return .ok(.json([:]))
  }

  private static func resume(_ run: Record, in call: Call) {
    let sessions = call.workspace[FinSessions.model].records(
      in: "conversation_id", under: run["conversation_id"].string ?? "")
    for var session in sessions where session["procedure_id"] == run["procedure_id"] {
      FinSessions.scheduleTurn(of: &session, in: call)
      call.workspace[FinSessions.model].replace(session)
    }
  }

  /// The values of the request, of which there must be one for each requested attribute.
  private static func values(for run: Record, in call: Call) throws -> [JSON] {
    let values = try call.body.required("attribute_values", as: .array).map { item -> JSON in
      guard let identifier = item["identifier"]?.string, let value = item["value"] else {
        throw APIError.parameterInvalid("each of attribute_values must have an identifier and a value")
      }
      return ["identifier": .string(identifier), "value": value]
    }
    let given = values.compactMap { $0["identifier"]?.string }
    let missing = run["attributes_to_collect"].strings.filter { !given.contains($0) }
    guard missing.isEmpty else {
      throw APIError.parameterInvalid("attribute_values lacks \(missing.joined(separator: ", "))")
    }
    return values
  }
}

/// Runs procedures step by step.
enum FinProcedures {
  // MARK: Capabilities

  /// Returns the procedures that can be run for a user, and the actions that are always available.
  static func listCapabilities(in call: Call) throws -> Reply {
    let (contact, _) = try FinUsers.upsert(try FinRequest.user(in: call), in: call)
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
            action("reply", description: "Reply to a Fin conversation that is under way."),
            action("ask", description: "Ask Fin one question that stands by itself."),
          ]),
      ]))
  }

  private static func action(_ type: String, description: String) -> Node {
    .members([
      "type": .string(type), "description": .string(description), "endpoint": .string("/fin/\(type)"), "method": "POST",
    ])
  }

  // MARK: Running

  /// Unknown: whether a Fin conversation without a procedure prevents a run; here it does not.
  static func run(in call: Call) throws -> Reply {
    guard let procedure = call.workspace[Procedures.model][call.pathParameter("procedure_id")] else {
      throw APIError.parameterInvalid("Procedure not found")
    }
    guard procedure["state"] == "live" else { throw APIError.parameterInvalid("Procedure is not live") }
    guard procedure["api_trigger"] == true else {
      throw APIError.parameterInvalid("Procedure does not have an API trigger")
    }
    try PlanFeature.finProfile.require(in: call)
    let request = try FinRequest(in: call, missingIDMessage: "External Conversation ID is required")
    let known = call.workspace[FinSessions.model][request.conversationID]
    guard known?["mode"] != "procedure" else { throw FinAgent.sessionExists }
    let (contact, errors) = try FinUsers.upsert(request.user, in: call)
    var session = known ?? makeSession(for: request, contact: contact, in: call)
    session["mode"] = "procedure"
    session["procedure_id"] = .string(procedure.id)
    let attributeErrors = FinSessions.write(request.attributes, to: session, in: call)
    FinSessions.scheduleAnswer(to: request.message, for: &session, in: call)
    call.workspace[FinSessions.model].insert(session)
    return FinSessions.reply(for: session, errors: errors.merging(attributeErrors), in: call)
  }

  private static func makeSession(for request: FinRequest, contact: Record, in call: Call) -> Record {
    let isUser = request.message?.author == "user"
    return FinSessions.makeSession(
      for: request, mode: "procedure", contact: contact, firstMessage: request.message?.body ?? "",
      by: isUser ? .contact(contact) : .bot(in: call.workspace), in: call)
  }

  /// Performs steps until one waits for input or the procedure ends.
  static func nextTurn(of session: inout Record, in workspace: Workspace, at time: Int64) -> FinTurn {
    let steps = workspace[Procedures.model][session["procedure_id"].string ?? ""]?["steps"].array ?? []
    var turn = FinTurn(answerType: "custom_answer")
    var index = Int(clamping: session["step"].integer ?? 0)
    while index < steps.count, index >= 0 {
      let step = steps[index]
      index += 1
      session["step"] = .integer(index)
      if let body = step["body"]?.string { turn.replies.append(HTML.paragraphs(from: body)) }
      switch step["type"]?.string {
      case "question": return turn
      case "agent_input":
        Procedures.insertRun(for: step, session: session, in: workspace, at: time)
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
