import API
import JSON
import Store

/// Side conversations of teammates. Only fixtures define them, because no operation creates them.
enum SideConversations {
  static let model = Model(
    name: "side_conversation_summary", collection: "side_conversations",
    references: [
      Reference("conversation_id", to: "conversations", onDelete: .cascade),
      Authors.reference(in: "conversation_parts"), Reference("conversation_parts.tag_ids", to: "tags", onDelete: .keep),
    ],
    fields: [
      .string("id", options: .hidden), .derived("side_conversation_id", from: id),
      .models("conversation_parts", of: ConversationParts.model),
      .derived("total_count", from: totalCount), .string("conversation_id", options: [.hidden, .indexed]),
    ])

  private static let listing = Listing.numbered(
    type: "side_conversation.list", key: "side_conversations", perPage: 25, limit: 50,
    order: ListOrder(name: "id", descending: false))

  static func list(in call: Call) throws -> Reply {
    let conversation = try Conversations.findConversation(in: call)
    let own = call.workspace[model].records(in: "conversation_id", under: conversation.id)
    return try listing.reply(with: own, in: call)
  }

  private static func id(of side: Record, in call: Call) -> Node? {
    .string(side.id)
  }

  private static func totalCount(of side: Record, in call: Call) -> Node? {
    .integer(side["conversation_parts"].records.count)
  }
}
