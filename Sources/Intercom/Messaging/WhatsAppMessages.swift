import API
import JSON
import Store

/// WhatsApp messages and their delivery status.
enum WhatsAppMessages {
  /// `id` is the id that WhatsApp assigns: `wamid...`.
  static let model = Model(
    name: "whatsapp_message", collection: "whatsapp_messages",
    references: [
      Reference("ruleset_id", to: "rulesets"),
      Reference("contact_id", to: "contacts", onDelete: .remove, onMerge: .follow),
      // The status is still reported after the conversation is deleted.
      Reference("conversation_id", to: "conversations", onDelete: .keep),
    ],
    fields: [
      .string("id"), .string("event_id"), .string("ruleset_id", options: .indexed), .string("conversation_id"),
      .string("contact_id", options: .indexed),
      .string("status", initial: "sent", oneOf: ["sent", "delivered", "read", "failed"]),
      .string("template_name", options: .sparse), .timestamp("created_at"), .timestamp("updated_at"),
      .model("error", of: error, options: .sparse),
    ])

  static let deferredTasks = [deliveryTask, readTask]

  private static let error = Model(name: "whatsapp_message_error", fields: [.string("message"), .string("details")])

  /// A ruleset, which sends messages to many contacts. Only fixtures define them.
  static let ruleset = Model(
    name: "ruleset", collection: "rulesets", ids: .sequence(from: 1), fields: [.string("id"), .string("name")])

  // MARK: Behaviour

  /// The delivery status of one message.
  static func status(in call: Call) throws -> Reply {
    guard let id = call.queryParameter("message_id"), !id.isEmpty else { throw missingParameter("message_id") }
    guard let message = call.workspace[model][id] else {
      throw APIError(status: .notFound, code: "whatsapp_message_not_found", message: "Whatsapp message not found")
    }
    call.countPoll(of: message)
    return .ok(
      .members([
        "conversation_id": value(of: message, member: "conversation_id"),
        "status": value(of: message, member: "status"),
        "type": "broadcast_outbound", "created_at": value(of: message, member: "created_at"),
        "updated_at": value(of: message, member: "updated_at"),
        "template_name": value(of: message, member: "template_name"),
        "message_id": .string(message.id), "error": value(of: message, member: "error"),
      ]))
  }

  /// The delivery statuses of all messages of a ruleset, newest first.
  ///
  /// Unknown: the error for an unknown ruleset, as the description has no 404; here 404.
  static func statuses(in call: Call) throws -> Reply {
    guard let id = call.queryParameter("ruleset_id"), !id.isEmpty else { throw missingParameter("ruleset_id") }
    guard call.workspace[ruleset][id] != nil else { throw APIError.resourceNotFound }
    let perPage = try call.perPage(default: 50, limit: 100)
    let all = call.workspace[model].records(in: "ruleset_id", under: id).map {
      (record: $0, position: position(of: $0))
    }
    var rest = all.sorted { $0.position.isNewer(than: $1.position) }
    if let last = try TimePosition.queried(in: call) { rest = rest.filter { last.isNewer(than: $0.position) } }
    let page = Array(rest.prefix(perPage))
    for message in page { call.countPoll(of: message.record) }
    let next =
      rest.count > perPage ? page.last.map { Node.members(["starting_after": .string($0.position.text)]) } : nil
    let count = all.isEmpty ? 0 : (all.count - 1) / perPage + 1
    return .ok(
      .members([
        "type": "list", "ruleset_id": .string(id),
        "pages": .members([
          "type": "pages", "per_page": .integer(perPage), "total_pages": .integer(count), "next": next ?? .null,
        ]),
        "total_count": .integer(all.count), "events": .array(page.map { event(for: $0.record) }),
      ]))
  }

  /// Stores a message that was just sent and schedules its delivery and reading. Messages of fixtures do not change.
  static func recordSent(template: String?, to contact: Record, conversation: String?, in call: Call) -> Record {
    var message = model.blank()
    message["id"] = .string("wamid.\(call.workspace.ids.alphanumeric(length: 24))")
    message["event_id"] = .string(String(call.workspace.ids.next(in: "whatsapp_event", from: 9101)))
    message["conversation_id"] = .string(conversation)
    message["contact_id"] = .string(contact.id)
    if let template { message["template_name"] = .string(template) }
    message["created_at"] = .integer(call.now)
    message["updated_at"] = .integer(call.now)
    call.workspace[model].insert(message)
    call.schedule(deliveryTask, arguments: ["message": .string(message.id)], for: message)
    return message
  }

  private static let deliveryTask = DeferredTask(name: "whatsapp.delivery", kind: .job) { arguments, call in
    guard let message = updateStatus(for: arguments, from: "sent", to: "delivered", in: call) else { return }
    // Reading takes longer than delivery, so that clients can observe both states. Unknown: how long; here one minute.
    var policy = call.workspace.deferralPolicy(of: .job)
    if case .afterPolls(1...) = policy {} else { policy = .afterMilliseconds(60_000) }
    call.schedule(readTask, arguments: arguments, for: message, policy: policy)
  }

  private static let readTask = DeferredTask(name: "whatsapp.reading", kind: .job) { arguments, call in
    _ = updateStatus(for: arguments, from: "delivered", to: "read", in: call)
  }

  private static func updateStatus(for arguments: JSONObject, from before: Value, to status: Value, in call: Call)
    -> Record?
  {
    guard var message = call.workspace[model][arguments["message"]?.string ?? ""], message["status"] == before else {
      return nil
    }
    message["status"] = status
    message["updated_at"] = .integer(call.now)
    call.workspace[model].replace(message)
    return message
  }

  // MARK: Parts

  private static func missingParameter(_ name: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_not_found", message: "\(name) is required", envelope: .single)
  }

  private static func event(for message: Record) -> Node {
    .members([
      "id": value(of: message, member: "event_id"), "conversation_id": value(of: message, member: "conversation_id"),
      "user_id": message["contact_id"].string.map { .string($0) }, "status": value(of: message, member: "status"),
      "type": "broadcast_outbound",
      "created_at": value(of: message, member: "created_at"), "updated_at": value(of: message, member: "updated_at"),
      "whatsapp_message_id": .string(message.id), "template_name": value(of: message, member: "template_name"),
    ])
  }

  private static func value(of message: Record, member name: String) -> Node? {
    message[name].json.map(Node.json)
  }

  /// The position in a list, by the id of the event: WhatsApp's ids are not in the order of time.
  private static func position(of message: Record) -> TimePosition {
    TimePosition(time: message["created_at"].integer ?? 0, id: message["event_id"].string ?? "")
  }
}
