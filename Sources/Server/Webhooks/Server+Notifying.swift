import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// From writes to deliveries.
extension Server {
  /// Queues what a workspace's subscriptions want to know of some writes.
  /// - Parameter call: what wrote it; nil when it fell due
  public func announce(_ writes: [Mutation], in tenant: Tenant, by call: Call?) {
    let webhooks = tenant.webhooks
    guard webhooks.subscriptions.contains(where: { $0.disabledReason == nil }) else { return }
    let writes = Mutation.coalesced(writes)
    var calls: [APIVersion: Call] = [:]
    for write in writes {
      for topic in topics[write.collection] ?? [] {
        for (version, subscribers) in subscribers(of: topic, webhooks) {
          let call = calls[version] ?? self.call(as: version, in: tenant, after: call)
          calls[version] = call
          for item in topic.items(for: ChangeEvent(mutation: write, among: writes, in: call)) {
            notify(subscribers, topic.name, item, tenant)
          }
        }
      }
    }
    for subscription in webhooks.subscriptions { pump(subscription, tenant) }
  }

  /// Queues what a workspace's subscriptions want to know of requests that were answered well.
  func announce(_ exchange: Exchange, _ response: Response?, in tenant: Tenant, _ call: Call) {
    let webhooks = tenant.webhooks
    guard !webhooks.subscriptions.isEmpty, let status = response?.status, status.kind == .successful else { return }
    for topic in requestTopics {
      for (version, subscribers) in subscribers(of: topic, webhooks) {
        let notice = RequestEvent(
          id: exchange.id, request: exchange.request, token: Authentication.token(of: exchange.request) ?? "",
          status: status.code, in: self.call(as: version, in: tenant, after: call))
        if let item = topic.requestItem?(notice) { notify(subscribers, topic.name, item, tenant) }
        for subscription in subscribers { pump(subscription, tenant) }
      }
    }
  }

  /// Those who want a topic and whose version has it, by version, the oldest version first.
  private func subscribers(of topic: Topic, _ webhooks: Webhooks) -> [(APIVersion, [WebhookSubscription])] {
    let wanting = webhooks.subscriptions.filter { $0.wants(topic) && topic.availability.contains($0.version) }
    return Dictionary(grouping: wanting, by: \.version).sorted { $0.key < $1.key }
  }

  /// A call that renders for a version of its own.
  private func call(as version: APIVersion, in tenant: Tenant, after call: Call?) -> Call {
    let base = call?.baseURL.split(separator: "/").map(String.init) ?? []
    let request = Request(
      method: .post, target: "/", scheme: base.count == 2 ? String(base[0].dropLast()) : "http",
      authority: base.last ?? "localhost")
    return Call(
      workspace: tenant.workspace, operation: Self.notifying, plan: plan(version), request: request,
      adminID: call?.adminID)
  }

  private static let notifying = Operation(method: .post, path: "/", id: "notify", handler: { _ in Reply(status: .ok) })

  private func notify(_ subscribers: [WebhookSubscription], _ topic: String, _ item: JSON, _ tenant: Tenant) {
    let bytes = item.bytes
    for subscription in subscribers {
      let notification = Notification(
        id: "notif_" + tenant.webhooks.ids.uuid(), topic: topic, appID: tenant.appID, item: bytes,
        createdAt: tenant.workspace.clock.now)
      enqueue(notification, subscription, tenant)
    }
  }

  /// Sends a notification that tests the way.
  public func ping(_ subscription: WebhookSubscription, _ tenant: Tenant) -> WebhookDelivery {
    let notification = Notification.ping(tenant.appID, at: tenant.workspace.clock.now)
    let delivery = WebhookDelivery(id: tenant.webhooks.nextID(), subscriptionID: subscription.id, notification)
    tenant.webhooks.enter(delivery)
    subscription.queue.append(delivery)
    pump(subscription, tenant)
    return delivery
  }

  /// Puts a delivery in line, or does to it what the workspace's settings ask for.
  private func enqueue(_ notification: Notification, _ subscription: WebhookSubscription, _ tenant: Tenant) {
    let (webhooks, disturbance) = (tenant.webhooks, tenant.settings.webhookDelivery)
    let delivery = WebhookDelivery(id: webhooks.nextID(), subscriptionID: subscription.id, notification)
    webhooks.enter(delivery)
    if webhooks.draws(disturbance.drop) { return drop(delivery, "dropped by the setting webhook_delivery") }
    if webhooks.queuedCount >= Webhooks.queueLimit { return drop(delivery, "too many deliveries are waiting") }
    let isHeldBack = webhooks.draws(disturbance.reorder) && subscription.overtaken == nil
    if isHeldBack {
      subscription.overtaken = delivery
      later(1_000) { [weak self] in self?.overtake(subscription, tenant) }
    } else {
      subscription.queue.append(delivery)
      if let overtaken = subscription.overtaken { subscription.queue.append(overtaken) }
      subscription.overtaken = nil
    }
    guard webhooks.draws(disturbance.duplicate) else { return }
    let twin = WebhookDelivery(
      id: webhooks.nextID(), subscriptionID: subscription.id, notification, isDuplicate: true)
    webhooks.enter(twin)
    subscription.queue.append(twin)
  }

  /// Nothing came to overtake it: it waits no longer.
  private func overtake(_ subscription: WebhookSubscription, _ tenant: Tenant) {
    guard let delivery = subscription.overtaken else { return }
    subscription.overtaken = nil
    subscription.queue.append(delivery)
    pump(subscription, tenant)
  }

  func drop(_ delivery: WebhookDelivery, _ reason: String) {
    delivery.state = .dropped
    delivery.reason = reason
    delivery.dueAt = nil
  }
}

extension Webhooks {
  /// Whether chance picks this one, for a share from 0 to 1.
  fileprivate func draws(_ share: Double) -> Bool {
    share > 0 && Double(ids.random() >> 11) / 0x1p53 < share
  }
}
