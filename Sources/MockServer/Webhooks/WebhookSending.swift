import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Turns writes and requests into deliveries.
extension Server {
  /// Queues notifications of writes.
  /// - Parameter call: the call that wrote; nil for a due task
  public func notifySubscribers(of writes: [Mutation], in session: WorkspaceSession, by call: Call?) {
    // The work throws no error.
    try? notification(of: writes, in: session, by: call).value()
  }

  /// The work of queueing notifications of writes, one write in each step.
  func notification(of writes: [Mutation], in session: WorkspaceSession, by call: Call?) -> SlicedWork<Void> {
    let webhooks = session.webhooks
    guard webhooks.receivers.contains(where: \.isActive) else { return .finished(()) }
    let writes = Mutation.coalesced(writes)
    let depth = DeliveryChain.depth(after: call)
    var (calls, position): ([APIVersion: Call], Int) = ([:], 0)
    return .unfinished { [self] in
      if position < writes.count {
        enqueueCallbackEvents(of: writes[position], in: session, depth: depth)
        for topic in topics[writes[position].collection] ?? [] {
          for (version, subscribers) in subscribers(of: topic, in: webhooks) {
            let call = calls[version] ?? self.renderingCall(for: version, in: session, after: call)
            calls[version] = call
            for item in topic.items(for: ChangeEvent(mutation: writes[position], among: writes, in: call)) {
              enqueue(for: subscribers, topic: topic.name, item: item, in: session, depth: depth)
            }
          }
        }
        position += 1
      }
      guard position >= writes.count else { return nil }
      for receiver in webhooks.receivers { sendNextDelivery(of: receiver, in: session) }
      return ()
    }
  }

  /// Queues the events of a write for the callback URL of the workspace. Unknown: how the service retries them; here as
  /// notifications.
  private func enqueueCallbackEvents(of write: Mutation, in session: WorkspaceSession, depth: Int) {
    guard let callback = session.webhooks.callback, callback.isActive, let events = catalogue.callbackEvents else {
      return
    }
    for event in events.events(of: write) where events.names.contains(event.name) {
      let notification = WebhookNotification(
        id: nil, topic: event.name, appID: edge.webhooks.appID(of: session.workspace), item: event.body.bytes,
        createdAt: session.workspace.clock.now, isCallback: true)
      enqueue(notification, for: callback, in: session, depth: depth)
    }
  }

  /// Queues notifications of a successful request.
  func notifySubscribers(of exchange: Exchange, response: Response?, session: WorkspaceSession, in call: Call) {
    let webhooks = session.webhooks
    guard !webhooks.subscriptions.isEmpty, let status = response?.status, status.kind == .successful else { return }
    for topic in requestTopics {
      for (version, subscribers) in subscribers(of: topic, in: webhooks) {
        let notice = RequestEvent(
          id: exchange.id, request: exchange.request, token: call.token,
          status: status.code, in: self.renderingCall(for: version, in: session, after: call))
        if let item = topic.requestItem?(notice) {
          enqueue(
            for: subscribers, topic: topic.name, item: item, in: session, depth: DeliveryChain.depth(after: call))
        }
        for subscription in subscribers { sendNextDelivery(of: subscription, in: session) }
      }
    }
  }

  /// The subscriptions to a topic whose version has it, grouped by version, oldest version first.
  private func subscribers(of topic: Topic, in webhooks: Webhooks) -> [(APIVersion, [WebhookSubscription])] {
    let wanting = webhooks.subscriptions.filter {
      $0.isSubscribed(to: topic) && topic.availability.contains($0.version)
    }
    return Dictionary(grouping: wanting, by: \.version).sorted { $0.key < $1.key }
  }

  /// A call that renders items in the version of a subscription.
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

  private func enqueue(
    for subscribers: [WebhookSubscription], topic: String, item: JSON, in session: WorkspaceSession, depth: Int
  ) {
    let bytes = item.bytes
    for subscription in subscribers {
      let notification = WebhookNotification(
        id: edge.webhooks.notificationID(uuid: session.webhooks.idGenerator.uuid()), topic: topic,
        appID: edge.webhooks.appID(of: session.workspace), item: bytes, createdAt: session.workspace.clock.now)
      enqueue(notification, for: subscription, in: session, depth: depth)
    }
  }

  /// Sends a test notification.
  /// - Parameter depth: the position in a chain of deliveries that cause each other, from 1
  public func sendPing(
    to subscription: WebhookSubscription, in session: WorkspaceSession, depth: Int = 1
  ) -> WebhookDelivery {
    let format = edge.webhooks
    let notification = WebhookNotification(
      id: nil, topic: format.pingTopic, appID: format.appID(of: session.workspace), item: format.pingItem.bytes,
      createdAt: session.workspace.clock.now)
    let delivery = WebhookDelivery(
      id: session.webhooks.nextID(), subscriptionID: subscription.id, notification: notification, depth: depth)
    session.webhooks.record(delivery)
    if delivery.dropIfLooping() { return delivery }
    subscription.queue.append(delivery)
    sendNextDelivery(of: subscription, in: session)
    return delivery
  }

  /// Queues a delivery, subject to the setting `webhook_delivery`.
  private func enqueue(
    _ notification: WebhookNotification, for subscription: WebhookSubscription, in session: WorkspaceSession,
    depth: Int
  ) {
    let (webhooks, disturbance) = (session.webhooks, session.settings.webhookDelivery)
    let delivery = WebhookDelivery(
      id: webhooks.nextID(), subscriptionID: subscription.id, notification: notification, depth: depth)
    webhooks.record(delivery)
    if delivery.dropIfLooping() { return }
    if webhooks.happens(withProbability: disturbance.drop) {
      return delivery.drop(reason: "dropped by the setting webhook_delivery")
    }
    if webhooks.queuedCount >= Webhooks.queueLimit { return delivery.drop(reason: "too many deliveries are waiting") }
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
      id: webhooks.nextID(), subscriptionID: subscription.id, notification: notification, depth: depth,
      isDuplicate: true)
    webhooks.record(twin)
    subscription.queue.append(twin)
  }

  /// Sends a held delivery if no later one has overtaken it in time.
  private func releaseHeldDelivery(of subscription: WebhookSubscription, in session: WorkspaceSession) {
    guard let delivery = subscription.heldBack else { return }
    subscription.heldBack = nil
    subscription.queue.append(delivery)
    sendNextDelivery(of: subscription, in: session)
  }
}

extension Webhooks {
  /// Draws whether an event with a probability from 0 to 1 occurs.
  fileprivate func happens(withProbability share: Double) -> Bool {
    share > 0 && Double(idGenerator.random() >> 11) / 0x1p53 < share
  }
}

/// Sends deliveries: one at a time per subscription, in order.
extension Server {
  /// Sends the next delivery unless one is in flight.
  func sendNextDelivery(of subscription: WebhookSubscription, in session: WorkspaceSession) {
    let now = session.workspace.clock.now
    guard !session.isDiscarded, let send = environment.send, subscription.inFlight == nil,
      !subscription.isThrottled(at: now)
    else { return }
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
    let signature = signature(of: body, for: subscription)
    let request = OutgoingRequest(
      method: .post, url: subscription.url,
      fields: edge.webhooks.requestFields + [signature, DeliveryChain.field(depth: delivery.depth)],
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

  private func signature(of body: [UInt8], for subscription: WebhookSubscription) -> HTTPField {
    subscription.isCallback
      ? edge.webhooks.callbackSignature(of: body, secret: subscription.secret)
      : edge.webhooks.signature(of: body, secret: subscription.secret)
  }

  // MARK: Answers

  private func recordAttempt(
    _ attempt: WebhookDelivery.Attempt, of delivery: WebhookDelivery, to subscription: WebhookSubscription,
    in session: WorkspaceSession, webhooks: Webhooks
  ) {
    // A reset replaced the webhooks of the session.
    guard session.webhooks === webhooks, !session.isDiscarded else { return }
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
      subscription.disable(reason: "the endpoint answered \(status.code) \(status.reasonPhrase)")
    case edge.webhooks.policy.throttlingStatus: throttle(subscription, requeueing: delivery, at: now)
    case nil where attempt.isForbidden: delivery.state = .failed
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
  ///
  /// A subscription that was deleted or disabled meanwhile sends nothing more.
  private func throttle(_ subscription: WebhookSubscription, requeueing delivery: WebhookDelivery, at now: Int64) {
    if let reason = subscription.disabledReason { return delivery.drop(reason: reason) }
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
      delivery.drop(reason: "older than \(maxAge / 3600) hours when the throttling ended")
      return true
    }
  }

  // MARK: Time

  /// Sends deliveries whose second attempt is due or whose throttling has ended.
  func runDueDeliveries(in session: WorkspaceSession) {
    let now = session.workspace.clock.now
    for subscription in session.webhooks.receivers {
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

  /// Sends a notification again, with the same id.
  ///
  /// Returns false if it is queued or in flight, or if its subscription is deleted or disabled.
  /// - Parameter depth: the position in a chain of deliveries that cause each other, from 1
  public func redeliver(_ delivery: WebhookDelivery, in session: WorkspaceSession, depth: Int = 1) -> Bool {
    guard let subscription = session.webhooks.receiver(of: delivery),
      subscription.disabledReason == nil, ![.queued, .sending].contains(delivery.state)
    else { return false }
    subscription.retries.removeAll { $0 === delivery }
    delivery.state = .queued
    delivery.reason = nil
    delivery.dueAt = nil
    delivery.failures = 0
    delivery.depth = depth
    if delivery.dropIfLooping() { return true }
    subscription.queue.append(delivery)
    sendNextDelivery(of: subscription, in: session)
    updateAlarm(of: session)
    return true
  }

  /// Calls back with true when no delivery can be sent now, or with false after a timeout in milliseconds.
  /// - Returns: a function that ends the waiting without calling back
  @discardableResult
  public func waitForDeliveries(
    in session: WorkspaceSession, atMost milliseconds: Int, _ done: @escaping (Bool) -> Void
  ) -> () -> Void {
    let webhooks = session.webhooks
    guard webhooks.isBusy(at: session.workspace.clock.now) else {
      done(true)
      return {}
    }
    let number = webhooks.addWaiter(done)
    let alarm = environment.makeAlarm { webhooks.endWaiting(number: number)?.done(false) }
    webhooks.setAlarm(alarm, ofWaiter: number)
    alarm(milliseconds)
    return { _ = webhooks.endWaiting(number: number) }
  }
}
