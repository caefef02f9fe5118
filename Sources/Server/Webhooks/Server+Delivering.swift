import HTTPMessage
import HTTPTypes
import JSON

/// Deliveries on their way: one at a time to each subscription, in order (webhooks.md, 4).
extension Server {
  /// How long an endpoint has to answer.
  private static let timeout = 5_000
  /// Seconds until what failed is sent once more.
  private static let retryDelay: Int64 = 60
  private static let shortestThrottle: Int64 = 60
  /// Throttling grows no longer than this, and what is older is dropped.
  private static let longestThrottle: Int64 = 7_200

  /// Sends what is next, unless something is on its way.
  func pump(_ subscription: WebhookSubscription, _ tenant: Tenant) {
    let now = tenant.workspace.clock.now
    guard let send, subscription.current == nil, !subscription.isThrottled(at: now) else { return }
    if subscription.throttledUntil != nil { dropOld(subscription, at: now) }
    subscription.throttledUntil = nil
    guard !subscription.queue.isEmpty else { return }
    let delivery = subscription.queue.removeFirst()
    subscription.current = delivery
    delivery.state = .sending
    let delay = tenant.settings.webhookDelivery.delayMilliseconds
    guard delay > 0 else { return transmit(delivery, subscription, tenant, send) }
    later(delay) { [weak self] in self?.transmit(delivery, subscription, tenant, send) }
  }

  private func transmit(
    _ delivery: WebhookDelivery, _ subscription: WebhookSubscription, _ tenant: Tenant, _ send: @escaping Sender
  ) {
    let webhooks = tenant.webhooks
    let started = ContinuousClock.now
    let time = tenant.workspace.clock.now
    let body = delivery.body(attempt: delivery.attempts.count + 1).bytes
    let signature = Signature.text(of: body, secret: subscription.secret)
    let request = OutgoingRequest(
      method: .post, url: subscription.url, fields: Self.fields + [HTTPField(name: .hubSignature, value: signature)],
      body: body,
      timeoutMilliseconds: Self.timeout)
    send(request) { [weak self] result in
      let (seconds, attoseconds) = started.duration(to: .now).components
      let attempt = WebhookDelivery.Attempt(
        at: time, milliseconds: seconds * 1_000 + attoseconds / 1_000_000_000_000_000, signature: signature,
        result: result)
      self?.received(attempt, of: delivery, subscription, tenant, webhooks)
    }
  }

  private static let fields = [
    HTTPField(name: .userAgent, value: "intercom-parrot-service-client/1.0"),
    HTTPField(name: .accept, value: "application/json"), HTTPField(name: .contentType, value: "application/json"),
  ]

  // MARK: Answers

  private func received(
    _ attempt: WebhookDelivery.Attempt, of delivery: WebhookDelivery, _ subscription: WebhookSubscription,
    _ tenant: Tenant, _ webhooks: Webhooks
  ) {
    // A reset has taken it all away meanwhile.
    guard tenant.webhooks === webhooks else { return }
    let before = delivery.byteCount
    delivery.attempts.append(attempt)
    if webhooks.delivery(delivery.id) != nil { webhooks.count(delivery.byteCount - before) }
    subscription.current = nil
    settle(delivery, attempt, subscription, at: tenant.workspace.clock.now)
    pump(subscription, tenant)
    setAlarm(of: tenant)
    webhooks.tellWaiters(at: tenant.workspace.clock.now)
  }

  private func settle(
    _ delivery: WebhookDelivery, _ attempt: WebhookDelivery.Attempt, _ subscription: WebhookSubscription, at now: Int64
  ) {
    switch attempt.status {
    case .some(200..<300):
      delivery.state = .delivered
      subscription.throttleSeconds = 0
    case 410:
      delivery.state = .failed
      disable(subscription, "the endpoint answered 410 Gone")
    case 429: throttle(subscription, delivery, at: now)
    default: fail(delivery, subscription, at: now)
    }
  }

  private func fail(_ delivery: WebhookDelivery, _ subscription: WebhookSubscription, at now: Int64) {
    delivery.failures += 1
    guard delivery.failures == 1, subscription.disabledReason == nil else {
      delivery.state = .failed
      return
    }
    delivery.state = .retrying
    delivery.dueAt = now + Self.retryDelay
    subscription.retries.append(delivery)
  }

  /// Unknown: whether a throttled attempt counts as the first of two; here it does not.
  private func throttle(_ subscription: WebhookSubscription, _ delivery: WebhookDelivery, at now: Int64) {
    let seconds = min(max(subscription.throttleSeconds * 2, Self.shortestThrottle), Self.longestThrottle)
    subscription.throttleSeconds = seconds
    subscription.throttledUntil = now + seconds
    delivery.state = .queued
    subscription.queue.insert(delivery, at: 0)
  }

  private func dropOld(_ subscription: WebhookSubscription, at now: Int64) {
    subscription.queue.removeAll { delivery in
      guard delivery.notification.createdAt < now - Self.longestThrottle else { return false }
      drop(delivery, "older than two hours when the throttling ended")
      return true
    }
  }

  /// Sends nothing any more, and gives up what waits.
  func disable(_ subscription: WebhookSubscription, _ reason: String) {
    subscription.disabledReason = reason
    let waiting = subscription.queue + subscription.retries + [subscription.overtaken].compactMap(\.self)
    for delivery in waiting { drop(delivery, reason) }
    (subscription.queue, subscription.retries, subscription.overtaken) = ([], [], nil)
    subscription.throttledUntil = nil
  }

  // MARK: Time

  /// Sends again what is due for it, and what was throttled until now.
  func catchUpWebhooks(_ tenant: Tenant) {
    let now = tenant.workspace.clock.now
    for subscription in tenant.webhooks.subscriptions {
      let due = subscription.retries.filter { ($0.dueAt ?? 0) <= now }
      subscription.retries.removeAll { ($0.dueAt ?? 0) <= now }
      for delivery in due.sorted(by: { ($0.dueAt ?? 0) < ($1.dueAt ?? 0) }) {
        delivery.dueAt = nil
        delivery.state = .queued
        subscription.queue.append(delivery)
      }
      pump(subscription, tenant)
    }
  }

  // MARK: On request

  /// Sends a notification again, under the same id.
  ///
  /// False when it is on its way already, or its subscription is gone or disabled.
  public func redeliver(_ delivery: WebhookDelivery, _ tenant: Tenant) -> Bool {
    guard let subscription = tenant.webhooks.subscription(delivery.subscriptionID),
      subscription.disabledReason == nil, ![.queued, .sending].contains(delivery.state)
    else { return false }
    subscription.retries.removeAll { $0 === delivery }
    delivery.state = .queued
    delivery.reason = nil
    delivery.dueAt = nil
    delivery.failures = 0
    subscription.queue.append(delivery)
    pump(subscription, tenant)
    setAlarm(of: tenant)
    return true
  }

  /// Calls back when nothing is to be sent, or after so many milliseconds; with whether nothing is.
  public func awaitDeliveries(of tenant: Tenant, atMost milliseconds: Int, _ done: @escaping (Bool) -> Void) {
    let webhooks = tenant.webhooks
    guard webhooks.isBusy(at: tenant.workspace.clock.now) else { return done(true) }
    let number = webhooks.wait(done)
    later(milliseconds) { webhooks.giveUp(number) }
  }
}
