import API
import JSON
import Store

/// The ids of conversations that were deleted.
enum DeletedConversations {
  static let model = Model(
    "deleted_conversation_item", collection: "deleted_conversations",
    [
      .type("conversation"), .string("id"), .boolean("metrics_retained", initial: true),
      .timestamp("deleted_at", .ordered),
    ])

  static func record(_ id: String, _ call: Call) {
    var item = model.blank()
    item["id"] = .string(id)
    item["metrics_retained"] = .boolean(call.query("retain_metrics") != "false")
    item["deleted_at"] = .integer(call.now)
    call.workspace[model].insert(item)
  }

  /// Newest first unless `order=asc`.
  static func list(_ call: Call) throws -> Reply {
    let order = call.query("order") ?? "desc"
    guard ["asc", "desc"].contains(order) else { throw APIError.parameterInvalid("order must be asc or desc") }
    let listing = Listing.numbered(
      type: "conversations.list", key: "conversations", perPage: 20, limit: 60,
      order: ListOrder("deleted_at", descending: order == "desc"), members: [.type, .total, .pages, .items],
      endsWithNull: true)
    return try listing.reply(call.workspace[model], call)
  }
}
