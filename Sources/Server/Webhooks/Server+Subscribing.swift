import API
import HTTPMessage
import HTTPTypes
import JSON

/// Making and taking away subscriptions.
extension Server {
  /// What a subscription is made of; checked already.
  public struct Subscribing {
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

  public func subscribe(_ wish: Subscribing, headCheck: JSON?, _ tenant: Tenant) -> WebhookSubscription {
    let subscription = WebhookSubscription(
      id: tenant.webhooks.nextID(), url: wish.url, topics: wish.topics, secret: wish.secret, version: wish.version,
      createdAt: tenant.workspace.clock.now, headCheck: headCheck)
    tenant.webhooks.subscriptions.append(subscription)
    return subscription
  }

  /// False when there is none of this id.
  public func unsubscribe(_ id: String, _ tenant: Tenant) -> Bool {
    guard let subscription = tenant.webhooks.subscription(id) else { return false }
    disable(subscription, "the subscription was deleted")
    tenant.webhooks.subscriptions.removeAll { $0 === subscription }
    setAlarm(of: tenant)
    tenant.webhooks.tellWaiters(at: tenant.workspace.clock.now)
    return true
  }

  /// Asks an endpoint, as the Developer Hub does before it saves one: a plain 200 passes. Without a way to send, it is
  /// not asked, and the answer is nil.
  public func checkEndpoint(_ url: AbsoluteURL, _ done: @escaping (_ check: JSON?, _ passed: Bool) -> Void) {
    guard let send else { return done(nil, true) }
    send(OutgoingRequest(method: .head, url: url, timeoutMilliseconds: 5_000)) { result in
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
