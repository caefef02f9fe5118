import API
import JSON
import Store

/// `POST /conversations/{id}/convert`: makes a conversation a customer ticket with the same id.
extension Tickets {
  static func convertConversation(in call: Call) throws -> Reply {
    let conversation = try call.find(Conversations.model)
    // Unknown: how a second conversion is refused.
    guard !TicketConversations.isTicket(conversation) else {
      throw APIError.parameterInvalid("Conversation is already a ticket")
    }
    let type = try NewTicket.ticketType(in: call)
    guard type["category"].string == TicketTypes.customer else {
      throw APIError.parameterInvalid("Ticket type is not a customer ticket type")
    }
    let attributes = try TicketAttributes.initialValues(from: call.body["attributes"], for: type, in: call)
    let state = try initialState(of: type, in: call)
    let parts = history(of: conversation, in: call)
    var ticket = ticket(from: conversation)
    ticket["ticket_id"] = .string(nextNumber(in: call.workspace))
    ticket["ticket_type_id"] = .string(type.id)
    ticket["ticket_state_id"] = .string(state.id)
    ticket["ticket_attributes"] = .json(.object(attributes))
    ticket["updated_at"] = .integer(call.now)
    call.workspace[model].insert(ticket)
    for part in parts { TicketParts.append(part, to: ticket.id, in: call.workspace) }
    NewTicket.scheduleFirstPart(of: ticket.id, state: state, at: call.now, in: call)
    return .ok(ticket)
  }

  private static func initialState(of type: Record, in call: Call) throws -> Record {
    guard let id = try call.body.optional("ticket_state_id", as: .id) else {
      return try TicketStates.initialState(for: type, in: call)
    }
    guard let state = TicketStates.usableStates(for: type, in: call).first(where: { $0.id == id }) else {
      throw invalidState
    }
    return state
  }

  /// Creates a ticket with the fields that a conversation and a ticket have in common.
  private static func ticket(from conversation: Record) -> Record {
    var ticket = model.blank()
    for name in ["id", "contact_ids", "linked_ids", "admin_assignee_id", "team_assignee_id", "created_at"] {
      ticket[name] = conversation[name]
    }
    // Unknown: the channel of a converted conversation; here the first of the conversation.
    if let channel = conversation["channel"].record?["initial"].string { ticket["channel"] = .string(channel) }
    if let company = conversation["company_id"].string { ticket["company_id"] = .string(company) }
    ticket["open"] = .boolean(conversation["state"] != "closed")
    if let time = conversation["snoozed_until"].integer { ticket["snoozed_until"] = .integer(time) }
    ticket["is_shared"] = true
    return ticket
  }

  /// The messages and notes of a conversation as ticket parts. The first message becomes a comment (recorded).
  private static func history(of conversation: Record, in call: Call) -> [Record] {
    var parts: [Record] = []
    if let source = conversation["source"].record, let body = source["body"].string, !body.isEmpty {
      var part = TicketParts.makePart(
        type: "comment", by: Authors.author(of: source), body: body, at: conversation["created_at"].integer ?? call.now)
      part["attachments"] = source["attachments"]
      part["redacted"] = source["redacted"]
      part["copy_of"] = source["id"]
      parts.append(part)
    }
    for old in ConversationParts.parts(of: conversation.id, in: call.workspace) {
      guard let body = old["body"].string, let kind = old["part_type"].string else { continue }
      var part = TicketParts.makePart(
        type: kind == "note" ? kind : "comment", by: Authors.author(of: old), body: body,
        at: old["created_at"].integer ?? call.now)
      part["attachments"] = old["attachments"]
      part["redacted"] = old["redacted"]
      part["copy_of"] = old["id"]
      parts.append(part)
    }
    return parts
  }
}

/// `change_type`: moves a ticket to another type of its category. Values of attributes that both types have are kept.
extension Tickets {
  static func changeType(in call: Call) throws -> Reply {
    let before = try findWithGenericError(in: call, parameter: "ticket_id")
    guard let old = type(of: before, in: call.workspace) else { throw APIError.resourceNotFound }
    let new = try newType(replacing: old, in: call)
    let stateID = try call.body.required("ticket_state_id", as: .id)
    var attributes = TicketAttributes.migratedValues(of: before, from: old, to: new, in: call)
    for (definition, value) in try TicketAttributes.validated(call.body["ticket_attributes"], for: new, in: call) {
      attributes[definition["name"].string ?? ""] = value
    }
    guard let state = TicketStates.usableStates(for: new, in: call).first(where: { $0.id == stateID }) else {
      throw APIError.parameterInvalid("Ticket custom state doesn't belong to the new ticket type")
    }
    var ticket = before
    ticket["ticket_type_id"] = .string(new.id)
    ticket["ticket_attributes"] = .json(.object(attributes))
    var change = try TicketChange(of: ticket, in: call)
    change.enter(state)
    return .ok(change.commit())
  }

  /// Unknown: how a type of another category is refused.
  private static func newType(replacing old: Record, in call: Call) throws -> Record {
    let new = try NewTicket.ticketType(in: call)
    guard new.id != old.id else { throw APIError.parameterInvalid("Cannot change to the same ticket type") }
    guard new["category"] == old["category"] else {
      throw APIError.parameterInvalid("Cannot change to a ticket type of another category")
    }
    return new
  }
}
