import API
import HTTPMessage
import HTTPTypes
import JSON

/// A URL that receives notifications of topics.
public final class WebhookSubscription {
  /// Subscribes to all topics that writes cause.
  public static let allTopics = "*"

  public let id: String
  public let url: AbsoluteURL
  public let topics: [String]
  /// The key of the signatures.
  public let secret: String
  public let version: APIVersion
  public let createdAt: Int64
  /// The result of the HEAD request that validates the endpoint; nil if it was not sent.
  public let headCheck: JSON?

  /// Why the subscription is disabled; nil if it is active.
  var disabledReason: String?
  /// End of the throttling in seconds; nil if the subscription is not throttled.
  var throttledUntil: Int64?
  /// Length of the last throttling in seconds.
  var throttleSeconds: Int64 = 0
  /// Waiting deliveries, in order.
  var queue: [WebhookDelivery] = []
  var inFlight: WebhookDelivery?
  /// A delivery that the next one will overtake.
  var heldBack: WebhookDelivery?
  /// Deliveries that failed once and wait for their second attempt.
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

  public var isActive: Bool { disabledReason == nil }

  /// `*` does not include topics of requests: subscribers to all changes do not expect a notification of each call.
  func isSubscribed(to topic: Topic) -> Bool {
    disabledReason == nil
      && (topics.contains(topic.name) || topic.requestItem == nil && topics.contains(Self.allTopics))
  }

  /// Whether a delivery is in flight or can be sent now, as opposed to later.
  func isBusy(at now: Int64) -> Bool {
    inFlight != nil || heldBack != nil || (!queue.isEmpty && !isThrottled(at: now))
  }

  func isThrottled(at now: Int64) -> Bool {
    throttledUntil.map { $0 > now } ?? false
  }

  /// The time of the next action in seconds; nil if none is scheduled.
  var nextDueTime: Int64? {
    let throttled = queue.isEmpty ? nil : throttledUntil
    return (retries.compactMap(\.dueAt) + [throttled].compactMap(\.self)).min()
  }

  private var state: String {
    if disabledReason != nil { return "disabled" }
    return throttledUntil == nil ? "active" : "throttled"
  }

  /// Whether it receives the events of the callback URL instead of notifications.
  var isCallback: Bool { id == Settings.Callback.name }

  /// Disables the subscription and drops its waiting deliveries.
  func disable(reason: String) {
    disabledReason = reason
    for delivery in queue + retries + [heldBack].compactMap(\.self) { delivery.drop(reason: reason) }
    (queue, retries, heldBack) = ([], [], nil)
    throttledUntil = nil
  }

  /// The subscription in the format of `/_mock/webhooks`.
  public var json: JSON {
    [
      "type": "webhook_subscription", "id": .string(id), "url": .string(url.description),
      "topics": .array(topics.map(JSON.string)), "secret": .string(secret), "version": .string(version.name),
      "created_at": .integer(createdAt), "state": .string(state), "disabled_reason": .optional(disabledReason),
      "throttled_until": .optional(throttledUntil), "head_check": headCheck ?? .null,
    ]
  }
}

extension Server {
  /// A validated request for a subscription.
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

  /// Returns false if no subscription has this id.
  public func unsubscribe(id: String, in session: WorkspaceSession) -> Bool {
    guard let subscription = session.webhooks.subscription(id: id) else { return false }
    subscription.disable(reason: "the subscription was deleted")
    session.webhooks.subscriptions.removeAll { $0 === subscription }
    updateAlarm(of: session)
    session.webhooks.notifyWaiters(at: session.workspace.clock.now)
    return true
  }

  /// Sends HEAD to an endpoint, which passes with 200 and no other status. Calls back with nil and true if the server cannot
  /// send requests.
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
