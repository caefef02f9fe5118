import API
import HTTPTypes
import JSON
import Store

extension Conversations {
  /// The secondary conversation, which the path names, goes into the primary: it is closed, and the primary has its
  /// contacts, too. Answers with the primary.
  static func merge(_ call: Call) throws -> Reply {
    let number: Int64? = if case .integer(let number) = call.body["merge_into_conversation_id"] { number } else { nil }
    guard let number else {
      throw APIError.parameterInvalid("merge_into_conversation_id must be a valid integer conversation ID")
    }
    var secondary = try named(call)
    let id = String(number)
    guard id != secondary.id else { throw refusal("Cannot merge a conversation into itself") }
    guard secondary["merged_into_id"].isEmpty else { throw refusal("Secondary conversation has already been merged") }
    guard var primary = call.workspace[model][id] else { throw refusal("Primary conversation not found") }
    let bot = Author.bot(call.workspace)
    close(&secondary, by: bot, at: call.now, call.workspace)
    secondary["merged_into_id"] = .string(primary.id)
    ConversationParts.append(ConversationParts.new("close", by: bot, at: call.now), to: &secondary, call.workspace)
    let ids = primary["contact_ids"].strings
    primary["contact_ids"] = .strings(ids + secondary["contact_ids"].strings.filter { !ids.contains($0) })
    ConversationParts.append(
      ConversationParts.new("merged_primary_conversation", by: bot, at: call.now), to: &primary, call.workspace)
    call.workspace[model].replace(secondary)
    call.workspace[model].replace(primary)
    return answer(primary, call)
  }

  private static func refusal(_ message: String) -> APIError {
    APIError(.unprocessableContent, "merge_failed", message)
  }
}
