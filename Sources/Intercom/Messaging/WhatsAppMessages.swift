import API
import JSON
import Store

/// What became of messages that were sent by WhatsApp.
enum WhatsAppMessages {
  /// `id` is WhatsApp's own: `wamid...`.
  static let model = Model(
    "whatsapp_message", collection: "whatsapp_messages",
    // Not to conversations: what was sent in one outlives it.
    references: [Reference("ruleset_id", to: "rulesets"), Reference("contact_id", to: "contacts")],
    [
      .string("id"), .string("event_id"), .string("ruleset_id", .indexed), .string("conversation_id"),
      .string("contact_id", .indexed),
      .string("status", initial: "sent", oneOf: ["sent", "delivered", "read", "failed"]),
      .string("template_name", .sparse), .timestamp("created_at"), .timestamp("updated_at"),
      .model("error", error, .sparse),
    ])

  static let errands = [delivery, reading]

  private static let error = Model("whatsapp_message_error", [.string("message"), .string("details")])

  /// What sends messages to many: only fixtures make them.
  static let ruleset = Model(
    "ruleset", collection: "rulesets", ids: .sequence(from: 1), [.string("id"), .string("name")])

  // MARK: Behaviour

  /// What became of one message.
  static func status(_ call: Call) throws -> Reply {
    guard let id = call.query("message_id"), !id.isEmpty else { throw missing("message_id") }
    guard let message = call.workspace[model][id] else {
      throw APIError(.notFound, "whatsapp_message_not_found", "Whatsapp message not found")
    }
    call.poll(message)
    return .ok(
      .members([
        "conversation_id": shown(message, "conversation_id"), "status": shown(message, "status"),
        "type": "broadcast_outbound", "created_at": shown(message, "created_at"),
        "updated_at": shown(message, "updated_at"), "template_name": shown(message, "template_name"),
        "message_id": .string(message.id), "error": shown(message, "error"),
      ]))
  }

  /// What became of all that a ruleset sent, newest first; the cursor is the id of the last event shown.
  ///
  /// Unknown: what is said of a ruleset that is not there; the description has no 404.
  static func statuses(_ call: Call) throws -> Reply {
    guard let id = call.query("ruleset_id"), !id.isEmpty else { throw missing("ruleset_id") }
    guard call.workspace[ruleset][id] != nil else { throw APIError.resourceNotFound }
    let perPage = try call.perPage(default: 50, limit: 100)
    let all = call.workspace[model].records(in: "ruleset_id", under: id).sorted(by: precedes)
    var rest = all[...]
    if let after = call.query("starting_after"), !after.isEmpty {
      guard let last = all.firstIndex(where: { $0["event_id"].string == after }) else { throw APIError.badCursor }
      rest = all[(last + 1)...]
    }
    let page = Array(rest.prefix(perPage))
    for message in page { call.poll(message) }
    let next: Node =
      rest.count > perPage ? .members(["starting_after": page.last.flatMap { shown($0, "event_id") }]) : .null
    let count = all.isEmpty ? 0 : (all.count - 1) / perPage + 1
    return .ok(
      .members([
        "type": "list", "ruleset_id": .string(id),
        "pages": .members([
          "type": "pages", "per_page": .integer(perPage), "total_pages": .integer(count), "next": next,
        ]),
        "total_count": .integer(all.count), "events": .array(page.map(event)),
      ]))
  }

  /// Keeps a message that was just sent: it is delivered as jobs are done, and read some time later. One in a
  /// fixture stays as it is.
  static func keep(_ template: String?, to contact: Record, in conversation: String?, _ call: Call) -> Record {
    var message = model.blank()
    message["id"] = .string("wamid.\(call.workspace.ids.alphanumeric(24))")
    message["event_id"] = .string(String(call.workspace.ids.next("whatsapp_event", from: 9101)))
    message["conversation_id"] = .string(conversation)
    message["contact_id"] = .string(contact.id)
    if let template { message["template_name"] = .string(template) }
    message["created_at"] = .integer(call.now)
    message["updated_at"] = .integer(call.now)
    call.workspace[model].insert(message)
    call.leave(delivery, ["message": .string(message.id)], for: message)
    return message
  }

  private static let delivery = Errand("whatsapp.delivery", .job) { arguments, call in
    guard let message = move(arguments, from: "sent", to: "delivered", call) else { return }
    // People take their time, however soon the service is done. Unknown: how long; a minute lets both be seen.
    var pace = call.workspace.pace(of: .job)
    if case .afterPolls(1...) = pace {} else { pace = .afterMilliseconds(60_000) }
    call.leave(reading, arguments, for: message, at: pace)
  }

  private static let reading = Errand("whatsapp.reading", .job) { arguments, call in
    _ = move(arguments, from: "delivered", to: "read", call)
  }

  private static func move(_ arguments: JSONObject, from before: Value, to status: Value, _ call: Call) -> Record? {
    guard var message = call.workspace[model][arguments["message"]?.string ?? ""], message["status"] == before else {
      return nil
    }
    message["status"] = status
    message["updated_at"] = .integer(call.now)
    call.workspace[model].replace(message)
    return message
  }

  // MARK: Parts

  private static func missing(_ name: String) -> APIError {
    APIError(.badRequest, "parameter_not_found", "\(name) is required", envelope: .single)
  }

  private static func event(_ message: Record) -> Node {
    .members([
      "id": shown(message, "event_id"), "conversation_id": shown(message, "conversation_id"),
      "user_id": message["contact_id"].string.map { .string($0) }, "status": shown(message, "status"),
      "type": "broadcast_outbound",
      "created_at": shown(message, "created_at"), "updated_at": shown(message, "updated_at"),
      "whatsapp_message_id": .string(message.id), "template_name": shown(message, "template_name"),
    ])
  }

  private static func shown(_ message: Record, _ name: String) -> Node? {
    message[name].stored.map(Node.json)
  }

  private static func precedes(_ left: Record, _ right: Record) -> Bool {
    (left["created_at"].integer ?? 0, left.id) > (right["created_at"].integer ?? 0, right.id)
  }
}
