import API
import HTTPTypes
import JSON
import Store

/// Who has a ticket, whether it is open, and until when it sleeps.
extension TicketChange {
  static let noAssignee = APIError(.notFound, "assignee_not_found", "Assignee not found")

  /// Assigns the ticket to the admin or team that the body names; "0" takes it from both.
  mutating func assign() throws {
    let actor = Author.admin(try actor())
    guard let json = call.body["assignee_id"], !json.isNull else { return }
    guard let id = json.string ?? json.integral.map(String.init), let number = Int64(id) else {
      throw Self.noAssignee
    }
    if number == 0 {
      ticket["admin_assignee_id"] = 0
      ticket["team_assignee_id"] = 0
      return note("assignment", by: actor) { $0["assigned_to"] = .json(["type": "nobody_admin", "id": .null]) }
    }
    let type = call.workspace[Admins.model][id] != nil ? "admin" : "team"
    guard type == "admin" || call.workspace[Teams.model][id] != nil else { throw Self.noAssignee }
    ticket["\(type)_assignee_id"] = .integer(number)
    note("assignment", by: actor) { $0["assigned_to"] = .json(["type": .string(type), "id": .string(id)]) }
  }

  /// The admin who acts: the one that the body names, else the token's.
  private func actor() throws -> String {
    guard let json = call.body["admin_id"], !json.isNull else { return Admins.actor(call) }
    guard let id = json.string ?? json.integral.map(String.init), call.workspace[Admins.model][id] != nil else {
      throw Self.noAssignee
    }
    return id
  }

  /// Closing wakes a ticket, too.
  mutating func setOpen() throws {
    guard let flag = try call.flag("open") else { return }
    if ticket["open"].boolean != flag { note(flag ? "open" : "close") }
    ticket["open"] = .boolean(flag)
    if !flag { ticket["snoozed_until"] = .absent }
  }

  /// A time that is past stands for nine o'clock tomorrow in the workspace (recorded).
  mutating func snooze() throws {
    guard let time = try call.time("snoozed_until"), ticket["open"] == true else { return }
    let tomorrow = call.workspace.zone.startOfNextDay(call.now) + 9 * 3600
    ticket["snoozed_until"] = .integer(time > call.now ? time : tomorrow)
    note("snoozed")
  }
}

extension Tickets {
  /// A ticket wakes when its time has come. Unknown: the part that records it; here as conversations do.
  static func wake(_ ticket: Record, _ workspace: Workspace, _ due: Int64) {
    var ticket = ticket
    ticket["snoozed_until"] = .absent
    ticket["updated_at"] = .integer(due)
    workspace[model].replace(ticket)
    TicketParts.append(TicketParts.new("timer_unsnooze", by: .bot(workspace), at: due), to: ticket.id, workspace)
  }
}
