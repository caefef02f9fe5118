import API
import JSON
import Store

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
