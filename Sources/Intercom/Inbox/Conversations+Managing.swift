import API
import JSON
import Store
import TimeZones

/// Management of a conversation by an admin: close, snooze, open, assign. Each action may be repeated (recorded).
extension Conversations {
  enum ManagementAction: String {
    case close, snoozed, open, assignment
  }

  static func manage(in call: Call) throws -> Reply {
    try manage(try findConversation(in: call), in: call)
  }

  static func manage(_ found: Record, in call: Call) throws -> Reply {
    guard let action = ManagementAction(rawValue: try call.body.optional("message_type", as: .string) ?? "") else {
      throw APIError.parameterInvalid("message_type must be one of close, snoozed, open, assignment")
    }
    let admin = Author.admin(try call.admin())
    var conversation = found
    let part =
      switch action {
      case .close: try close(&conversation, by: admin, in: call)
      case .snoozed: try snooze(&conversation, by: admin, in: call)
      case .open: open(&conversation, by: admin, at: call.now, in: call.workspace)
      case .assignment: try assign(&conversation, by: admin, in: call)
      }
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    call.workspace[model].replace(conversation)
    return makeReply(for: conversation, in: call)
  }

  private static func close(_ conversation: inout Record, by author: Author, in call: Call) throws -> Record {
    let body = try call.body.optional("body", as: .string)
    return close(&conversation, by: author, body: body, at: call.now, in: call.workspace)
  }

  private static func snooze(_ conversation: inout Record, by author: Author, in call: Call) throws -> Record {
    let time = try call.body.required("snoozed_until", as: .unixTime())
    guard time > call.now else { throw APIError.parameterInvalid("snoozed_until must be in the future") }
    return snooze(&conversation, until: time, by: author, at: call.now)
  }

  /// An `assignee_id` of 0 unassigns the conversation.
  private static func assign(_ conversation: inout Record, by author: Author, in call: Call) throws -> Record {
    let id = try call.body.required("assignee_id", as: .id)
    let type = try call.body.optional("type", as: .string) ?? "admin"
    guard ["admin", "team"].contains(type) else { throw APIError.parameterInvalid("type must be admin or team") }
    let isKnown = id == "0" || call.workspace[type == "team" ? Teams.model : Admins.model][id] != nil
    guard isKnown, let number = Int64(id) else { throw APIError.resourceNotFound }
    var part = assign(&conversation, toType: type, number: number, by: author, at: call.now, in: call.workspace)
    part["body"] = .string(try call.body.optional("body", as: .string).map(HTML.paragraphs))
    return part
  }

  /// Adds the part of a default assignment without an assignee, because the workspace has no assignment rules (as in
  /// the description's example).
  static func runAssignmentRules(in call: Call) throws -> Reply {
    var conversation = try findConversation(in: call)
    var part = ConversationParts.makePart(type: "default_assignment", by: .bot(in: call.workspace), at: call.now)
    part["assigned_to"] = .json(nobodyAssignee)
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    call.workspace[model].replace(conversation)
    return makeReply(for: conversation, in: call)
  }
}

/// The effects of the actions, which a conversation and a ticket have in common. Each changes the conversation and returns
/// the part that records it; the caller stores both.
extension Conversations {
  static func close(
    _ conversation: inout Record, by author: Author, body: String? = nil, at time: Int64, in workspace: Workspace
  ) -> Record {
    conversation["state"] = "closed"
    conversation["snoozed_until"] = .null
    conversation["waiting_since"] = .null
    conversation["read"] = true
    updateStatistics(for: .close(by: author), of: &conversation, at: time, in: workspace)
    return ConversationParts.makePart(type: "close", by: author, body: body, at: time)
  }

  static func snooze(_ conversation: inout Record, until end: Int64, by author: Author, at time: Int64) -> Record {
    conversation["state"] = "snoozed"
    conversation["snoozed_until"] = .integer(end)
    var part = ConversationParts.makePart(type: "snoozed", by: author, at: time)
    part["event_details"] = .json(["until": "custom", "custom_until_time": .string(ISO8601.string(fromSeconds: end))])
    return part
  }

  /// Recorded: the action is also accepted for an open conversation.
  static func open(_ conversation: inout Record, by author: Author, at time: Int64, in workspace: Workspace) -> Record {
    reopen(&conversation, at: time, in: workspace)
    conversation["waiting_since"] = .integer(time)
    conversation["read"] = true
    return ConversationParts.makePart(type: "open", by: author, at: time)
  }

  /// Opens a conversation without a part. Only opening a closed conversation counts as a reopening.
  static func reopen(_ conversation: inout Record, at time: Int64, in workspace: Workspace) {
    if conversation["state"] == "closed" {
      updateStatistics(for: .reopening, of: &conversation, at: time, in: workspace)
    }
    conversation["state"] = "open"
    conversation["snoozed_until"] = .null
  }

  /// Assigns a conversation to an admin or a team; 0 unassigns it. Unknown: the effect of a team assignment on the admin;
  /// here the two are independent.
  /// - Parameters:
  ///   - type: `admin` or `team`
  ///   - reopens: whether the assignment of a closed conversation opens it
  static func assign(
    _ conversation: inout Record, toType type: String, number: Int64, by author: Author, reopens: Bool = true,
    at time: Int64, in workspace: Workspace
  ) -> Record {
    let reopens = reopens && conversation["state"] == "closed"
    if reopens { reopen(&conversation, at: time, in: workspace) }
    conversation["\(type)_assignee_id"] = .integer(number)
    let id = String(number)
    if number != 0 { updateStatistics(for: .assignment, of: &conversation, at: time, in: workspace) }
    if number != 0, type == "admin" { addTeammate(id, to: &conversation) }
    var part = ConversationParts.makePart(type: reopens ? "assign_and_reopen" : "assignment", by: author, at: time)
    part["assigned_to"] = .json(number == 0 ? nobodyAssignee : ["type": .string(type), "id": .string(id)])
    return part
  }

  private static let nobodyAssignee: JSON = ["type": "nobody_admin", "id": .null]
}

/// The ends of snoozes.
extension Conversations {
  /// Orders snoozed conversations by the end of their snooze.
  static let snoozeOrder = CollectionDefinition.Order(name: "snoozed_until") { conversation in
    // The snooze of a ticket ends by the order of the tickets.
    guard conversation["state"] == "snoozed", !TicketConversations.isTicket(conversation) else { return nil }
    return conversation["snoozed_until"].integer
  }

  /// Reopens a conversation at the end of its snooze. Unknown: the part, which no description documents; here the
  /// product's `timer_unsnooze`.
  static let unsnooze: Agenda.Entry.Action = { found, workspace, time in
    var conversation = found
    reopen(&conversation, at: time, in: workspace)
    let part = ConversationParts.makePart(type: "timer_unsnooze", by: .bot(in: workspace), at: time)
    ConversationParts.append(part, to: &conversation, in: workspace)
    workspace[model].replace(conversation)
  }
}
