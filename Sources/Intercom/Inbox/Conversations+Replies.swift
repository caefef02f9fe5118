import API
import JSON
import Store
import TimeZones

extension Behaviour {
  /// A contact's reply is all that it adds; before, the bot noted the language that it found.
  static let leavesOutLanguageDetection = Behaviour("replies leave out the language that was detected")
}

/// Replies: comments, notes and quick replies (state-machine.md, 5.2). What changes the state may be asked for here, too.
extension Conversations {
  static func reply(_ call: Call) throws -> Reply {
    let type = try call.text("message_type") ?? ""
    if Action(rawValue: type) != nil { return try manage(call) }
    guard ["comment", "note", "quick_reply"].contains(type) else {
      throw APIError.parameterInvalid("message_type must be one of comment, note, quick_reply")
    }
    switch try call.text("type") {
    case "user": return try replyAsContact(type, call)
    case "admin":
      return try replyAsTeammate(type, .admin(try call.admin()), try named(call), call)
    case "bot": return try replyAsTeammate(type, .bot(call.workspace), try named(call), call)
    default: throw APIError.parameterInvalid("type must be user or admin")
    }
  }

  // MARK: Contacts

  private static func replyAsContact(_ type: String, _ call: Call) throws -> Reply {
    guard type != "note" else { throw APIError.parameterInvalid("A user cannot write a note") }
    let contact = try Participants.named(call.body, call)
    var conversation = try call.parameter("id") == "last" ? latest(of: contact, call) : named(call)
    let reply = try part(call, metadata: chosen(call.body, call))
    guard !reply["body"].isEmpty || !reply["attachments"].records.isEmpty || type == "quick_reply" else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    if !conversation["contact_ids"].strings.contains(contact.id) {
      conversation["contact_ids"] = .strings(conversation["contact_ids"].strings + [contact.id])
    }
    accept(reply, from: contact, type, &conversation, call)
    call.workspace[model].replace(conversation)
    note("last_replied_at", of: [contact.id], at: reply["created_at"].integer ?? call.now, call.workspace)
    return answer(conversation, call)
  }

  /// The part of a contact's reply is called `open` when it reopens (state-machine.md, 5.1).
  static func accept(
    _ reply: Record, from contact: Record, _ type: String, _ conversation: inout Record, _ call: Call
  ) {
    let time = reply["created_at"].integer ?? call.now
    var part = reply
    let isOpen = conversation["state"] == "open"
    part["part_type"] = .string(isOpen ? (type == "quick_reply" ? "quick_reply" : "comment") : "open")
    if !isOpen { reopen(&conversation, at: time, call.workspace) }
    Authors.write(.contact(contact), to: &part)
    if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(time) }
    conversation["read"] = false
    noteContactReply(&conversation, at: time, call.workspace)
    ConversationParts.append(part, to: &conversation, call.workspace)
    if !call.honours(.leavesOutLanguageDetection) {
      let note = ConversationParts.new("language_detection_details", by: .bot(call.workspace), at: time)
      ConversationParts.append(note, to: &conversation, call.workspace)
    }
  }

  /// The contact's most recent conversation, which the path calls `last`.
  private static func latest(of contact: Record, _ call: Call) throws -> Record {
    let own = call.workspace[model].records(in: "contact_ids", under: contact.id)
    let latest = own.max { ($0["updated_at"].integer ?? 0) < ($1["updated_at"].integer ?? 0) }
    guard let latest else { throw APIError.notFound(model) }
    return latest
  }

  /// The conversation that the path names; `last` needs a contact, whose last it is.
  static func named(_ call: Call) throws -> Record {
    try call.find(model)
  }

  // MARK: Admins and bots

  /// Unknown: whether a comment reopens what is closed, as a note does not (state-machine.md, 5.1); here it stays closed.
  private static func replyAsTeammate(
    _ type: String, _ author: Author, _ found: Record, _ call: Call
  ) throws -> Reply {
    var conversation = found
    let metadata = type == "quick_reply" ? try offered(call.body) : [:]
    var reply = try part(call, metadata: metadata)
    let keepsSnooze = try call.flag("skip_unsnooze") ?? false
    _ = try call.flag("skip_notifications")
    guard type == "quick_reply" || !reply["body"].isEmpty || !reply["attachments"].records.isEmpty else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let time = reply["created_at"].integer ?? call.now
    reply["part_type"] = .string(type)
    Authors.write(author, to: &reply)
    if type == "quick_reply" { reply["body"] = .null }
    if type == "comment" {
      measure(.adminReply, &conversation, at: time, call.workspace)
      conversation["waiting_since"] = .null
      conversation["read"] = true
      note("last_contacted_at", of: conversation["contact_ids"].strings, at: time, call.workspace)
      if conversation["state"] == "snoozed", !keepsSnooze { reopen(&conversation, at: time, call.workspace) }
    }
    ConversationParts.append(reply, to: &conversation, call.workspace)
    call.workspace[model].replace(conversation)
    return answer(conversation, call)
  }

  // MARK: Shared

  /// A part of the body's `body`, `attachment_urls`, `attachment_files` and `created_at`; type and author come later.
  private static func part(_ call: Call, metadata: JSONObject) throws -> Record {
    let body = try call.text("body")
    var part = ConversationParts.new(
      "comment", by: .bot(call.workspace), body: body == "" ? nil : body, at: try call.time("created_at") ?? call.now)
    part["attachments"] = .records(try Attachments.new(call.body, call))
    part["metadata"] = .json(.object(metadata))
    return part
  }

  /// The options of a quick reply, as the part keeps them.
  private static func offered(_ body: JSONObject) throws -> JSONObject {
    let options = try options(body)
    guard !options.isEmpty else { throw APIError.parameterMissing("reply_options is a required parameter") }
    return ["quick_reply_options": .array(options)]
  }

  /// The option that a contact picked.
  private static func chosen(_ body: JSONObject, _ call: Call) throws -> JSONObject {
    try options(body).first?["uuid"].map { ["quick_reply_uuid": $0] } ?? [:]
  }

  private static func options(_ body: JSONObject) throws -> [JSON] {
    guard let json = body["reply_options"], !json.isNull else { return [] }
    guard let items = json.array else { throw APIError.parameterInvalid("reply_options must be an array") }
    return try items.map { item in
      guard let text = item["text"]?.string, let uuid = item["uuid"]?.string else {
        throw APIError.parameterInvalid("each of reply_options must have a text and a uuid")
      }
      return ["text": .string(text), "uuid": .string(uuid)]
    }
  }
}

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
