import API
import JSON
import Store

/// What admins do with a conversation: close, snooze, open, assign. Each may be asked for again (recorded).
extension Conversations {
  enum Action: String {
    case close, snoozed, open, assignment
  }

  static func manage(_ call: Call) throws -> Reply {
    let conversation = try named(call)
    guard let action = Action(rawValue: try call.text("message_type") ?? "") else {
      throw APIError.parameterInvalid("message_type must be one of close, snoozed, open, assignment")
    }
    let admin = Author.admin(try call.admin())
    let changed =
      switch action {
      case .close: try close(conversation, by: admin, call)
      case .snoozed: try snooze(conversation, by: admin, call)
      case .open: open(conversation, by: admin, call)
      case .assignment: try assign(conversation, by: admin, call)
      }
    call.workspace[model].replace(changed)
    return answer(changed, call)
  }

  private static func close(_ found: Record, by author: Author, _ call: Call) throws -> Record {
    var conversation = found
    let part = ConversationParts.new("close", by: author, body: try call.text("body"), at: call.now)
    close(&conversation, by: author, at: call.now, call.workspace)
    ConversationParts.append(part, to: &conversation, call.workspace)
    return conversation
  }

  static func close(_ conversation: inout Record, by author: Author, at time: Int64, _ workspace: Workspace) {
    conversation["state"] = "closed"
    conversation["snoozed_until"] = .null
    conversation["waiting_since"] = .null
    conversation["read"] = true
    measure(.close(by: author), &conversation, at: time, workspace)
  }

  private static func snooze(_ found: Record, by author: Author, _ call: Call) throws -> Record {
    guard let time = try call.time("snoozed_until") else {
      throw APIError.parameterMissing("snoozed_until is a required parameter")
    }
    guard time > call.now else { throw APIError.parameterInvalid("snoozed_until must be in the future") }
    var conversation = found
    conversation["state"] = "snoozed"
    conversation["snoozed_until"] = .integer(time)
    var part = ConversationParts.new("snoozed", by: author, at: call.now)
    part["event_details"] = .json(["until": "custom", "custom_until_time": .string(ISOTime.text(time))])
    ConversationParts.append(part, to: &conversation, call.workspace)
    return conversation
  }

  /// Recorded: one that is open already takes it, too.
  private static func open(_ found: Record, by author: Author, _ call: Call) -> Record {
    var conversation = found
    reopen(&conversation, at: call.now, call.workspace)
    conversation["waiting_since"] = .integer(call.now)
    conversation["read"] = true
    ConversationParts.append(ConversationParts.new("open", by: author, at: call.now), to: &conversation, call.workspace)
    return conversation
  }

  /// Open, whatever it was; only what was closed counts as reopened.
  static func reopen(_ conversation: inout Record, at time: Int64, _ workspace: Workspace) {
    if conversation["state"] == "closed" { measure(.reopening, &conversation, at: time, workspace) }
    conversation["state"] = "open"
    conversation["snoozed_until"] = .null
  }

  // MARK: Assigning

  /// `assignee_id` 0 assigns to nobody. Unknown: what assigning to a team does to the admin; here each stands for itself.
  private static func assign(_ found: Record, by author: Author, _ call: Call) throws -> Record {
    guard let id = try call.id("assignee_id") else {
      throw APIError.parameterMissing("assignee_id is a required parameter")
    }
    let type = try call.text("type") ?? "admin"
    guard ["admin", "team"].contains(type) else { throw APIError.parameterInvalid("type must be admin or team") }
    let isNobody = id == "0"
    guard isNobody || call.workspace[type == "team" ? Teams.model : Admins.model][id] != nil, let number = Int64(id)
    else { throw APIError.resourceNotFound }
    let body = try call.text("body")
    var conversation = found
    let reopens = conversation["state"] == "closed"
    if reopens { reopen(&conversation, at: call.now, call.workspace) }
    conversation["\(type)_assignee_id"] = .integer(number)
    if !isNobody { measure(.assignment, &conversation, at: call.now, call.workspace) }
    if !isNobody, type == "admin" { join(id, &conversation) }
    var part = ConversationParts.new(
      reopens ? "assign_and_reopen" : "assignment", by: author, body: body, at: call.now)
    part["assigned_to"] = .json(isNobody ? nobody : ["type": .string(type), "id": .string(id)])
    ConversationParts.append(part, to: &conversation, call.workspace)
    return conversation
  }

  private static let nobody: JSON = ["type": "nobody_admin", "id": .null]

  /// There are no rules, so nobody is found (as in the description's example).
  static func runRules(_ call: Call) throws -> Reply {
    var conversation = try named(call)
    var part = ConversationParts.new("default_assignment", by: .bot(call.workspace), at: call.now)
    part["assigned_to"] = .json(nobody)
    ConversationParts.append(part, to: &conversation, call.workspace)
    call.workspace[model].replace(conversation)
    return answer(conversation, call)
  }

  // MARK: Snoozes

  /// The snoozed conversations by the time at which they wake.
  static let snoozes = CollectionDefinition.Order("snoozed_until") { conversation in
    conversation["state"] == "snoozed" ? conversation["snoozed_until"].integer : nil
  }

  /// Unknown: the part that records it in no description; the product's own `timer_unsnooze`.
  static let wake: Agenda.Entry.Action = { found, workspace, time in
    var conversation = found
    reopen(&conversation, at: time, workspace)
    let part = ConversationParts.new("timer_unsnooze", by: .bot(workspace), at: time)
    ConversationParts.append(part, to: &conversation, workspace)
    workspace[model].replace(conversation)
  }
}
