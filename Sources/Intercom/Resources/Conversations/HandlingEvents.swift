import API
import JSON
import Store

/// When teammates paused and resumed work on a conversation: known from fixtures alone, as no operation makes them.
enum HandlingEvents {
  static let model = Model(
    "handling_event", collection: "handling_events",
    references: [Reference("conversation_id", to: "conversations")],
    [
      .derived("teammate", teammate), .string("type", oneOf: ["paused", "resumed"]), .derived("timestamp", timestamp),
      .string("reason", .sparse),
      .string("id", .hidden), .string("conversation_id", [.hidden, .indexed]), .timestamp("occurred_at", .hidden),
    ] + Authors.fields)

  /// In the order in which they happened.
  static func list(_ call: Call) throws -> Reply {
    let conversation = try Conversations.named(call)
    let events = call.workspace[model].records(in: "conversation_id", under: conversation.id)
      .sorted { ($0["occurred_at"].integer ?? 0) < ($1["occurred_at"].integer ?? 0) }
    return .ok(.members(["handling_events": .records(events)]))
  }

  /// Its id is a number here.
  private static func teammate(_ event: Record, _ call: Call) -> Node? {
    var object = Authors.object(Authors.of(event), call)
    object["id"] = .integer(object["id"]?.string.flatMap { Int64($0) } ?? 0)
    return .json(.object(object))
  }

  private static func timestamp(_ event: Record, _ call: Call) -> Node? {
    .string(ISOTime.text(event["occurred_at"].integer ?? 0))
  }
}
