import API
import HTTPTypes
import JSON
import Store

extension Conversations {
  static func update(in call: Call) throws -> Reply {
    var conversation = try findConversation(in: call)
    let admin = try Admins.adminID(from: call.body["admin_id"], in: call)
    let parts = try applyChanges(to: &conversation, by: admin.map(Author.admin) ?? .bot(in: call.workspace), in: call)
    for part in parts { ConversationParts.append(part, to: &conversation, in: call.workspace) }
    conversation["updated_at"] = .integer(call.now)
    call.workspace[model].replace(conversation)
    return makeReply(for: conversation, in: call)
  }

  /// Applies the request body to a conversation and returns the parts that record the changes. The caller stores them.
  private static func applyChanges(to conversation: inout Record, by author: Author, in call: Call) throws -> [Record] {
    let priority = conversation["priority"].string
    let company = try self.company(of: conversation, in: call)
    try model.write(call.body, to: &conversation, in: call)
    if call.body["read"]?.isNull ?? false { conversation["read"] = false }
    conversation["company_id"] = .string(company)
    try ConversationAttributes.checkNamesAreUnique(in: call)
    var parts = try ConversationAttributes.write(call.body["custom_attributes"], to: &conversation, in: call)
    if let new = conversation["priority"].string, let priority, new != priority {
      var part = ConversationParts.makePart(type: "priority_changed", by: author, at: call.now)
      part["event_details"] = .json(["current_priority": .string(new), "previous_priority": .string(priority)])
      parts.append(part)
    }
    return parts
  }

  /// Returns the id of the company in the body, or the conversation's own without one; null removes the company.
  ///
  /// Throws 404 if the company is unknown.
  private static func company(of conversation: Record, in call: Call) throws -> String? {
    guard let json = call.body["company_id"] else { return conversation["company_id"].string }
    if json.isNull { return nil }
    guard let id = try call.body.optional("company_id", as: .id) else { return nil }
    let companies = call.workspace[Companies.model]
    guard let company = companies[id] ?? companies.first(in: "company_id", under: id) else {
      throw APIError.notFound(for: Companies.model)
    }
    if TicketConversations.isTicket(conversation) { try TicketCompany.check(company.id, of: conversation, in: call) }
    return company.id
  }

  // MARK: Redacting

  /// The error for a part without a body, and for a first message that no contact wrote (Documentation.docc/Errors.md,
  /// "Errors described in prose only").
  private static let notRedactable = APIError(
    status: .badRequest, code: "conversation_part_not_redactable", message: "Part can't be redacted")

  private static let messageNotFound = APIError(
    status: .notFound, code: "conversation_part_or_message_not_found",
    message: "Conversation part or message not found")

  private static let redactedBody = "<p><i>This message was deleted</i></p>"

  /// Replaces the body of a part or of the first message, and removes its attachments.
  static func redact(in call: Call) throws -> Reply {
    let id = try call.body.required("conversation_id", as: .id)
    guard var conversation = call.workspace[model][id] else { throw messageNotFound }
    switch try call.body.optional("type", as: .string) {
    case "conversation_part":
      try redactPart(try call.body.required("conversation_part_id", as: .id), of: conversation, in: call)
    case "source":
      guard let sourceID = try call.body.optional("source_id", as: .id),
        sourceID == conversation["source"].record?["id"].string
      else { throw messageNotFound }
      try redactSource(of: conversation, in: call)
    default: throw APIError.parameterInvalid("type must be conversation_part or source")
    }
    // The redaction may have updated the conversation.
    conversation = call.workspace[model][id] ?? conversation
    conversation["updated_at"] = .integer(call.now)
    call.workspace[model].replace(conversation)
    return makeReply(for: conversation, in: call)
  }

  /// Redacts the first message, and its copy in a ticket.
  private static func redactSource(of found: Record, in call: Call) throws {
    var conversation = found
    guard var source = conversation["source"].record, Authors.author(of: source).isContact else { throw notRedactable }
    redact(&source)
    conversation["source"] = .record(source)
    call.workspace[model].replace(conversation)
    guard let id = source["id"].string else { return }
    let copies = TicketConversations.records(ofPart: id, of: conversation, in: call.workspace)
    redact(copies.filter { $0["copy_of"].string == id }, in: call)
  }

  /// Redacts a part, and its copy in a ticket. A ticket shows a copy of the first message, too.
  private static func redactPart(_ id: String, of conversation: Record, in call: Call) throws {
    let records = TicketConversations.records(ofPart: id, of: conversation, in: call.workspace)
    guard let part = records.first else { throw messageNotFound }
    guard !part["body"].isEmpty else { throw notRedactable }
    if let original = part["copy_of"].string, original == conversation["source"].record?["id"].string {
      return try redactSource(of: conversation, in: call)
    }
    redact(records, in: call)
  }

  private static func redact(_ records: [Record], in call: Call) {
    for record in records {
      var record = record
      redact(&record)
      record["updated_at"] = .integer(call.now)
      call.workspace[record.schema].replace(record)
    }
  }

  private static func redact(_ message: inout Record) {
    message["body"] = .string(redactedBody)
    message["redacted"] = true
    message["attachments"] = .records([])
  }
}

extension Conversations {
  private static let conversationNotFound = APIError(
    status: .notFound, code: "not_found", message: "Conversation not found")
  private static let tagNotFound = APIError(status: .notFound, code: "tag_not_found", message: "Tag not found")

  static func attachTag(in call: Call) throws -> Reply {
    try attachTag(to: try taggedConversation(in: call), in: call)
  }

  /// Adds the tag in the body to a conversation, or to the ticket that it is.
  static func attachTag(to conversation: Record, in call: Call) throws -> Reply {
    let id = try call.body.required("id", as: .id)
    guard let tag = call.workspace[Tags.model][id] else { throw tagNotFound }
    let admin = try call.admin()
    let type = taggingType(of: conversation)
    let isNew = Taggings.find(id, onType: type, id: conversation.id, in: call.workspace) == nil
    let tagging = Taggings.add(id, toType: type, id: conversation.id, by: admin, in: call)
    if isNew { recordTagChange("tags_added", tag: tag, by: admin, to: conversation, in: call) }
    return .ok(Taggings.appliedTag(of: tagging, in: call.workspace) ?? .record(tag))
  }

  /// Recorded in 2.11: `applied_at` and `applied_by` are null. The description does not allow null, and its examples
  /// have values, so the values before the removal are returned.
  static func detachTag(in call: Call) throws -> Reply {
    try detachTag(call.pathParameter("tag_id"), from: try taggedConversation(in: call), in: call)
  }

  /// Removes a tag from a conversation, or from the ticket that it is.
  static func detachTag(_ id: String, from conversation: Record, in call: Call) throws -> Reply {
    guard let tag = call.workspace[Tags.model][id],
      let tagging = Taggings.find(id, onType: taggingType(of: conversation), id: conversation.id, in: call.workspace)
    else { throw tagNotFound }
    let admin = try Admins.adminID(from: call.body["admin_id"], in: call) ?? Admins.actorID(in: call)
    let appliedTag = Taggings.appliedTag(of: tagging, in: call.workspace)
    call.workspace[Taggings.model].remove(id: tagging.id)
    recordTagChange("tags_removed", tag: tag, by: admin, to: conversation, in: call)
    return .ok(appliedTag ?? .record(tag))
  }

  /// A ticket and its conversation have the same tags.
  static func taggingType(of conversation: Record) -> String {
    TicketConversations.isTicket(conversation) ? "ticket" : "conversation"
  }

  private static func taggedConversation(in call: Call) throws -> Record {
    guard let conversation = call.workspace[model][call.pathParameter("id")] else { throw conversationNotFound }
    return conversation
  }

  /// Adds the part that records the change (recorded), and stores the conversation.
  private static func recordTagChange(
    _ key: String, tag: Record, by admin: String, to found: Record, in call: Call
  ) {
    var conversation = found
    var part = ConversationParts.makePart(type: "conversation_tags_updated", by: .admin(admin), at: call.now)
    let name = JSON.array([tag["name"].json ?? .null])
    part["event_details"] = .json([
      "tags_added": key == "tags_added" ? name : [], "tags_removed": key == "tags_removed" ? name : [],
    ])
    ConversationParts.append(part, to: &conversation, in: call.workspace)
    call.workspace[model].replace(conversation)
  }
}

/// Links between conversations and tickets. Both sides store the other's id in `linked_ids`.
extension Conversations {
  /// The ticket that a conversation is; null for other conversations.
  static func ticket(of conversation: Record, in call: Call) -> Node? {
    guard let ticket = TicketConversations.ticket(of: conversation, in: call.workspace) else { return .null }
    return .json(.object(TicketConversations.summary(of: ticket, in: call)))
  }

  /// Adds a linked ticket or conversation to a conversation. Does nothing if the conversation does not exist.
  static func link(_ id: String, to conversation: String, in workspace: Workspace) {
    guard var record = workspace[model][conversation], !record["linked_ids"].strings.contains(id) else { return }
    record["linked_ids"] = .strings(record["linked_ids"].strings + [id])
    workspace[model].replace(record)
  }

  static func unlink(_ conversation: String, from id: String, in workspace: Workspace) {
    guard var record = workspace[model][conversation] else { return }
    record["linked_ids"] = .strings(record["linked_ids"].strings.filter { $0 != id })
    workspace[model].replace(record)
  }
}

extension Conversations {
  /// Merges the conversation of the path, the secondary, into the primary: the secondary is closed, and its contacts
  /// are added to the primary. Returns the primary.
  static func merge(in call: Call) throws -> Reply {
    let number: Int64? = if case .integer(let number) = call.body["merge_into_conversation_id"] { number } else { nil }
    guard let number else {
      throw APIError.parameterInvalid("merge_into_conversation_id must be a valid integer conversation ID")
    }
    var secondary = try findConversation(in: call)
    let id = String(number)
    guard id != secondary.id else { throw mergeFailed(message: "Cannot merge a conversation into itself") }
    guard secondary["merged_into_id"].isEmpty else {
      throw mergeFailed(message: "Secondary conversation has already been merged")
    }
    guard var primary = call.workspace[model][id] else { throw mergeFailed(message: "Primary conversation not found") }
    let bot = Author.bot(in: call.workspace)
    let part = close(&secondary, by: bot, at: call.now, in: call.workspace)
    secondary["merged_into_id"] = .string(primary.id)
    ConversationParts.append(part, to: &secondary, in: call.workspace)
    let ids = primary["contact_ids"].strings
    primary["contact_ids"] = .strings(ids + secondary["contact_ids"].strings.filter { !ids.contains($0) })
    ConversationParts.append(
      ConversationParts.makePart(type: "merged_primary_conversation", by: bot, at: call.now), to: &primary,
      in: call.workspace)
    call.workspace[model].replace(secondary)
    call.workspace[model].replace(primary)
    return makeReply(for: primary, in: call)
  }

  private static func mergeFailed(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "merge_failed", message: message)
  }
}
