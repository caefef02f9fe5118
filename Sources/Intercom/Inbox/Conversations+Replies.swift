import API
import JSON
import Store
import TimeZones

/// Replies: comments, notes and quick replies (Documentation.docc/Conversations-and-Tickets.md, "Conversation
/// requests"). This operation also accepts the management actions.
extension Conversations {
  static func reply(in call: Call) throws -> Reply {
    let type = try call.body.optional("message_type", as: .string) ?? ""
    if ManagementAction(rawValue: type) != nil { return try manage(try conversationOrLatest(in: call), in: call) }
    guard ["comment", "note", "quick_reply"].contains(type) else {
      throw APIError.parameterInvalid("message_type must be one of comment, note, quick_reply")
    }
    switch try call.body.optional("type", as: .string) {
    case "user": return try replyAsContact(type: type, in: call)
    case "admin":
      let author = Author.admin(try call.admin())
      return try replyAsTeammate(type: type, by: author, to: try conversationOrLatest(in: call), in: call)
    case "bot":
      let author = Author.bot(in: call.workspace)
      return try replyAsTeammate(type: type, by: author, to: try conversationOrLatest(in: call), in: call)
    default: throw APIError.parameterInvalid("type must be user or admin")
    }
  }

  // MARK: Contacts

  private static func replyAsContact(type: String, in call: Call) throws -> Reply {
    guard type != "note" else { throw APIError.parameterInvalid("A user cannot write a note") }
    let contact = try Participants.contact(from: call.body, in: call)
    var conversation = try conversationOrLatest(in: call)
    if let ticket = TicketConversations.ticket(of: conversation, in: call.workspace) {
      try Tickets.refuseContactReply(toBackOffice: ticket, in: call)
    }
    let reply = try makeReplyPart(in: call, metadata: chosenOption(from: call.body, in: call))
    guard !reply["body"].isEmpty || !reply["attachments"].records.isEmpty || type == "quick_reply" else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    storeContactReply(reply, from: contact, type: type, to: &conversation, in: call)
    return makeReply(for: conversation, in: call)
  }

  /// Adds a contact's reply to a conversation, or to the ticket that it is, and stores everything that it changes.
  /// Returns the part. The contact becomes a participant.
  @discardableResult
  static func storeContactReply(
    _ reply: Record, from contact: Record, type: String, to conversation: inout Record, in call: Call
  ) -> Record {
    if !conversation["contact_ids"].strings.contains(contact.id) {
      conversation["contact_ids"] = .strings(conversation["contact_ids"].strings + [contact.id])
    }
    let part = appendContactReply(reply, from: contact, type: type, to: &conversation, in: call)
    call.workspace[model].replace(conversation)
    recordContactTime(
      "last_replied_at", of: [contact.id], at: reply["created_at"].integer ?? call.now, in: call.workspace)
    return part
  }

  /// Adds a contact's reply. A reply that reopens the conversation has the part type `open`
  /// (Documentation.docc/Conversations-and-Tickets.md, "Conversation states").
  ///
  /// Unknown: the type of a reply that reopens a ticket. Here it stays a comment: the answer of a ticket's reply has no
  /// other types than those that the request names.
  @discardableResult
  static func appendContactReply(
    _ reply: Record, from contact: Record, type: String, to conversation: inout Record, in call: Call
  ) -> Record {
    let time = reply["created_at"].integer ?? call.now
    var part = reply
    let isOpen = conversation["state"] == "open"
    let keepsType = isOpen || TicketConversations.isTicket(conversation)
    part["part_type"] = .string(keepsType ? (type == "quick_reply" ? "quick_reply" : "comment") : "open")
    if !isOpen { reopen(&conversation, at: time, in: call.workspace) }
    Authors.write(.contact(contact), to: &part)
    if conversation["waiting_since"].isEmpty { conversation["waiting_since"] = .integer(time) }
    conversation["read"] = false
    recordContactReply(to: &conversation, at: time, in: call.workspace)
    part = ConversationParts.append(part, to: &conversation, in: call.workspace)
    if !call.honours(.leavesOutLanguageDetection) {
      let note = ConversationParts.makePart(type: "language_detection_details", by: .bot(in: call.workspace), at: time)
      ConversationParts.append(note, to: &conversation, in: call.workspace)
    }
    return part
  }

  /// The conversation of the path, where `last` is the newest one of the contact that the body identifies
  /// (Documentation.docc/Conversations-and-Tickets.md, "Conversation requests").
  ///
  /// Unknown: whether the newest is the one that was created last, as here, or that was updated last; and the words of
  /// the 400 for a contact without conversations, here those of a Fin operation.
  private static func conversationOrLatest(in call: Call) throws -> Record {
    guard call.pathParameter("id") == "last" else { return try findConversation(in: call) }
    let contact = try Participants.contact(from: call.body, in: call)
    let own = call.workspace[model].records(in: "contact_ids", under: contact.id)
    guard let latest = own.min(by: { $0.isNewer(than: $1, by: "created_at") }) else {
      throw APIError.parameterInvalid("Conversation not found")
    }
    return latest
  }

  /// The conversation of the path.
  static func findConversation(in call: Call) throws -> Record {
    try call.find(model)
  }

  // MARK: Admins and bots

  private static func replyAsTeammate(
    type: String, by author: Author, to found: Record, in call: Call
  ) throws -> Reply {
    var conversation = found
    let metadata = type == "quick_reply" ? try offeredOptions(from: call.body) : [:]
    let reply = try makeReplyPart(in: call, metadata: metadata)
    let keepsSnooze = try call.body.optional("skip_unsnooze", as: .boolean) ?? false
    _ = try call.body.optional("skip_notifications", as: .boolean)
    guard type == "quick_reply" || !reply["body"].isEmpty || !reply["attachments"].records.isEmpty else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    storeTeammateReply(reply, by: author, type: type, keepsSnooze: keepsSnooze, to: &conversation, in: call)
    return makeReply(for: conversation, in: call)
  }

  /// Adds a reply of a teammate or the bot to a conversation, or to the ticket that it is, and stores everything that it
  /// changes. Returns the part.
  ///
  /// Unknown: whether a comment reopens a closed conversation, which a note does not
  /// (Documentation.docc/Conversations-and-Tickets.md, "Conversation states"); here it stays closed.
  @discardableResult
  static func storeTeammateReply(
    _ part: Record, by author: Author, type: String, keepsSnooze: Bool = false, to conversation: inout Record,
    in call: Call
  ) -> Record {
    var reply = part
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
    reply = ConversationParts.append(reply, to: &conversation, in: call.workspace)
    call.workspace[model].replace(conversation)
    return reply
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
  static func offeredOptions(from body: JSONObject) throws -> JSONObject {
    let options = try replyOptions(from: body)
    guard !options.isEmpty else { throw APIError.parameterMissing("reply_options is a required parameter") }
    return ["quick_reply_options": .array(options)]
  }

  /// The option that a contact selected, as the metadata of the part.
  static func chosenOption(from body: JSONObject, in call: Call) throws -> JSONObject {
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
