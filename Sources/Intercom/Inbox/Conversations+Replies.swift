import API
import JSON
import Store
import TimeZones

/// Replies: comments, notes and quick replies (Documentation.docc/Conversations-and-Tickets.md, "Conversation
/// requests"). This operation also accepts the management actions.
extension Conversations {
  static func reply(in call: Call) throws -> Reply {
    let type = try call.body.optional("message_type", as: .string) ?? ""
    if ManagementAction(rawValue: type) != nil { return try manage(in: call) }
    guard ["comment", "note", "quick_reply"].contains(type) else {
      throw APIError.parameterInvalid("message_type must be one of comment, note, quick_reply")
    }
    switch try call.body.optional("type", as: .string) {
    case "user": return try replyAsContact(type: type, in: call)
    case "admin":
      return try replyAsTeammate(type: type, by: .admin(try call.admin()), to: try findConversation(in: call), in: call)
    case "bot":
      return try replyAsTeammate(type: type, by: .bot(in: call.workspace), to: try findConversation(in: call), in: call)
    default: throw APIError.parameterInvalid("type must be user or admin")
    }
  }

  // MARK: Contacts

  private static func replyAsContact(type: String, in call: Call) throws -> Reply {
    guard type != "note" else { throw APIError.parameterInvalid("A user cannot write a note") }
    let contact = try Participants.contact(from: call.body, in: call)
    var conversation =
      try call.pathParameter("id") == "last" ? latestConversation(of: contact, in: call) : findConversation(in: call)
    let reply = try makeReplyPart(in: call, metadata: chosenOption(from: call.body, in: call))
    guard !reply["body"].isEmpty || !reply["attachments"].records.isEmpty || type == "quick_reply" else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    if !conversation["contact_ids"].strings.contains(contact.id) {
      conversation["contact_ids"] = .strings(conversation["contact_ids"].strings + [contact.id])
    }
    appendContactReply(reply, from: contact, type: type, to: &conversation, in: call)
    call.workspace[model].replace(conversation)
    recordContactTime(
      "last_replied_at", of: [contact.id], at: reply["created_at"].integer ?? call.now, in: call.workspace)
    return makeReply(for: conversation, in: call)
  }

  /// Adds a contact's reply. A reply that reopens the conversation has the part type `open`
  /// (Documentation.docc/Conversations-and-Tickets.md, "Conversation states").
  static func appendContactReply(
    _ reply: Record, from contact: Record, type: String, to conversation: inout Record, in call: Call
  ) {
    let time = reply["created_at"].integer ?? call.now
    var part = reply
    let isOpen = conversation["state"] == "open"
    part["part_type"] = .string(isOpen ? (type == "quick_reply" ? "quick_reply" : "comment") : "open")
    if !isOpen { reopen(&conversation, at: time, in: call.workspace) }
    Authors.write(.contact(contact), to: &part)
    if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(time) }
    conversation["read"] = false
    recordContactReply(to: &conversation, at: time, in: call.workspace)
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    if !call.honours(.leavesOutLanguageDetection) {
      let note = ConversationParts.makePart(type: "language_detection_details", by: .bot(in: call.workspace), at: time)
      ConversationParts.append(note, to: &conversation, in: call.workspace)
    }
  }

  /// The contact's most recently updated conversation, for the path parameter `last`.
  private static func latestConversation(of contact: Record, in call: Call) throws -> Record {
    let own = call.workspace[model].records(in: "contact_ids", under: contact.id)
    let latest = own.max { ($0["updated_at"].integer ?? 0) < ($1["updated_at"].integer ?? 0) }
    guard let latest else { throw APIError.notFound(for: model) }
    return latest
  }

  /// The conversation of the path. The value `last` is valid only in a contact's reply.
  static func findConversation(in call: Call) throws -> Record {
    try call.find(model)
  }

  // MARK: Admins and bots

  /// Adds a teammate's or the bot's reply.
  ///
  /// Unknown: whether a comment reopens a closed conversation, which a note does not
  /// (Documentation.docc/Conversations-and-Tickets.md, "Conversation states"); here it stays closed.
  private static func replyAsTeammate(
    type: String, by author: Author, to found: Record, in call: Call
  ) throws -> Reply {
    var conversation = found
    let metadata = type == "quick_reply" ? try offeredOptions(from: call.body) : [:]
    var reply = try makeReplyPart(in: call, metadata: metadata)
    let keepsSnooze = try call.body.optional("skip_unsnooze", as: .boolean) ?? false
    _ = try call.body.optional("skip_notifications", as: .boolean)
    guard type == "quick_reply" || !reply["body"].isEmpty || !reply["attachments"].records.isEmpty else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let time = reply["created_at"].integer ?? call.now
    reply["part_type"] = .string(type)
    Authors.write(author, to: &reply)
    if type == "quick_reply" { reply["body"] = .null }
    if type == "comment" {
      updateStatistics(for: .adminReply, of: &conversation, at: time, in: call.workspace)
      conversation["waiting_since"] = .null
      conversation["read"] = true
      recordContactTime("last_contacted_at", of: conversation["contact_ids"].strings, at: time, in: call.workspace)
      if conversation["state"] == "snoozed", !keepsSnooze { reopen(&conversation, at: time, in: call.workspace) }
    }
    ConversationParts.append(reply, to: &conversation, in: call.workspace)
    call.workspace[model].replace(conversation)
    return makeReply(for: conversation, in: call)
  }

  // MARK: Shared

  /// A part with the request's `body`, `attachment_urls`, `attachment_files` and `created_at`. The caller sets the type
  /// and the author.
  private static func makeReplyPart(in call: Call, metadata: JSONObject) throws -> Record {
    let body = try call.body.optional("body", as: .string)
    var part = ConversationParts.makePart(
      type: "comment", by: .bot(in: call.workspace), body: body == "" ? nil : body,
      at: try call.body.optional("created_at", as: .unixTime()) ?? call.now)
    part["attachments"] = .records(try Attachments.makeAttachments(from: call.body, in: call))
    part["metadata"] = .json(.object(metadata))
    return part
  }

  /// The options of a quick reply, as the metadata of its part.
  private static func offeredOptions(from body: JSONObject) throws -> JSONObject {
    let options = try replyOptions(from: body)
    guard !options.isEmpty else { throw APIError.parameterMissing("reply_options is a required parameter") }
    return ["quick_reply_options": .array(options)]
  }

  /// The option that a contact selected, as the metadata of the part.
  private static func chosenOption(from body: JSONObject, in call: Call) throws -> JSONObject {
    try replyOptions(from: body).first?["uuid"].map { ["quick_reply_uuid": $0] } ?? [:]
  }

  private static func replyOptions(from body: JSONObject) throws -> [JSON] {
    try (body.optional("reply_options", as: .array) ?? []).map { item in
      guard let text = item["text"]?.string, let uuid = item["uuid"]?.string else {
        throw APIError.parameterInvalid("each of reply_options must have a text and a uuid")
      }
      return ["text": .string(text), "uuid": .string(uuid)]
    }
  }
}

/// Management of a conversation by an admin: close, snooze, open, assign. Each action may be repeated (recorded).
extension Conversations {
  enum ManagementAction: String {
    case close, snoozed, open, assignment
  }

  static func manage(in call: Call) throws -> Reply {
    let conversation = try findConversation(in: call)
    guard let action = ManagementAction(rawValue: try call.body.optional("message_type", as: .string) ?? "") else {
      throw APIError.parameterInvalid("message_type must be one of close, snoozed, open, assignment")
    }
    let admin = Author.admin(try call.admin())
    let changed =
      switch action {
      case .close: try close(conversation, by: admin, in: call)
      case .snoozed: try snooze(conversation, by: admin, in: call)
      case .open: open(conversation, by: admin, in: call)
      case .assignment: try assign(conversation, by: admin, in: call)
      }
    call.workspace[model].replace(changed)
    return makeReply(for: changed, in: call)
  }

  private static func close(_ found: Record, by author: Author, in call: Call) throws -> Record {
    var conversation = found
    let part = ConversationParts.makePart(
      type: "close", by: author, body: try call.body.optional("body", as: .string), at: call.now)
    close(&conversation, by: author, at: call.now, in: call.workspace)
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    return conversation
  }

  /// Closes a conversation without adding a part. The caller stores it.
  static func close(_ conversation: inout Record, by author: Author, at time: Int64, in workspace: Workspace) {
    conversation["state"] = "closed"
    conversation["snoozed_until"] = .null
    conversation["waiting_since"] = .null
    conversation["read"] = true
    updateStatistics(for: .close(by: author), of: &conversation, at: time, in: workspace)
  }

  private static func snooze(_ found: Record, by author: Author, in call: Call) throws -> Record {
    let time = try call.body.required("snoozed_until", as: .unixTime())
    guard time > call.now else { throw APIError.parameterInvalid("snoozed_until must be in the future") }
    var conversation = found
    conversation["state"] = "snoozed"
    conversation["snoozed_until"] = .integer(time)
    var part = ConversationParts.makePart(type: "snoozed", by: author, at: call.now)
    part["event_details"] = .json(["until": "custom", "custom_until_time": .string(ISO8601.string(fromSeconds: time))])
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    return conversation
  }

  /// Recorded: the action is also accepted for an open conversation.
  private static func open(_ found: Record, by author: Author, in call: Call) -> Record {
    var conversation = found
    reopen(&conversation, at: call.now, in: call.workspace)
    conversation["waiting_since"] = .integer(call.now)
    conversation["read"] = true
    ConversationParts.append(
      ConversationParts.makePart(type: "open", by: author, at: call.now), to: &conversation, in: call.workspace)
    return conversation
  }

  /// Opens a conversation. Only opening a closed conversation counts as a reopening.
  static func reopen(_ conversation: inout Record, at time: Int64, in workspace: Workspace) {
    if conversation["state"] == "closed" {
      updateStatistics(for: .reopening, of: &conversation, at: time, in: workspace)
    }
    conversation["state"] = "open"
    conversation["snoozed_until"] = .null
  }

  // MARK: Assigning

  /// An `assignee_id` of 0 unassigns the conversation. Unknown: the effect of a team assignment on the admin; here the
  /// two are independent.
  private static func assign(_ found: Record, by author: Author, in call: Call) throws -> Record {
    let id = try call.body.required("assignee_id", as: .id)
    let type = try call.body.optional("type", as: .string) ?? "admin"
    guard ["admin", "team"].contains(type) else { throw APIError.parameterInvalid("type must be admin or team") }
    let unassigns = id == "0"
    guard unassigns || call.workspace[type == "team" ? Teams.model : Admins.model][id] != nil, let number = Int64(id)
    else { throw APIError.resourceNotFound }
    let body = try call.body.optional("body", as: .string)
    var conversation = found
    let reopens = conversation["state"] == "closed"
    if reopens { reopen(&conversation, at: call.now, in: call.workspace) }
    conversation["\(type)_assignee_id"] = .integer(number)
    if !unassigns { updateStatistics(for: .assignment, of: &conversation, at: call.now, in: call.workspace) }
    if !unassigns, type == "admin" { addTeammate(id, to: &conversation) }
    var part = ConversationParts.makePart(
      type: reopens ? "assign_and_reopen" : "assignment", by: author, body: body, at: call.now)
    part["assigned_to"] = .json(unassigns ? nobodyAssignee : ["type": .string(type), "id": .string(id)])
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    return conversation
  }

  private static let nobodyAssignee: JSON = ["type": "nobody_admin", "id": .null]

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

  // MARK: Snoozes

  /// Orders snoozed conversations by the end of their snooze.
  static let snoozeOrder = CollectionDefinition.Order(name: "snoozed_until") { conversation in
    conversation["state"] == "snoozed" ? conversation["snoozed_until"].integer : nil
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
