import API
import HTTPTypes
import JSON
import Store

/// Ticket parts: what happened on a ticket, oldest first.
enum TicketParts {
  static let model = Model(
    "ticket_part", collection: "ticket_parts", ids: .sequence(from: 1), sequence: "conversation_part",
    references: [Reference("ticket_id", to: "tickets")], indexes: [adminIndex],
    [
      .type("ticket_part"), .string("id"), .string("part_type"), .string("body", .sparse),
      .string("ticket_state", .sparse, oneOf: TicketStates.categories),
      .string("previous_ticket_state", .sparse, oneOf: TicketStates.categories),
      .derived(stateNow, state), .timestamp("created_at"), .timestamp("updated_at"),
      .object("assigned_to", .sparse, initial: nil),
      .derived("author", author), .models("attachments", Attachments.model), .string("external_id", .sparse),
      .boolean("redacted", initial: false), .string("app_package_code", .sparse),
      .object("updated_attribute_data", .sparse, initial: nil), .object("translations", .sparse, initial: nil),
      .string("ticket_id", [.hidden, .indexed]),
    ] + Authors.fields)

  /// What an admin wrote or did.
  private static let adminIndex = CollectionDefinition.Index("author_admin") { part in
    part["author_type"] == "admin" ? part["author_id"].string.map { [$0] } ?? [] : []
  }

  /// Most parts that a ticket shows: the newest.
  private static let limit = 500

  /// The parts of a ticket, first to last.
  static func of(_ ticket: String, _ workspace: Workspace) -> [Record] {
    workspace[model].records(in: "ticket_id", under: ticket)
  }

  /// The `ticket_parts` of a ticket.
  static func list(of ticket: Record, _ call: Call) -> Node? {
    var parts = of(ticket.id, call.workspace)
    if !call.honours(.ticketsTakeReplies) { parts = parts.filter { !Authors.of($0).isContact } }
    parts = parts.suffix(limit)
    return .members([
      "type": "ticket_part.list", "ticket_parts": .records(parts), "total_count": .integer(parts.count),
    ])
  }

  /// What 2.11 alone requires of every part: a body, if only null, and the state of the ticket.
  static let stateNow = "ticket_state_now"

  static let completed: VersionChange.Rewriting = { part in
    guard let state = part[stateNow] else { return part }
    var part = part
    part[stateNow] = nil
    part["ticket_state"] = part["ticket_state"] ?? state
    part["body"] = part["body"] ?? .null
    return part
  }

  /// Not of the part that a reply answers with.
  private static func state(of part: Record, _ call: Call) -> Node? {
    guard call.operation.name != "replyTicket" else { return nil }
    guard let ticket = part["ticket_id"].string.flatMap({ call.workspace[Tickets.model][$0] }) else { return .null }
    return .string(Tickets.stateRecord(of: ticket, call.workspace)?["category"].string)
  }

  /// A part that is not stored yet.
  static func new(_ type: String, by author: Author, body: String? = nil, at time: Int64) -> Record {
    var part = model.blank()
    part["part_type"] = .string(type)
    if let body { part["body"] = .string(HTML.paragraphs(body)) }
    part["created_at"] = .integer(time)
    part["updated_at"] = .integer(time)
    Authors.write(author, to: &part)
    return part
  }

  /// Stores a part at the end of a ticket.
  @discardableResult
  static func append(_ part: Record, to ticket: String, _ workspace: Workspace) -> Record {
    var part = part
    part["id"] = .json(workspace.nextID(for: model))
    part["ticket_id"] = .string(ticket)
    workspace[model].insert(part)
    return part
  }

  /// Leads write as users: the description knows no other contacts.
  private static func author(of part: Record, _ call: Call) -> Node? {
    var object = Authors.object(Authors.of(part), call)
    if object["type"] == "lead" { object["type"] = "user" }
    return .json(.object(object))
  }
}

/// Replies, which answer with the part that they leave, not with the ticket.
extension Tickets {
  static func reply(_ call: Call) throws -> Reply {
    let ticket = try findInGeneral(call, "id")
    guard let kind = try call.text("message_type"), ["comment", "note", "quick_reply"].contains(kind) else {
      throw APIError.parameterInvalid("message_type must be one of comment, note, quick_reply")
    }
    switch try call.text("type") {
    case "user": return try replyAsContact(kind, to: ticket, call)
    case "admin": return try replyAsAdmin(kind, to: ticket, call)
    default: throw APIError.parameterInvalid("type must be user or admin")
    }
  }

  /// Unknown: whether a contact's reply opens a ticket; here it does, as it opens a conversation.
  private static func replyAsContact(_ kind: String, to found: Record, _ call: Call) throws -> Reply {
    if category(of: found, call.workspace) == TicketTypes.backOffice, call.honours(.closesBackOffice) {
      throw APIError(.badRequest, "parameter_mismatch", "User replies are not allowed on Backoffice tickets")
    }
    guard kind != "note" else { throw APIError.parameterInvalid("A user cannot write a note") }
    let contact = try contact(call)
    let part = try part(kind, by: .contact(contact), call)
    var ticket = found
    let ids = ticket["contact_ids"].strings
    if !ids.contains(contact.id) { ticket["contact_ids"] = .strings(ids + [contact.id]) }
    ticket["open"] = true
    ticket["snoozed_until"] = .absent
    return keep(part, on: ticket, call)
  }

  private static func replyAsAdmin(_ kind: String, to ticket: Record, _ call: Call) throws -> Reply {
    let admin = Author.admin(try call.admin())
    let part = try part(kind, by: admin, call)
    if kind == "note", try call.flag("cross_post") == true { crossPost(part, by: admin, from: ticket, call) }
    return keep(part, on: ticket, call)
  }

  private static func keep(_ part: Record, on ticket: Record, _ call: Call) -> Reply {
    var ticket = ticket
    ticket["updated_at"] = .integer(call.now)
    call.workspace[model].replace(ticket)
    return .ok(TicketParts.append(part, to: ticket.id, call.workspace))
  }

  /// The body's part, not stored yet. A quick reply has options instead of a body.
  private static func part(_ kind: String, by author: Author, _ call: Call) throws -> Record {
    let body = try call.text("body") ?? ""
    let attachments = try Attachments.new(call.body, call)
    _ = try call.flag("skip_notifications")
    if kind == "quick_reply" {
      try checkOptions(call.body["reply_options"])
    } else if body.isEmpty, attachments.isEmpty {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let time = try call.time("created_at") ?? call.now
    var part = TicketParts.new(kind, by: author, body: body.isEmpty || kind == "quick_reply" ? nil : body, at: time)
    part["attachments"] = .records(attachments)
    return part
  }

  private static func checkOptions(_ json: JSON?) throws {
    guard let json, !json.isNull else { throw APIError.parameterMissing("reply_options is a required parameter") }
    guard let items = json.array, !items.isEmpty,
      items.allSatisfy({ $0["text"]?.string != nil && $0["uuid"]?.string != nil })
    else { throw APIError.parameterInvalid("reply_options must be an array of options with text and uuid") }
  }

  private static func contact(_ call: Call) throws -> Record {
    let contacts = call.workspace[Contacts.model]
    if let id = try call.id("intercom_user_id") {
      guard let contact = contacts[id] else {
        throw ContactMerges.refusal(id: id, call) ?? .notFound(Contacts.model)
      }
      return contact
    }
    return try Participants.named(call.body, call)
  }

  /// A note may stand on the linked conversations, too.
  private static func crossPost(_ note: Record, by author: Author, from ticket: Record, _ call: Call) {
    for id in ticket["linked_ids"].strings {
      guard var conversation = call.workspace[Conversations.model][id] else { continue }
      let part = ConversationParts.new("note", by: author, body: note["body"].string, at: call.now)
      ConversationParts.append(part, to: &conversation, call.workspace)
      call.workspace[Conversations.model].replace(conversation)
    }
  }
}
