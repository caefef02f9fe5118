import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// A change to a ticket, made in steps and stored by `commit()`. If a step throws, nothing is changed.
struct TicketChange {
  var ticket: Record
  let call: Call
  private let type: Record
  private let bot: Author
  private var parts: [Record] = []

  init(of ticket: Record, in call: Call) throws {
    guard let type = Tickets.type(of: ticket, in: call.workspace) else {
      throw APIError.notFound(for: TicketTypes.model)
    }
    self.ticket = ticket
    self.type = type
    self.call = call
    bot = .bot(in: call.workspace)
  }

  /// Adds a part that records what happened; the author is the bot by default.
  mutating func addPart(type kind: String, by author: Author? = nil, _ fill: (inout Record) -> Void = { _ in }) {
    var part = TicketParts.makePart(type: kind, by: author ?? bot, at: call.now)
    fill(&part)
    parts.append(part)
  }

  /// Stores the ticket and the new parts; returns the ticket.
  func commit() -> Record {
    var ticket = ticket
    ticket["updated_at"] = .integer(call.now)
    call.workspace[Tickets.model].replace(ticket)
    for part in parts { TicketParts.append(part, to: ticket.id, in: call.workspace) }
    return ticket
  }

  // MARK: Steps

  mutating func setAttributes(_ json: JSON?) throws {
    let values = try TicketAttributes.validated(json, for: type, in: call)
    var current = ticket["ticket_attributes"].object ?? [:]
    for (definition, value) in values {
      guard let name = definition["name"].string, current[name] != value else { continue }
      current[name] = value
      addPart(type: "ticket_attribute_updated_by_admin") {
        $0["updated_attribute_data"] = .json(TicketAttributes.changeDetails(of: definition, value: value))
      }
    }
    ticket["ticket_attributes"] = .json(.object(current))
  }

  mutating func setShared() throws {
    guard let flag = try call.body.optional("is_shared", as: .boolean) else { return }
    ticket["is_shared"] = .boolean(flag)
  }

  mutating func setCompany() throws {
    guard let id = try call.body.optional("company_id", as: .id) else { return }
    guard call.workspace[Companies.model][id] != nil else { throw APIError.notFound(for: Companies.model) }
    ticket["company_id"] = .string(id)
  }

  /// Sets the state, by the id in the body, or by the category in versions without state ids.
  mutating func setState() throws {
    if let json = call.body["ticket_state_id"], !json.isNull {
      let id = json.asID
      guard let state = TicketStates.usableStates(for: type, in: call).first(where: { $0.id == id }) else {
        throw Tickets.invalidState
      }
      enter(state)
    } else if let category = try call.body.optional("state", as: .string) {
      guard TicketStates.categories.contains(category) else {
        throw APIError.parameterInvalid("state must be one of \(TicketStates.categories.joined(separator: ", "))")
      }
      enter(try TicketStates.defaultState(category: category, for: type, in: call))
    }
  }

  /// Sets the state. Unknown: whether setting the same state again adds a part; here it changes nothing.
  mutating func enter(_ state: Record) {
    guard ticket["ticket_state_id"].string != state.id else { return }
    let before = Tickets.stateRecord(of: ticket, in: call.workspace) ?? state
    ticket["previous_ticket_state_id"] = .string(before.id)
    ticket["ticket_state_id"] = .string(state.id)
    addPart(type: "ticket_state_updated_by_admin") {
      $0["ticket_state"] = state["category"]
      $0["previous_ticket_state"] = before["category"]
    }
  }
}

/// Assignment, opening, closing and snoozing.
extension TicketChange {
  static let assigneeNotFound = APIError(status: .notFound, code: "assignee_not_found", message: "Assignee not found")

  /// Assigns the ticket to the admin or team in the body; "0" removes both assignees. Throws `assignee_not_found`.
  mutating func assign() throws {
    let actor = Author.admin(try actor())
    guard let json = call.body["assignee_id"], !json.isNull else { return }
    guard let id = json.asID, let number = Int64(id) else {
      throw Self.assigneeNotFound
    }
    if number == 0 {
      ticket["admin_assignee_id"] = 0
      ticket["team_assignee_id"] = 0
      return addPart(type: "assignment", by: actor) {
        $0["assigned_to"] = .json(["type": "nobody_admin", "id": .null])
      }
    }
    let type = call.workspace[Admins.model][id] != nil ? "admin" : "team"
    guard type == "admin" || call.workspace[Teams.model][id] != nil else { throw Self.assigneeNotFound }
    ticket["\(type)_assignee_id"] = .integer(number)
    addPart(type: "assignment", by: actor) { $0["assigned_to"] = .json(["type": .string(type), "id": .string(id)]) }
  }

  /// The id of the acting admin: the body's `admin_id`, or the admin of the token.
  private func actor() throws -> String {
    guard let json = call.body["admin_id"], !json.isNull else { return Admins.actorID(in: call) }
    guard let id = json.asID, call.workspace[Admins.model][id] != nil else {
      throw Self.assigneeNotFound
    }
    return id
  }

  /// Closing also ends a snooze.
  mutating func setOpen() throws {
    guard let flag = try call.body.optional("open", as: .boolean) else { return }
    if ticket["open"].boolean != flag { addPart(type: flag ? "open" : "close") }
    ticket["open"] = .boolean(flag)
    if !flag { ticket["snoozed_until"] = .absent }
  }

  /// A time in the past means nine o'clock on the next day in the workspace's time zone (recorded).
  mutating func snooze() throws {
    guard let time = try call.body.optional("snoozed_until", as: .unixTime()), ticket["open"] == true else { return }
    let tomorrow = call.workspace.timeZone.startOfNextDay(after: call.now) + 9 * 3600
    ticket["snoozed_until"] = .integer(time > call.now ? time : tomorrow)
    addPart(type: "snoozed")
  }
}

extension Tickets {
  /// Ends a snooze at its time. Unknown: the part that records it; here the same as for conversations.
  static func unsnooze(_ ticket: Record, in workspace: Workspace, at due: Int64) {
    var ticket = ticket
    ticket["snoozed_until"] = .absent
    ticket["updated_at"] = .integer(due)
    workspace[model].replace(ticket)
    TicketParts.append(
      TicketParts.makePart(type: "timer_unsnooze", by: .bot(in: workspace), at: due), to: ticket.id, in: workspace)
  }
}
