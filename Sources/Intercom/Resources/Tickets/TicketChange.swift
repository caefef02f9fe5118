import API
import JSON
import Store

/// A change to a ticket that is made up step by step and kept all at once: what throws on the way changes nothing.
struct TicketChange {
  var ticket: Record
  let call: Call
  private let type: Record
  private let bot: Author
  private var parts: [Record] = []

  init(of ticket: Record, _ call: Call) throws {
    guard let type = Tickets.type(of: ticket, call.workspace) else { throw APIError.notFound(TicketTypes.model) }
    self.ticket = ticket
    self.type = type
    self.call = call
    bot = .bot(call.workspace)
  }

  /// Notes what happened, by the bot when nobody is named.
  mutating func note(_ kind: String, by author: Author? = nil, _ fill: (inout Record) -> Void = { _ in }) {
    var part = TicketParts.new(kind, by: author ?? bot, at: call.now)
    fill(&part)
    parts.append(part)
  }

  /// Keeps the ticket and what happened to it.
  func commit() -> Record {
    var ticket = ticket
    ticket["updated_at"] = .integer(call.now)
    call.workspace[Tickets.model].replace(ticket)
    for part in parts { TicketParts.append(part, to: ticket.id, call.workspace) }
    return ticket
  }

  // MARK: Steps

  mutating func setAttributes(_ json: JSON?) throws {
    let values = try TicketAttributes.checked(json, for: type, call)
    var held = ticket["ticket_attributes"].object ?? [:]
    for (definition, value) in values {
      guard let name = definition["name"].string, held[name] != value else { continue }
      held[name] = value
      note("ticket_attribute_updated_by_admin") {
        $0["updated_attribute_data"] = .json(TicketAttributes.told(definition, value))
      }
    }
    ticket["ticket_attributes"] = .json(.object(held))
  }

  mutating func setShared() throws {
    guard let flag = try call.flag("is_shared") else { return }
    ticket["is_shared"] = .boolean(flag)
  }

  mutating func setCompany() throws {
    guard let id = try call.id("company_id") else { return }
    guard call.workspace[Companies.model][id] != nil else { throw APIError.notFound(Companies.model) }
    ticket["company_id"] = .string(id)
  }

  /// The state that the body names by its id, or by its category where there were no ids yet.
  mutating func setState() throws {
    if let json = call.body["ticket_state_id"], !json.isNull {
      let id = json.string ?? json.integral.map(String.init)
      guard let state = TicketStates.usable(for: type, call).first(where: { $0.id == id }) else {
        throw Tickets.invalidState
      }
      enter(state)
    } else if let category = try call.text("state") {
      guard TicketStates.categories.contains(category) else {
        throw APIError.parameterInvalid("state must be one of \(TicketStates.categories.joined(separator: ", "))")
      }
      enter(try TicketStates.builtIn(category, for: type, call))
    }
  }

  /// Puts the ticket in a state. Unknown: whether the same state again leaves a part; here it is no change.
  mutating func enter(_ state: Record) {
    guard ticket["ticket_state_id"].string != state.id else { return }
    let before = Tickets.stateRecord(of: ticket, call.workspace) ?? state
    ticket["previous_ticket_state_id"] = .string(before.id)
    ticket["ticket_state_id"] = .string(state.id)
    note("ticket_state_updated_by_admin") {
      $0["ticket_state"] = state["category"]
      $0["previous_ticket_state"] = before["category"]
    }
  }
}
