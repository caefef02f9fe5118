import API
import HTTPTypes
import JSON
import Store

/// Ticket parts: the history of a ticket, oldest first.
enum TicketParts {
  static let model = Model(
    name: "ticket_part", collection: "ticket_parts", ids: .sequence(from: 1), sequence: "conversation_part",
    references: [Reference("ticket_id", to: "tickets", onDelete: .cascade), Authors.reference()],
    indexes: [copyIndex],
    fields: [
      .type("ticket_part"), .string("id"), .string("part_type"), .string("body", options: .sparse),
      .string("ticket_state", options: .sparse, oneOf: TicketStates.categories),
      .string("previous_ticket_state", options: .sparse, oneOf: TicketStates.categories),
      .derived(currentStateMember, from: state), .timestamp("created_at"), .timestamp("updated_at"),
      .object("assigned_to", options: .sparse, initial: nil),
      .derived("author", from: author), .models("attachments", of: Attachments.model),
      .string("external_id", options: .sparse),
      .boolean("redacted", initial: false), .string("app_package_code", options: .sparse),
      .object("updated_attribute_data", options: .sparse, initial: nil),
      // The value that the attribute had before, which only notifications show.
      .any("previous_value", options: [.hidden, .sparse]),
      .object("translations", options: .sparse, initial: nil),
      .string("ticket_id", options: [.hidden, .indexed]),
      // Members that only the conversation of the ticket shows.
      .timestamp("notified_at", options: [.hidden, .sparse]), .object("metadata", options: .hidden),
      .string("state", options: [.hidden, .sparse]), .object("event_details", options: .hidden),
      .string("external_reply_send_state", options: [.hidden, .sparse]),
      .object("seen_state", options: [.hidden, .sparse], initial: nil),
      // The id of the message of a conversation that this part is a copy of.
      .string("copy_of", options: [.hidden, .sparse]),
    ] + Authors.fields)

  /// Copies of messages, by their ticket.
  private static let copyIndex = CollectionDefinition.Index(name: "copies") { part in
    part["copy_of"].isEmpty ? [] : part["ticket_id"].string.map { [$0] } ?? []
  }

  /// Maximum number of parts that a ticket shows; the newest are shown.
  private static let limit = 500

  /// The parts of a ticket, oldest first.
  static func parts(of ticket: String, in workspace: Workspace) -> [Record] {
    workspace[model].records(in: "ticket_id", under: ticket)
  }

  /// The `ticket_parts` of a ticket.
  static func list(of ticket: Record, in call: Call) -> Node? {
    var parts = parts(of: ticket.id, in: call.workspace)
    if !call.honours(.ticketsTakeReplies) { parts = parts.filter { !Authors.author(of: $0).isContact } }
    parts = parts.suffix(limit)
    return .members([
      "type": "ticket_part.list", "ticket_parts": .records(parts), "total_count": .integer(parts.count),
    ])
  }

  /// Holds the state of the ticket, which only 2.11 requires in every part. 2.11 also requires a body, which may be
  /// null.
  static let currentStateMember = "ticket_state_now"

  /// Not shown in the part that a reply returns.
  private static func state(of part: Record, in call: Call) -> Node? {
    guard call.operation.id != "replyTicket" else { return nil }
    guard let ticket = part["ticket_id"].string.flatMap({ call.workspace[Tickets.model][$0] }) else { return .null }
    return .string(Tickets.stateRecord(of: ticket, in: call.workspace)?["category"].string)
  }

  /// Creates a part without storing it. `time` is in seconds.
  static func makePart(type: String, by author: Author, body: String? = nil, at time: Int64) -> Record {
    var part = model.blank()
    part["part_type"] = .string(type)
    if let body { part["body"] = .string(HTML.paragraphs(from: body)) }
    part["created_at"] = .integer(time)
    part["updated_at"] = .integer(time)
    Authors.write(author, to: &part)
    return part
  }

  /// Stores a part at the end of a ticket; returns it with its id.
  @discardableResult
  static func append(_ part: Record, to ticket: String, in workspace: Workspace) -> Record {
    var part = part
    part["id"] = .json(workspace.nextID(for: model))
    part["ticket_id"] = .string(ticket)
    if part["notified_at"].isEmpty { part["notified_at"] = part["created_at"] }
    if part["state"].isEmpty, let ticket = workspace[Tickets.model][ticket] {
      part["state"] = TicketConversations.state(of: ticket)
    }
    workspace[model].insert(part)
    return part
  }

  /// Leads are shown as users: the description has no other type of contact.
  private static func author(of part: Record, in call: Call) -> Node? {
    var object = Authors.partObject(for: Authors.author(of: part), in: call)
    if object["type"] == "lead" { object["type"] = "user" }
    return .json(.object(object))
  }
}

/// Replies. The answer is the new part, not the ticket.
extension Tickets {
  static func reply(in call: Call) throws -> Reply {
    let ticket = try findWithGenericError(in: call, parameter: "id")
    guard let kind = try call.body.optional("message_type", as: .string),
      ["comment", "note", "quick_reply"].contains(kind)
    else {
      throw APIError.parameterInvalid("message_type must be one of comment, note, quick_reply")
    }
    switch try call.body.optional("type", as: .string) {
    case "user": return try replyAsContact(type: kind, to: ticket, in: call)
    case "admin": return try replyAsAdmin(type: kind, to: ticket, in: call)
    default: throw APIError.parameterInvalid("type must be user or admin")
    }
  }

  /// Unknown: whether a contact's reply opens a ticket; here it does, as for conversations: a reply to a ticket has the
  /// effects of a reply to its conversation.
  private static func replyAsContact(type kind: String, to ticket: Record, in call: Call) throws -> Reply {
    try refuseContactReply(toBackOffice: ticket, in: call)
    guard kind != "note" else { throw APIError.parameterInvalid("A user cannot write a note") }
    let contact = try Participants.contact(from: call.body, in: call)
    var reply = try makeReply(type: kind, in: call)
    reply["metadata"] = .json(.object(try Conversations.chosenOption(from: call.body, in: call)))
    var conversation = try TicketConversations.conversation(of: ticket, in: call)
    let part = Conversations.storeContactReply(reply, from: contact, type: kind, to: &conversation, in: call)
    return try answer(part, in: call)
  }

  /// Throws `parameter_mismatch` if contacts cannot reply to the ticket, because it is a back-office ticket.
  static func refuseContactReply(toBackOffice ticket: Record, in call: Call) throws {
    guard category(of: ticket, in: call.workspace) == TicketTypes.backOffice, call.honours(.rejectsBackOfficeReplies)
    else { return }
    throw APIError(
      status: .badRequest, code: "parameter_mismatch", message: "User replies are not allowed on Backoffice tickets")
  }

  private static func replyAsAdmin(type kind: String, to ticket: Record, in call: Call) throws -> Reply {
    let admin = Author.admin(try call.admin())
    var reply = try makeReply(type: kind, in: call)
    if kind == "quick_reply" {
      reply["metadata"] = .json(.object(try Conversations.offeredOptions(from: call.body)))
    }
    var conversation = try TicketConversations.conversation(of: ticket, in: call)
    if kind == "note", try call.body.optional("cross_post", as: .boolean) == true {
      crossPost(reply, by: admin, from: ticket, in: call)
    }
    let part = Conversations.storeTeammateReply(reply, by: admin, type: kind, to: &conversation, in: call)
    return try answer(part, in: call)
  }

  /// The answer is the stored ticket part.
  private static func answer(_ part: Record, in call: Call) throws -> Reply {
    guard let stored = call.workspace[TicketParts.model][part.id] else { throw APIError.resourceNotFound }
    return .ok(stored)
  }

  /// Creates a part of the ticket's conversation from the body, without author, and without storing it. A quick reply has
  /// options instead of a body.
  private static func makeReply(type kind: String, in call: Call) throws -> Record {
    let body = try call.body.optional("body", as: .string) ?? ""
    let attachments = try Attachments.makeAttachments(from: call.body, in: call)
    _ = try call.body.optional("skip_notifications", as: .boolean)
    if kind == "quick_reply" {
      try validateOptions(in: call.body)
    } else if body.isEmpty, attachments.isEmpty {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let time = try call.body.optional("created_at", as: .unixTime()) ?? call.now
    var part = ConversationParts.makePart(
      type: kind, by: .bot(in: call.workspace), body: body.isEmpty || kind == "quick_reply" ? nil : body, at: time)
    part["attachments"] = .records(attachments)
    return part
  }

  private static func validateOptions(in body: JSONObject) throws {
    let invalid = APIError.parameterInvalid("reply_options must be an array of options with text and uuid")
    let items = try body.required("reply_options", as: .array, invalid: invalid)
    guard !items.isEmpty, items.allSatisfy({ $0["text"]?.string != nil && $0["uuid"]?.string != nil }) else {
      throw invalid
    }
  }

  /// Adds a note to the linked conversations, too.
  private static func crossPost(_ note: Record, by author: Author, from ticket: Record, in call: Call) {
    for id in ticket["linked_ids"].strings {
      guard var conversation = call.workspace[Conversations.model][id] else { continue }
      let part = ConversationParts.makePart(type: "note", by: author, body: note["body"].string, at: call.now)
      ConversationParts.append(part, to: &conversation, in: call.workspace)
      call.workspace[Conversations.model].replace(conversation)
    }
  }
}
