import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// From writes to deliveries.
extension Server {
  /// Queues what a workspace's subscriptions want to know of some writes.
  /// - Parameter call: what wrote it; nil when it fell due
  public func notifySubscribers(of writes: [Mutation], in session: WorkspaceSession, by call: Call?) {
    let webhooks = session.webhooks
    guard webhooks.subscriptions.contains(where: { $0.disabledReason == nil }) else { return }
    let writes = Mutation.coalesced(writes)
    var calls: [APIVersion: Call] = [:]
    for write in writes {
      for topic in topics[write.collection] ?? [] {
        for (version, subscribers) in subscribers(of: topic, in: webhooks) {
          let call = calls[version] ?? self.renderingCall(for: version, in: session, after: call)
          calls[version] = call
          for item in topic.items(for: ChangeEvent(mutation: write, among: writes, in: call)) {
            enqueue(for: subscribers, topic: topic.name, item: item, in: session)
          }
        }
      }
    }
    for subscription in webhooks.subscriptions { sendNextDelivery(of: subscription, in: session) }
  }

  /// Queues what a workspace's subscriptions want to know of requests that were answered well.
  func notifySubscribers(of exchange: Exchange, response: Response?, session: WorkspaceSession, in call: Call) {
    let webhooks = session.webhooks
    guard !webhooks.subscriptions.isEmpty, let status = response?.status, status.kind == .successful else { return }
    for topic in requestTopics {
      for (version, subscribers) in subscribers(of: topic, in: webhooks) {
        let notice = RequestEvent(
          id: exchange.id, request: exchange.request, token: call.token,
          status: status.code, in: self.renderingCall(for: version, in: session, after: call))
        if let item = topic.requestItem?(notice) {
          enqueue(for: subscribers, topic: topic.name, item: item, in: session)
        }
        for subscription in subscribers { sendNextDelivery(of: subscription, in: session) }
      }
    }
  }

  /// Those who want a topic and whose version has it, by version, the oldest version first.
  private func subscribers(of topic: Topic, in webhooks: Webhooks) -> [(APIVersion, [WebhookSubscription])] {
    let wanting = webhooks.subscriptions.filter {
      $0.isSubscribed(to: topic) && topic.availability.contains($0.version)
    }
    return Dictionary(grouping: wanting, by: \.version).sorted { $0.key < $1.key }
  }

  /// A call that renders for a version of its own.
  private func renderingCall(for version: APIVersion, in session: WorkspaceSession, after call: Call?) -> Call {
    let base = call?.baseURL.split(separator: "/").map(String.init) ?? []
    let request = Request(
      method: .post, target: "/", scheme: base.count == 2 ? String(base[0].dropLast()) : "http",
      authority: base.last ?? "localhost")
    return Call(
      workspace: session.workspace, operation: Self.notifyOperation, plan: plan(for: version), request: request,
      adminID: call?.adminID)
  }

  private static let notifyOperation = Operation(
    method: .post, path: "/", id: "notify", handler: { _ in Reply(status: .ok) })

  private func enqueue(for subscribers: [WebhookSubscription], topic: String, item: JSON, in session: WorkspaceSession)
  {
    let bytes = item.bytes
    for subscription in subscribers {
      let notification = WebhookNotification(
        id: edge.webhooks.notificationID(uuid: session.webhooks.idGenerator.uuid()), topic: topic,
        appID: edge.webhooks.appID(of: session.workspace), item: bytes, createdAt: session.workspace.clock.now)
      enqueue(notification, for: subscription, in: session)
    }
  }

  /// Sends a notification that tests the way.
  public func sendPing(to subscription: WebhookSubscription, in session: WorkspaceSession) -> WebhookDelivery {
    let format = edge.webhooks
    let notification = WebhookNotification(
      id: nil, topic: format.pingTopic, appID: format.appID(of: session.workspace), item: format.pingItem.bytes,
      createdAt: session.workspace.clock.now)
    let delivery = WebhookDelivery(
      id: session.webhooks.nextID(), subscriptionID: subscription.id, notification: notification)
    session.webhooks.record(delivery)
    subscription.queue.append(delivery)
    sendNextDelivery(of: subscription, in: session)
    return delivery
  }

  /// Puts a delivery in line, or does to it what the workspace's settings ask for.
  private func enqueue(
    _ notification: WebhookNotification, for subscription: WebhookSubscription, in session: WorkspaceSession
  ) {
    let (webhooks, disturbance) = (session.webhooks, session.settings.webhookDelivery)
    let delivery = WebhookDelivery(id: webhooks.nextID(), subscriptionID: subscription.id, notification: notification)
    webhooks.record(delivery)
    if webhooks.happens(withProbability: disturbance.drop) {
      return drop(delivery, reason: "dropped by the setting webhook_delivery")
    }
    if webhooks.queuedCount >= Webhooks.queueLimit { return drop(delivery, reason: "too many deliveries are waiting") }
    let isHeldBack = webhooks.happens(withProbability: disturbance.reorder) && subscription.heldBack == nil
    if isHeldBack {
      subscription.heldBack = delivery
      environment.schedule(1_000) { [weak self] in self?.releaseHeldDelivery(of: subscription, in: session) }
    } else {
      subscription.queue.append(delivery)
      if let overtaken = subscription.heldBack { subscription.queue.append(overtaken) }
      subscription.heldBack = nil
    }
    guard webhooks.happens(withProbability: disturbance.duplicate) else { return }
    let twin = WebhookDelivery(
      id: webhooks.nextID(), subscriptionID: subscription.id, notification: notification, isDuplicate: true)
    webhooks.record(twin)
    subscription.queue.append(twin)
  }

  /// Nothing came to overtake it: it waits no longer.
  private func releaseHeldDelivery(of subscription: WebhookSubscription, in session: WorkspaceSession) {
    guard let delivery = subscription.heldBack else { return }
    subscription.heldBack = nil
    subscription.queue.append(delivery)
    sendNextDelivery(of: subscription, in: session)
  }

  func drop(_ delivery: WebhookDelivery, reason: String) {
    delivery.state = .dropped
    delivery.reason = reason
    delivery.dueAt = nil
  }
}

extension Webhooks {
  /// Whether chance picks this one, for a share from 0 to 1.
  fileprivate func happens(withProbability share: Double) -> Bool {
    share > 0 && Double(idGenerator.random() >> 11) / 0x1p53 < share
  }
}

/// Deliveries on their way: one at a time to each subscription, in order (webhooks.md, 4).
extension Server {
  /// Sends what is next, unless something is on its way.
  func sendNextDelivery(of subscription: WebhookSubscription, in session: WorkspaceSession) {
    let now = session.workspace.clock.now
    guard let send = environment.send, subscription.inFlight == nil, !subscription.isThrottled(at: now) else { return }
    if subscription.throttledUntil != nil { dropExpired(of: subscription, at: now) }
    subscription.throttledUntil = nil
    guard !subscription.queue.isEmpty else { return }
    let delivery = subscription.queue.removeFirst()
    subscription.inFlight = delivery
    delivery.state = .sending
    let delay = session.settings.webhookDelivery.delayMilliseconds
    guard delay > 0 else { return transmit(delivery, to: subscription, in: session, send: send) }
    environment.schedule(delay) { [weak self] in self?.transmit(delivery, to: subscription, in: session, send: send) }
  }

  private func transmit(
    _ delivery: WebhookDelivery, to subscription: WebhookSubscription, in session: WorkspaceSession,
    send: @escaping ServerEnvironment.Sender
  ) {
    let webhooks = session.webhooks
    let started = ContinuousClock.now
    let time = session.workspace.clock.now
    let body = delivery.body(attempt: delivery.attempts.count + 1, format: edge.webhooks).bytes
    let signature = edge.webhooks.signature(of: body, secret: subscription.secret)
    let request = OutgoingRequest(
      method: .post, url: subscription.url,
      fields: edge.webhooks.requestFields + [signature],
      body: body,
      timeoutMilliseconds: edge.webhooks.policy.timeoutMilliseconds)
    send(request) { [weak self] result in
      let (seconds, attoseconds) = started.duration(to: .now).components
      let attempt = WebhookDelivery.Attempt(
        at: time, milliseconds: seconds * 1_000 + attoseconds / 1_000_000_000_000_000, signature: signature.value,
        result: result)
      self?.recordAttempt(attempt, of: delivery, to: subscription, in: session, webhooks: webhooks)
    }
  }

  // MARK: Answers

  private func recordAttempt(
    _ attempt: WebhookDelivery.Attempt, of delivery: WebhookDelivery, to subscription: WebhookSubscription,
    in session: WorkspaceSession, webhooks: Webhooks
  ) {
    // A reset has taken it all away meanwhile.
    guard session.webhooks === webhooks else { return }
    let before = delivery.byteCount
    delivery.attempts.append(attempt)
    if webhooks.delivery(id: delivery.id) != nil { webhooks.adjustLogBytes(by: delivery.byteCount - before) }
    subscription.inFlight = nil
    updateState(of: delivery, after: attempt, subscription: subscription, at: session.workspace.clock.now)
    sendNextDelivery(of: subscription, in: session)
    updateAlarm(of: session)
    webhooks.notifyWaiters(at: session.workspace.clock.now)
  }

  private func updateState(
    of delivery: WebhookDelivery, after attempt: WebhookDelivery.Attempt, subscription: WebhookSubscription,
    at now: Int64
  ) {
    switch attempt.status {
    case .some(200..<300):
      delivery.state = .delivered
      subscription.throttleSeconds = 0
    case edge.webhooks.policy.disablingStatus:
      delivery.state = .failed
      let status = HTTPResponse.Status.standard(code: edge.webhooks.policy.disablingStatus)
      disable(subscription, reason: "the endpoint answered \(status.code) \(status.reasonPhrase)")
    case edge.webhooks.policy.throttlingStatus: throttle(subscription, requeueing: delivery, at: now)
    default: retryOrFail(delivery, of: subscription, at: now)
    }
  }

  private func retryOrFail(_ delivery: WebhookDelivery, of subscription: WebhookSubscription, at now: Int64) {
    delivery.failures += 1
    guard delivery.failures == 1, subscription.disabledReason == nil else {
      delivery.state = .failed
      return
    }
    delivery.state = .retrying
    delivery.dueAt = now + edge.webhooks.policy.retryDelay
    subscription.retries.append(delivery)
  }

  /// Unknown: whether a throttled attempt counts as the first of two; here it does not.
  private func throttle(_ subscription: WebhookSubscription, requeueing delivery: WebhookDelivery, at now: Int64) {
    let range = edge.webhooks.policy.throttleSeconds
    let seconds = min(max(subscription.throttleSeconds * 2, range.lowerBound), range.upperBound)
    subscription.throttleSeconds = seconds
    subscription.throttledUntil = now + seconds
    delivery.state = .queued
    subscription.queue.insert(delivery, at: 0)
  }

  private func dropExpired(of subscription: WebhookSubscription, at now: Int64) {
    let maxAge = edge.webhooks.policy.throttleSeconds.upperBound
    subscription.queue.removeAll { delivery in
      guard delivery.notification.createdAt < now - maxAge else { return false }
      drop(delivery, reason: "older than \(maxAge / 3600) hours when the throttling ended")
      return true
    }
  }

  /// Sends nothing any more, and gives up what waits.
  func disable(_ subscription: WebhookSubscription, reason: String) {
    subscription.disabledReason = reason
    let waiting = subscription.queue + subscription.retries + [subscription.heldBack].compactMap(\.self)
    for delivery in waiting { drop(delivery, reason: reason) }
    (subscription.queue, subscription.retries, subscription.heldBack) = ([], [], nil)
    subscription.throttledUntil = nil
  }

  // MARK: Time

  /// Sends again what is due for it, and what was throttled until now.
  func runDueDeliveries(in session: WorkspaceSession) {
    let now = session.workspace.clock.now
    for subscription in session.webhooks.subscriptions {
      let due = subscription.retries.filter { ($0.dueAt ?? 0) <= now }
      subscription.retries.removeAll { ($0.dueAt ?? 0) <= now }
      for delivery in due.sorted(by: { ($0.dueAt ?? 0) < ($1.dueAt ?? 0) }) {
        delivery.dueAt = nil
        delivery.state = .queued
        subscription.queue.append(delivery)
      }
      sendNextDelivery(of: subscription, in: session)
    }
  }

  // MARK: On request

  /// Sends a notification again, under the same id.
  ///
  /// False when it is on its way already, or its subscription is gone or disabled.
  public func redeliver(_ delivery: WebhookDelivery, in session: WorkspaceSession) -> Bool {
    guard let subscription = session.webhooks.subscription(id: delivery.subscriptionID),
      subscription.disabledReason == nil, ![.queued, .sending].contains(delivery.state)
    else { return false }
    subscription.retries.removeAll { $0 === delivery }
    delivery.state = .queued
    delivery.reason = nil
    delivery.dueAt = nil
    delivery.failures = 0
    subscription.queue.append(delivery)
    sendNextDelivery(of: subscription, in: session)
    updateAlarm(of: session)
    return true
  }

  /// Calls back when nothing is to be sent, or after so many milliseconds; with whether nothing is.
  public func waitForDeliveries(
    in session: WorkspaceSession, atMost milliseconds: Int, _ done: @escaping (Bool) -> Void
  ) {
    let webhooks = session.webhooks
    guard webhooks.isBusy(at: session.workspace.clock.now) else { return done(true) }
    let number = webhooks.addWaiter(done)
    environment.schedule(milliseconds) { webhooks.cancelWaiter(number: number) }
  }
}
