import API
import HTTPTypes
import JSON
import Store

/// Procedures: what Fin does in steps, some of which wait for a person (Preview). Made in the product.
enum Procedures: Resource {
  static let operations: [Operation] = [
    .post(
      "/procedures/{conversation_id}/collect_agent_input", "collectProcedureAgentInput", collect, .since(.preview))
  ]

  static let model = Model(
    "procedure", collection: "procedures", ids: .sequence(from: 1),
    references: [Reference("segment_ids", to: "segments")],
    [
      .string("id"), .string("name"), .string("description"),
      .string("state", initial: "draft", oneOf: ["draft", "live"]), .boolean("api_trigger", initial: false),
      // Whose it is; everybody's when there are none.
      .array("segment_ids"),
      // `message`, `question`, `agent_input`, `escalate`, each with its `body`, `attributes`, `reason`.
      .array("steps"),
    ])

  /// A step that waits for a person, in one conversation.
  static let runs = Model(
    "procedure_run", collection: "procedure_runs", ids: .uuid,
    references: [Reference("conversation_id", to: "conversations"), Reference("procedure_id", to: "procedures")],
    [
      .string("id"), .string("procedure_id"), .string("conversation_id", .indexed), .string("step_id"),
      .array("attributes_to_collect"),
      .string("status", initial: "waiting", oneOf: ["waiting", "fulfilled"]), .array("values"),
      .timestamp("created_at"), .timestamp("expires_at"),
    ])

  static let models = [runs]

  /// Unknown: how long a step waits for a person.
  private static let patience: Int64 = 86_400

  static func isRunnable(_ procedure: Record, for contact: Record) -> Bool {
    let segments = procedure["segment_ids"].strings
    return procedure["state"] == "live" && procedure["api_trigger"] == true
      && (segments.isEmpty || !Set(segments).isDisjoint(with: contact["segment_ids"].strings))
  }

  // MARK: Waiting for a person

  /// Keeps what a person is asked for.
  static func wait(_ step: JSON, _ session: Record, _ workspace: Workspace, _ time: Int64) {
    var run = runs.blank()
    run["id"] = .string(workspace.ids.uuid())
    run["procedure_id"] = session["procedure_id"]
    run["conversation_id"] = session["conversation_id"]
    run["step_id"] = .string(step["id"]?.string ?? workspace.ids.uuid())
    run["attributes_to_collect"] = .json(.array(step["attributes"]?.array ?? []))
    run["created_at"] = .integer(time)
    run["expires_at"] = .integer(time + patience)
    workspace[runs].insert(run)
  }

  /// A person has answered: the procedure goes on.
  static func collect(_ call: Call) throws -> Reply {
    try Feature.procedureInput.demand(call)
    let waiting = call.workspace[runs].records(in: "conversation_id", under: call.parameter("conversation_id"))
    guard !waiting.isEmpty else { throw APIError.resourceNotFound }
    guard let step = try call.text("step_id") else {
      throw APIError.parameterMissing("step_id is a required parameter")
    }
    guard var run = waiting.last(where: { $0["step_id"].string == step }) else { throw APIError.resourceNotFound }
    let values = try values(run, call)
    guard run["status"] == "waiting" else { throw APIError.conflict("This HITL request has already been fulfilled") }
    guard call.now < run["expires_at"].integer ?? .max else {
      throw APIError(.notFound, "not_found", "This HITL request has expired")
    }
    run["status"] = "fulfilled"
    run["values"] = .json(.array(values))
    call.workspace[runs].replace(run)
    resume(run, call)
    return .ok(.json([:]))
  }

  private static func resume(_ run: Record, _ call: Call) {
    let sessions = call.workspace[FinConversations.model].records(
      in: "conversation_id", under: run["conversation_id"].string ?? "")
    for var session in sessions where session["procedure_id"] == run["procedure_id"] {
      FinConversations.giveWord(to: &session, call)
      call.workspace[FinConversations.model].replace(session)
    }
  }

  /// The values of the request: one for each attribute that is asked for.
  private static func values(_ run: Record, _ call: Call) throws -> [JSON] {
    guard let json = call.body["attribute_values"], !json.isNull else {
      throw APIError.parameterMissing("attribute_values is a required parameter")
    }
    guard let items = json.array else { throw APIError.parameterInvalid("attribute_values must be an array") }
    let values = try items.map { item -> JSON in
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
