import API
import HTTPMessage
import HTTPTypes
import JSON

/// Who is told of what, and how that goes.
public final class WebhookSubscription {
  /// Every topic there is.
  public static let allTopics = "*"

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
  var inFlight: WebhookDelivery?
  /// Held back until the next one has overtaken it.
  var heldBack: WebhookDelivery?
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
  func isSubscribed(to topic: Topic) -> Bool {
    disabledReason == nil
      && (topics.contains(topic.name) || topic.requestItem == nil && topics.contains(Self.allTopics))
  }

  /// Whether something is sent or could be sent now. What waits for its time does not count.
  func isBusy(at now: Int64) -> Bool {
    inFlight != nil || heldBack != nil || (!queue.isEmpty && !isThrottled(at: now))
  }

  func isThrottled(at now: Int64) -> Bool {
    throttledUntil.map { $0 > now } ?? false
  }

  /// When something has to be done, though nobody asks.
  var nextDueTime: Int64? {
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

/// Making and taking away subscriptions.
extension Server {
  /// What a subscription is made of; checked already.
  public struct SubscriptionRequest {
    public var url: AbsoluteURL
    public var topics: [String]
    public var secret: String
    public var version: APIVersion

    public init(url: AbsoluteURL, topics: [String], secret: String, version: APIVersion) {
      self.url = url
      self.topics = topics
      self.secret = secret
      self.version = version
    }
  }

  public func subscribe(_ request: SubscriptionRequest, headCheck: JSON?, in session: WorkspaceSession)
    -> WebhookSubscription
  {
    let subscription = WebhookSubscription(
      id: session.webhooks.nextID(), url: request.url, topics: request.topics, secret: request.secret,
      version: request.version,
      createdAt: session.workspace.clock.now, headCheck: headCheck)
    session.webhooks.subscriptions.append(subscription)
    return subscription
  }

  /// False when there is none of this id.
  public func unsubscribe(id: String, in session: WorkspaceSession) -> Bool {
    guard let subscription = session.webhooks.subscription(id: id) else { return false }
    disable(subscription, reason: "the subscription was deleted")
    session.webhooks.subscriptions.removeAll { $0 === subscription }
    updateAlarm(of: session)
    session.webhooks.notifyWaiters(at: session.workspace.clock.now)
    return true
  }

  /// Asks an endpoint, as the Developer Hub does before it saves one: a plain 200 passes. Without a way to send, it is
  /// not asked, and the answer is nil.
  public func checkEndpoint(at url: AbsoluteURL, _ done: @escaping (_ check: JSON?, _ passed: Bool) -> Void) {
    guard let send = environment.send else { return done(nil, true) }
    send(OutgoingRequest(method: .head, url: url, timeoutMilliseconds: edge.webhooks.policy.timeoutMilliseconds)) {
      result in
      switch result {
      case .success(let response):
        let passed = response.status == .ok
        done(["passed": .boolean(passed), "status": .integer(Int64(response.status.code)), "error": .null], passed)
      case .failure(let failure):
        done(["passed": false, "status": .null, "error": .string(failure.description)], false)
      }
    }
  }
}
