import JSON

/// What a webhook says: the envelope around an item (webhooks.md, 3).
struct Notification {
  static let ping = "ping"

  /// `notif_` and a UUID; nil for a ping.
  let id: String?
  let topic: String
  let appID: String
  /// The `data.item`, written already.
  let item: [UInt8]
  let createdAt: Int64

  /// A notification that tests the way.
  static func ping(_ appID: String, at time: Int64) -> Notification {
    let item: JSON = ["type": "ping", "message": "something something interzen"]
    return Notification(id: nil, topic: ping, appID: appID, item: item.bytes, createdAt: time)
  }

  /// - Parameters:
  ///   - attempt: the how manieth this is, from 1
  ///   - firstSentAt: when the first was; nil for the first
  func json(attempt: Int, firstSentAt: Int64?) -> JSON {
    [
      "type": "notification_event", "app_id": .string(appID),
      "data": ["type": "notification_event_data", "item": (try? JSON(parsing: item)) ?? .null],
      "links": [:], "id": .optional(id), "topic": .string(topic),
      "delivery_status": id == nil ? .null : "pending", "delivery_attempts": .integer(Int64(attempt)),
      "delivered_at": 0, "first_sent_at": .integer(firstSentAt ?? createdAt), "created_at": .integer(createdAt),
      "self": .null,
    ]
  }
}
