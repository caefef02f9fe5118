import API
import HTTPTypes
import JSON
import Store

/// The parts of a conversation: everything that happened after its first message, oldest first.
enum ConversationParts {
  /// The maximum number of parts shown; the newest are kept.
  private static let shownPartLimit = 500

  static let model = Model(
    name: "conversation_part", collection: "conversation_parts", ids: .sequence(from: 1),
    references: [
      Reference("conversation_id", to: "conversations", onDelete: .cascade),
      // A part does not show a deleted tag.
      Reference("tag_ids", to: "tags", onDelete: .keep), Authors.reference(),
    ],
    fields: [
      .type("conversation_part"), .string("id"), .string("part_type"), .string("body"), .timestamp("created_at"),
      .timestamp("updated_at"), .timestamp("notified_at"), .object("assigned_to", initial: nil),
      .derived("author", from: Authors.partAuthor), .models("attachments", of: Attachments.model),
      .string("external_id"),
      .boolean("redacted", initial: false), .object("metadata"),
      .model("email_message_metadata", of: ConversationModels.email),
      .string("state", options: .sparse, oneOf: ["open", "closed", "snoozed"]), .derived("tags", from: tags),
      .object("event_details").shown(PartDetails.shown), .string("app_package_code"),
      .object("translations", initial: nil),
      .string("external_reply_send_state", options: .sparse), .object("seen_state", options: .sparse, initial: nil),
      .string("conversation_id", options: [.hidden, .indexed]), .array("tag_ids", options: .hidden),
    ] + Authors.fields)

  /// The stored parts of a conversation, oldest first.
  static func parts(of conversation: String, in workspace: Workspace) -> [Record] {
    workspace[model].records(in: "conversation_id", under: conversation)
  }

  /// The `conversation_parts` member. Lists of conversations omit it.
  static func list(of conversation: Record, in call: Call) -> Node? {
    guard !Conversations.isListOperation(in: call) else { return nil }
    var parts = Array(TicketConversations.parts(of: conversation, in: call.workspace).suffix(shownPartLimit))
    parts = translated(parts, of: conversation, in: call)
    if Conversations.showsPlainText(in: call) { parts = parts.map(plainTextCopy) }
    return .members([
      "type": "conversation_part.list", "conversation_parts": .records(parts), "total_count": .integer(parts.count),
    ])
  }

  private static func plainTextCopy(of part: Record) -> Record {
    guard let body = part["body"].string else { return part }
    var copy = part
    copy["body"] = .string(PlainText.text(from: body))
    return copy
  }

  private static func tags(of part: Record, in call: Call) -> Node? {
    let tags = part["tag_ids"].strings.compactMap { call.workspace[Tags.model][$0] }
    return .json(
      .array(tags.map { ["type": "tag", "id": .string($0.id), "name": $0["name"].json ?? .null] }))
  }

  /// Creates a part; the caller stores it.
  static func makePart(type: String, by author: Author, body: String? = nil, at time: Int64) -> Record {
    var part = model.blank()
    part["part_type"] = .string(type)
    part["body"] = .string(body.map(HTML.paragraphs))
    for name in ["created_at", "updated_at", "notified_at"] { part[name] = .integer(time) }
    Authors.write(author, to: &part)
    return part
  }

  /// Stores a part at the end of a conversation, and updates the conversation's members that depend on its parts:
  /// `updated_at`, the number of parts and the teammates. The caller stores the conversation.
  @discardableResult
  static func append(_ part: Record, to conversation: inout Record, in workspace: Workspace) -> Record {
    var part = part
    part["conversation_id"] = .string(conversation.id)
    part["state"] = conversation["state"]
    if TicketConversations.isTicket(conversation) {
      part = TicketConversations.append(part, to: conversation, in: workspace)
    } else {
      part["id"] = .json(workspace.nextID(for: model))
      workspace[model].insert(part)
    }
    let time = part["created_at"].integer ?? workspace.clock.now
    conversation["updated_at"] = .integer(max(time, conversation["updated_at"].integer ?? time))
    if !part["attachments"].records.isEmpty { ConversationAttributes.noteAttachments(of: &conversation) }
    let author = Authors.author(of: part)
    if author.type == "admin" { Conversations.addTeammate(author.id, to: &conversation) }
    Conversations.updatePartCount(of: &conversation, in: workspace)
    return part
  }
}

extension ConversationParts {
  /// Returns the parts in the conversation's language, if the request asks for translations and the parts have them.
  ///
  /// Unknown: how the service determines the language; here it is the language of the conversation's first contact.
  static func translated(_ parts: [Record], of conversation: Record, in call: Call) -> [Record] {
    guard call.honours(.translatesParts), call.queryParameter("include_translations") == "true",
      let language = language(of: conversation, in: call.workspace)
    else { return parts }
    return parts.map { part in
      guard let body = part["translations"].object?[language]?.string else { return part }
      var part = part
      part["body"] = .string(body)
      return part
    }
  }

  /// The language code without its region: `fr` for `fr-CA`.
  private static func language(of conversation: Record, in workspace: Workspace) -> String? {
    guard let contact = conversation["contact_ids"].strings.first.flatMap({ workspace[Contacts.model][$0] }) else {
      return nil
    }
    let code = contact["language_override"].string ?? contact["browser_language"].string
    return code.map { $0.prefix { $0 != "-" && $0 != "_" }.lowercased() }
  }
}

extension ConversationParts {
  /// Records the delivery state of an external reply, or that an admin has seen a part. Returns the part.
  ///
  /// Unknown: the expected secret; here any non-empty string is accepted.
  static func update(in call: Call) throws -> Reply {
    guard call.body["experimental"] == true, let secret = call.body["secret"]?.string, !secret.isEmpty else {
      throw APIError(status: .forbidden, code: "forbidden", message: "Forbidden request")
    }
    guard let conversation = call.workspace[Conversations.model][call.pathParameter("id")] else {
      throw APIError.notFound(for: model)
    }
    let records = TicketConversations.records(
      ofPart: call.pathParameter("part_id"), of: conversation, in: call.workspace)
    guard !records.isEmpty else { throw APIError.notFound(for: model) }
    let (state, seen) = (
      try call.body.optional("send_state", as: .string), try call.body.optional("seen", as: .boolean)
    )
    _ = try call.body.optional("info_message", as: .string)
    if seen != nil { _ = try call.admin() }
    guard state != nil || seen != nil else {
      throw APIError.parameterMissing("send_state or seen is a required parameter")
    }
    let changed = records.map { record in
      var part = record
      if let state { part["external_reply_send_state"] = .string(state) }
      if let seen { part["seen_state"] = .json(["admin_seen": .boolean(seen)]) }
      part["updated_at"] = .integer(call.now)
      call.workspace[part.schema].replace(part)
      return part
    }
    return .ok(TicketConversations.shownPart(of: changed[0], in: conversation))
  }
}
