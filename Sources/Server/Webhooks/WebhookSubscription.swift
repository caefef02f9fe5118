import API
import HTTPMessage
import JSON

/// Who is told of what, and how that goes.
public final class WebhookSubscription {
  /// Every topic there is.
  public static let everything = "*"

  public let id: String
  public let url: AbsoluteURL
  public let topics: [String]
  /// What notifications are signed with, as the secret of an app.
  public let secret: String
  public let version: APIVersion
  public let createdAt: Int64
  /// What the endpoint said to the HEAD that validates it; nil when it was not asked.
  public let headCheck: JSON?

  /// Why nothing is sent any more; nil while it is active.
  var disabledReason: String?
  /// Until when nothing is sent, because the endpoint asked for less.
  var throttledUntil: Int64?
  /// How long the last throttling was.
  var throttleSeconds: Int64 = 0
  /// What is sent next, in order.
  var queue: [WebhookDelivery] = []
  /// On its way now.
  var current: WebhookDelivery?
  /// Held back until the next one has overtaken it.
  var overtaken: WebhookDelivery?
  /// Failed once, to be sent again when it is due.
  var retries: [WebhookDelivery] = []

  init(
    id: String, url: AbsoluteURL, topics: [String], secret: String, version: APIVersion, createdAt: Int64,
    headCheck: JSON?
  ) {
    self.id = id
    self.url = url
    self.topics = topics
    self.secret = secret
    self.version = version
    self.createdAt = createdAt
    self.headCheck = headCheck
  }

  /// Whether anything is sent to it, now or later.
  public var isActive: Bool { disabledReason == nil }

  /// Requests are told of only to those who ask for them by name: who wants to hear of every change does not want to
  /// hear of every call.
  func wants(_ topic: Topic) -> Bool {
    disabledReason == nil
      && (topics.contains(topic.name) || topic.requestItem == nil && topics.contains(Self.everything))
  }

  /// Whether something is sent or could be sent now. What waits for its time does not count.
  func isBusy(at now: Int64) -> Bool {
    current != nil || overtaken != nil || (!queue.isEmpty && !isThrottled(at: now))
  }

  func isThrottled(at now: Int64) -> Bool {
    throttledUntil.map { $0 > now } ?? false
  }

  /// When something has to be done, though nobody asks.
  var nextDue: Int64? {
    let throttled = queue.isEmpty ? nil : throttledUntil
    return (retries.compactMap(\.dueAt) + [throttled].compactMap(\.self)).min()
  }

  private var state: String {
    if disabledReason != nil { return "disabled" }
    return throttledUntil == nil ? "active" : "throttled"
  }

  /// As the control plane shows it.
  public var json: JSON {
    [
      "type": "webhook_subscription", "id": .string(id), "url": .string(url.description),
      "topics": .array(topics.map(JSON.string)), "secret": .string(secret), "version": .string(version.name),
      "created_at": .integer(createdAt), "state": .string(state), "disabled_reason": .optional(disabledReason),
      "throttled_until": .optional(throttledUntil), "head_check": headCheck ?? .null,
    ]
  }
}
