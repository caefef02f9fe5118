import API
import HTTPTypes
import JSON
import Store

extension Conversations {
  private static let noConversation = APIError(.notFound, "not_found", "Conversation not found")
  private static let noTag = APIError(.notFound, "tag_not_found", "Tag not found")

  static func attachTag(_ call: Call) throws -> Reply {
    var conversation = try tagged(call)
    guard let id = try call.id("id") else { throw APIError.parameterMissing("id is a required parameter") }
    guard let tag = call.workspace[Tags.model][id] else { throw noTag }
    let admin = try call.admin()
    let isNew = Taggings.find(id, on: "conversation", conversation.id, call.workspace) == nil
    let tagging = Taggings.add(id, to: "conversation", conversation.id, by: admin, call)
    if isNew { note("tags_added", tag, by: admin, &conversation, call) }
    return .ok(Taggings.applied(tagging, call.workspace) ?? .record(tag))
  }

  /// Recorded in 2.11: `applied_at` and `applied_by` come back null. The description has no null there, and its
  /// examples are filled: they come back as they stood.
  static func detachTag(_ call: Call) throws -> Reply {
    var conversation = try tagged(call)
    let id = call.parameter("tag_id")
    guard let tag = call.workspace[Tags.model][id],
      let tagging = Taggings.find(id, on: "conversation", conversation.id, call.workspace)
    else { throw noTag }
    let admin = try Admins.named(call.body["admin_id"], call) ?? Admins.actor(call)
    let answer = Taggings.applied(tagging, call.workspace)
    call.workspace[Taggings.model].remove(tagging.id)
    note("tags_removed", tag, by: admin, &conversation, call)
    return .ok(answer ?? .record(tag))
  }

  private static func tagged(_ call: Call) throws -> Record {
    guard let conversation = call.workspace[model][call.parameter("id")] else { throw noConversation }
    return conversation
  }

  /// The part that records it (recorded), and the conversation with it.
  private static func note(_ key: String, _ tag: Record, by admin: String, _ conversation: inout Record, _ call: Call) {
    var part = ConversationParts.new("conversation_tags_updated", by: .admin(admin), at: call.now)
    let name = JSON.array([tag["name"].stored ?? .null])
    part["event_details"] = .json([
      "tags_added": key == "tags_added" ? name : [], "tags_removed": key == "tags_removed" ? name : [],
    ])
    ConversationParts.append(part, to: &conversation, call.workspace)
    call.workspace[model].replace(conversation)
  }
}
