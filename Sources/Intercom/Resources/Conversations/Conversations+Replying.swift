import API
import JSON
import Store

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
