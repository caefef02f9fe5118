import API
import JSON
import Store

/// What teammates discuss beside a conversation: known from fixtures alone, as no operation makes them.
enum SideConversations {
  static let model = Model(
    "side_conversation_summary", collection: "side_conversations",
    references: [Reference("conversation_id", to: "conversations")],
    [
      .string("id", .hidden), .derived("side_conversation_id", id),
      .models("conversation_parts", ConversationParts.model),
      .derived("total_count", count), .string("conversation_id", [.hidden, .indexed]),
    ])

  private static let listing = Listing.numbered(
    type: "side_conversation.list", key: "side_conversations", perPage: 25, limit: 50,
    order: ListOrder("id", descending: false))

  static func list(_ call: Call) throws -> Reply {
    let conversation = try Conversations.named(call)
    let own = call.workspace[model].records(in: "conversation_id", under: conversation.id)
    return try listing.reply(own, call)
  }

  private static func id(_ side: Record, _ call: Call) -> Node? {
    .string(side.id)
  }

  private static func count(_ side: Record, _ call: Call) -> Node? {
    .integer(side["conversation_parts"].records.count)
  }
}
