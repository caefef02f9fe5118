import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// A change to a ticket, made in steps and stored by `commit()`. If a step throws, nothing is changed.
///
/// What a ticket has in common with its conversation, its assignees and state, changes in the conversation by the same
/// functions as there (Documentation.docc/Conversations-and-Tickets.md, "Tickets as conversations").
struct TicketChange {
  var ticket: Record
  private var conversation: Record
  let call: Call
  private let type: Record
  private let bot: Author
  private var parts: [Record] = []

  init(of ticket: Record, in call: Call) throws {
    guard let type = Tickets.type(of: ticket, in: call.workspace) else {
      throw APIError.notFound(for: TicketTypes.model)
    }
    conversation = try TicketConversations.conversation(of: ticket, in: call)
    self.ticket = ticket
    self.type = type
    self.call = call
    bot = .bot(in: call.workspace)
  }

  /// Adds a part that records what happened; the author is the bot.
  private mutating func addPart(type kind: String, _ fill: (inout Record) -> Void) {
    var part = TicketParts.makePart(type: kind, by: bot, at: call.now)
    fill(&part)
    parts.append(part)
  }

  /// Adds a part that an action on the conversation returned.
  private mutating func addPart(_ part: Record) {
    parts.append(TicketConversations.ticketPart(from: part))
  }

  /// Stores the ticket, its conversation and the new parts; returns the ticket.
  func commit() -> Record {
    var (ticket, conversation) = (ticket, conversation)
    conversation["updated_at"] = .integer(call.now)
    conversation["company_id"] = .string(ticket["company_id"].string)
    call.workspace[Conversations.model].replace(conversation)
    TicketConversations.copyCommonMembers(of: conversation, to: &ticket)
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
      let previous = current[name] ?? .null
      current[name] = value
      addPart(type: "ticket_attribute_updated_by_admin") {
        $0["updated_attribute_data"] = .json(TicketAttributes.changeDetails(of: definition, value: value))
        $0["previous_value"] = .json(TicketAttributes.previousValue(of: definition, value: previous))
      }
    }
    ticket["ticket_attributes"] = .json(.object(current))
  }

  mutating func setShared() throws {
    guard let flag = try call.body.optional("is_shared", as: .boolean) else { return }
    ticket["is_shared"] = .boolean(flag)
  }

  mutating func setCompany() throws {
    let contacts = ticket["contact_ids"].strings.compactMap { call.workspace[Contacts.model][$0] }
    guard let id = try TicketCompany.requestedID(for: contacts, in: call) else { return }
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

  /// Assigns the ticket to the admin or team in the body; "0" removes both assignees. A closed ticket is opened unless the
  /// body closes it. Throws `assignee_not_found`.
  mutating func assign() throws {
    let actor = Author.admin(try requestedActor() ?? Admins.actorID(in: call))
    guard let json = call.body["assignee_id"], !json.isNull else { return }
    guard let id = json.asID, let number = Int64(id) else {
      throw Self.assigneeNotFound
    }
    let type = number == 0 || call.workspace[Admins.model][id] != nil ? "admin" : "team"
    guard type == "admin" || call.workspace[Teams.model][id] != nil else { throw Self.assigneeNotFound }
    addPart(
      Conversations.assign(
        &conversation, toType: type, number: number, by: actor, reopens: call.body["open"] != false, at: call.now,
        in: call.workspace))
    if number == 0 { conversation["team_assignee_id"] = 0 }
  }

  /// The id of the acting admin, the body's `admin_id`; nil without one.
  private func requestedActor() throws -> String? {
    guard let json = call.body["admin_id"], !json.isNull else { return nil }
    guard let id = json.asID, call.workspace[Admins.model][id] != nil else {
      throw Self.assigneeNotFound
    }
    return id
  }

  /// Opening and closing also end a snooze. The present state changes nothing, and neither does a body that opens a
  /// snoozed ticket only to snooze it again.
  mutating func setOpen() throws {
    guard let flag = try call.body.optional("open", as: .boolean) else { return }
    let author = try requestedActor().map(Author.admin) ?? bot
    let (state, snoozesAgain) = (conversation["state"], call.body["snoozed_until"]?.isNull == false)
    if !flag, state != "closed" {
      addPart(Conversations.close(&conversation, by: author, at: call.now, in: call.workspace))
    }
    if flag, state == "closed" || state == "snoozed" && !snoozesAgain {
      addPart(Conversations.open(&conversation, by: author, at: call.now, in: call.workspace))
    }
  }

  /// A time in the past means nine o'clock on the next day in the workspace's time zone (recorded). A body that closes the
  /// ticket does not snooze it.
  mutating func snooze() throws {
    guard let time = try call.body.optional("snoozed_until", as: .unixTime()), call.body["open"] != false else {
      return
    }
    let tomorrow = call.workspace.timeZone.startOfNextDay(after: call.now) + 9 * 3600
    addPart(
      Conversations.snooze(&conversation, until: time > call.now ? time : tomorrow, by: bot, at: call.now))
  }
}

extension Tickets {
  /// Ends a snooze at its time. Unknown: the part that records it; here the same as for conversations.
  static func unsnooze(_ found: Record, in workspace: Workspace, at due: Int64) {
    if let conversation = workspace[Conversations.model][found.id], conversation["state"] == "snoozed" {
      return Conversations.unsnooze(conversation, workspace, due)
    }
    // A fixture may contain a closed ticket with the end of a snooze.
    var ticket = found
    ticket["snoozed_until"] = .absent
    workspace[model].replace(ticket)
  }
}
