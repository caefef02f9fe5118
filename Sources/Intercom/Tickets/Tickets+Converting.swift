import API
import JSON
import Store

/// `POST /conversations/{id}/convert`: a conversation goes on as a customer ticket under its own id.
extension Tickets {
  static func convertConversation(_ call: Call) throws -> Reply {
    let conversation = try call.find(Conversations.model)
    let type = try NewTicket.type(call)
    guard type["category"].string == TicketTypes.customer else {
      throw APIError.parameterInvalid("Ticket type is not a customer ticket type")
    }
    let attributes = try TicketAttributes.complete(call.body["attributes"], for: type, call)
    let state = try firstState(of: type, call)
    let parts = history(of: conversation, call)
    let links = conversation["linked_ids"].strings
    for tagging in Taggings.of("conversation", conversation.id, call.workspace) { move(tagging, call) }
    Conversations.remove(conversation, call)
    var ticket = ticket(from: conversation)
    ticket["ticket_id"] = .string(nextNumber(call.workspace))
    ticket["ticket_type_id"] = .string(type.id)
    ticket["ticket_state_id"] = .string(state.id)
    ticket["ticket_attributes"] = .json(.object(attributes))
    ticket["updated_at"] = .integer(call.now)
    call.workspace[model].insert(ticket)
    for part in parts { TicketParts.append(part, to: ticket.id, call.workspace) }
    NewTicket.leaveBeginning(of: ticket.id, in: state, at: call.now, call)
    for id in links { ticket = TicketLinks.add(id, to: ticket, call) }
    return .ok(ticket)
  }

  private static func firstState(of type: Record, _ call: Call) throws -> Record {
    guard let id = try call.id("ticket_state_id") else { return try TicketStates.first(for: type, call) }
    guard let state = TicketStates.usable(for: type, call).first(where: { $0.id == id }) else { throw invalidState }
    return state
  }

  /// What a conversation and the ticket that it becomes have in common.
  private static func ticket(from conversation: Record) -> Record {
    var ticket = model.blank()
    for name in ["id", "contact_ids", "company_id", "admin_assignee_id", "team_assignee_id", "created_at"] {
      ticket[name] = conversation[name]
    }
    ticket["open"] = .boolean(conversation["state"] != "closed")
    if let time = conversation["snoozed_until"].integer { ticket["snoozed_until"] = .integer(time) }
    ticket["is_shared"] = true
    return ticket
  }

  /// The first message and what was written since, as parts. The first message is a comment (recorded).
  private static func history(of conversation: Record, _ call: Call) -> [Record] {
    var parts: [Record] = []
    if let source = conversation["source"].record, let body = source["body"].string, !body.isEmpty {
      var part = TicketParts.new(
        "comment", by: Authors.of(source), body: body, at: conversation["created_at"].integer ?? call.now)
      part["attachments"] = source["attachments"]
      parts.append(part)
    }
    for old in ConversationParts.of(conversation.id, call.workspace) {
      guard let body = old["body"].string, let kind = old["part_type"].string else { continue }
      var part = TicketParts.new(
        kind == "note" ? kind : "comment", by: Authors.of(old), body: body, at: old["created_at"].integer ?? call.now)
      part["attachments"] = old["attachments"]
      part["redacted"] = old["redacted"]
      parts.append(part)
    }
    return parts
  }

  private static func move(_ tagging: Record, _ call: Call) {
    var tagging = tagging
    tagging["target_type"] = "ticket"
    call.workspace[Taggings.model].replace(tagging)
  }
}

/// `change_type`: a ticket becomes one of another type of its category, and keeps what both types know.
extension Tickets {
  static func changeType(_ call: Call) throws -> Reply {
    let before = try findInGeneral(call, "ticket_id")
    guard let old = type(of: before, call.workspace) else { throw APIError.resourceNotFound }
    let new = try newType(instead: old, call)
    guard let stateID = try call.id("ticket_state_id") else {
      throw APIError.parameterMissing("ticket_state_id is a required parameter")
    }
    var attributes = TicketAttributes.carried(before, from: old, to: new, call)
    for (definition, value) in try TicketAttributes.checked(call.body["ticket_attributes"], for: new, call) {
      attributes[definition["name"].string ?? ""] = value
    }
    guard let state = TicketStates.usable(for: new, call).first(where: { $0.id == stateID }) else {
      throw APIError.parameterInvalid("Ticket custom state doesn't belong to the new ticket type")
    }
    var ticket = before
    ticket["ticket_type_id"] = .string(new.id)
    ticket["ticket_attributes"] = .json(.object(attributes))
    var change = try TicketChange(of: ticket, call)
    change.enter(state)
    return .ok(change.commit())
  }

  /// Unknown: how a type of another category is refused.
  private static func newType(instead old: Record, _ call: Call) throws -> Record {
    let new = try NewTicket.type(call)
    guard new.id != old.id else { throw APIError.parameterInvalid("Cannot change to the same ticket type") }
    guard new["category"] == old["category"] else {
      throw APIError.parameterInvalid("Cannot change to a ticket type of another category")
    }
    return new
  }
}
