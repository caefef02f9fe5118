import API
import JSON
import Store

extension Conversations {
  static func update(_ call: Call) throws -> Reply {
    var conversation = try named(call)
    let admin = try Admins.named(call.body["admin_id"], call)
    let parts = try changes(&conversation, by: admin.map(Author.admin) ?? .bot(call.workspace), call)
    for part in parts { ConversationParts.append(part, to: &conversation, call.workspace) }
    conversation["updated_at"] = .integer(call.now)
    call.workspace[model].replace(conversation)
    return answer(conversation, call)
  }

  /// Writes what the body says, and gives the parts that record it. Nothing is stored.
  private static func changes(_ conversation: inout Record, by author: Author, _ call: Call) throws -> [Record] {
    let priority = conversation["priority"].string
    let company = try self.company(conversation, call)
    try model.write(call.body, to: &conversation, call)
    if call.body["read"]?.isNull ?? false { conversation["read"] = false }
    conversation["company_id"] = .string(company)
    try ConversationAttributes.refuseTwins(call)
    var parts = try ConversationAttributes.write(call.body["custom_attributes"], to: &conversation, call)
    if let new = conversation["priority"].string, let priority, new != priority {
      var part = ConversationParts.new("priority_changed", by: author, at: call.now)
      part["event_details"] = .json(["current_priority": .string(new), "previous_priority": .string(priority)])
      parts.append(part)
    }
    return parts
  }

  /// The company that the body names by its id, else the conversation's own; null takes it away.
  private static func company(_ conversation: Record, _ call: Call) throws -> String? {
    guard let json = call.body["company_id"] else { return conversation["company_id"].string }
    if json.isNull { return nil }
    guard let id = try call.id("company_id") else { return nil }
    let companies = call.workspace[Companies.model]
    guard let company = companies[id] ?? companies.first(in: "company_id", under: id) else {
      throw APIError.notFound(Companies.model)
    }
    return company.id
  }

  // MARK: Redacting

  /// A part without a body, and a first message that no contact wrote (errors.md, 4).
  private static let notRedactable = APIError(
    .badRequest, "conversation_part_not_redactable", "Part can't be redacted")

  private static let redacted = "<p><i>This message was deleted</i></p>"

  static func redact(_ call: Call) throws -> Reply {
    let gone = APIError(
      .notFound, "conversation_part_or_message_not_found", "Conversation part or message not found")
    guard let id = try call.id("conversation_id") else {
      throw APIError.parameterMissing("conversation_id is a required parameter")
    }
    guard var conversation = call.workspace[model][id] else { throw gone }
    switch try call.text("type") {
    case "conversation_part":
      guard let partID = try call.id("conversation_part_id") else {
        throw APIError.parameterMissing("conversation_part_id is a required parameter")
      }
      guard var part = call.workspace[ConversationParts.model][partID], part["conversation_id"].string == id else {
        throw gone
      }
      guard !part["body"].isEmpty else { throw notRedactable }
      redact(&part)
      part["updated_at"] = .integer(call.now)
      call.workspace[ConversationParts.model].replace(part)
    case "source":
      guard var source = conversation["source"].record else { throw gone }
      guard try call.id("source_id") == source["id"].string else { throw gone }
      guard Authors.of(source).isContact else { throw notRedactable }
      redact(&source)
      conversation["source"] = .record(source)
    default: throw APIError.parameterInvalid("type must be conversation_part or source")
    }
    conversation["updated_at"] = .integer(call.now)
    call.workspace[model].replace(conversation)
    return answer(conversation, call)
  }

  private static func redact(_ message: inout Record) {
    message["body"] = .string(redacted)
    message["redacted"] = true
    message["attachments"] = .records([])
  }
}
