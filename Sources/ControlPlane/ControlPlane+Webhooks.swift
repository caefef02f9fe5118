import API
import HTTPMessage
import HTTPTypes
import JSON
import Server

/// Subscriptions to webhooks, and what was delivered.
extension ControlPlane {
  private static let subscription = Shape.object([
    .required("type", .string(oneOf: ["webhook_subscription"])), .required("id", .string()),
    .required("url", .string()), .required("topics", .array(of: .string())), .required("secret", .string()),
    .required("version", .string()), .required("created_at", .integer()),
    .required("state", .string(oneOf: ["active", "throttled", "disabled"])),
    .required("disabled_reason", .either([.string(), .null])),
    .required("throttled_until", .either([.integer(), .null])),
    .required("head_check", .either([.anyObject, .null])),
  ])

  private static let delivery = Shape.object([
    .required("type", .string(oneOf: ["webhook_delivery"])), .required("id", .string()),
    .required("subscription_id", .string()), .required("topic", .string()),
    .required("state", .string(oneOf: WebhookDelivery.State.allCases.map(\.rawValue))),
    .required("reason", .either([.string(), .null])), .required("duplicate", .boolean),
    .required("created_at", .integer()), .required("due_at", .either([.integer(), .null])),
    .required("attempts", .array(of: .anyObject)), .required("notification", .anyObject),
  ])

  private static let outcome = Shape.object([
    .required("idle", .boolean), .required("scheduled", .integer()), .required("delivered", .integer()),
    .required("failed", .integer()),
  ])

  private static func list(_ name: String, _ shape: Shape) -> Shape {
    .object([
      .required("type", .string(oneOf: ["\(name).list"])), .required("data", .array(of: shape)),
      .required("total_count", .integer()),
    ])
  }

  static let webhookRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/webhooks", "The subscriptions of this workspace",
      gives: list("webhook_subscription", subscription), subscriptions),
    ControlRoute(
      later: .post, "/_mock/webhooks", "Subscribe a URL to topics; its endpoint is asked with HEAD first",
      query: [
        .optional(
          "check",
          .noted(
            .string(oneOf: ["report", "required", "off"]),
            "report shows how the HEAD went, required refuses an endpoint that does not answer it with 200"))
      ],
      takes: .object([
        .required("url", .string()), .required("topics", .array(of: .string())), .optional("secret", .string()),
        .optional("version", .string()),
      ]), gives: subscription, statuses: [.created], subscribe),
    ControlRoute(
      .get, "/_mock/webhooks/deliveries", "What was sent, the newest first",
      query: [
        .optional("subscription_id", .string()), .optional("topic", .string()),
        .optional("state", .string(oneOf: WebhookDelivery.State.allCases.map(\.rawValue))),
        .optional("limit", .integer(1...1_000)),
      ], gives: list("webhook_delivery", delivery), deliveries),
    ControlRoute(
      .delete, "/_mock/webhooks/deliveries", "Empty the delivery log",
      gives: .object([.required("deleted", .boolean)]), clearDeliveries),
    ControlRoute(
      .get, "/_mock/webhooks/deliveries/{id}", "One delivery with its attempts", gives: delivery, showDelivery),
    ControlRoute(
      .post, "/_mock/webhooks/deliveries/{id}/redeliver", "Send a notification again, under the same id",
      gives: delivery, statuses: [.accepted, .conflict], redeliver),
    ControlRoute(
      later: .post, "/_mock/webhooks/wait", "Answer when nothing is to be sent any more, or the time is over",
      takes: .object([.optional("timeout_ms", .integer(0...60_000))]), gives: outcome, awaitDeliveries),
    ControlRoute(
      .get, "/_mock/webhooks/topics", "Every topic, the versions that have it, and what causes it",
      gives: .object([
        .required("type", .string(oneOf: ["topic.list"])),
        .required(
          "topics",
          .array(
            of: .object([
              .required("topic", .string()), .required("versions", .array(of: .string())),
              .required("caused_by", .array(of: .string())),
            ]))), .required("total_count", .integer()),
      ]), topics),
    ControlRoute(.get, "/_mock/webhooks/{id}", "One subscription", gives: subscription, showSubscription),
    ControlRoute(
      .delete, "/_mock/webhooks/{id}", "End a subscription; what waits to be sent is given up",
      gives: .object([.required("id", .string()), .required("deleted", .boolean)]), unsubscribe),
    ControlRoute(
      .post, "/_mock/webhooks/{id}/ping", "Send a ping to the endpoint", gives: delivery,
      statuses: [.accepted, .conflict], ping),
  ]

  // MARK: Subscriptions

  func subscriptions(_ call: ControlCall) -> Reply {
    Self.list("webhook_subscription", peek(call).webhooks.subscriptions.map(\.json))
  }

  func showSubscription(_ call: ControlCall) throws -> Reply {
    .ok(.json(try subscription(call).json))
  }

  func subscribe(_ call: ControlCall) throws -> ControlAnswer {
    let tenant = try tenant(call)
    let wish = try wish(call, tenant)
    guard tenant.webhooks.subscriptions.count < Webhooks.subscriptionLimit else {
      throw APIError.conflict("a workspace has at most \(Webhooks.subscriptionLimit) subscriptions")
    }
    let check = call.query["check"]?.string ?? "report"
    guard check != "off" else { return .now(Self.created(server.subscribe(wish, headCheck: nil, tenant))) }
    return .later { [server] complete in
      server.checkEndpoint(wish.url) { result, passed in
        if check == "required", !passed { return complete(.failure(Self.refusal(of: wish.url, result))) }
        complete(.success(Self.created(server.subscribe(wish, headCheck: result, tenant))))
      }
    }
  }

  private static func created(_ subscription: WebhookSubscription) -> Reply {
    Reply(status: .created, body: .node(.json(subscription.json)))
  }

  private static func refusal(of url: AbsoluteURL, _ check: JSON?) -> APIError {
    let found = check?["status"]?.integer.map(String.init) ?? check?["error"]?.string ?? "nothing"
    return wrong("url", "url must answer HEAD with 200: \(url) gave \(found)")
  }

  private func wish(_ call: ControlCall, _ tenant: Tenant) throws -> Server.Subscribing {
    guard let url = AbsoluteURL(call.body["url"]?.string ?? "") else {
      throw Self.wrong("url", "url must be an absolute URL, http://host:port/path or https")
    }
    let version = try version(call.body["version"]) ?? tenant.settings.defaultVersion
    let secret = call.body["secret"]?.string ?? Webhooks.defaultSecret
    guard !secret.isEmpty else { throw Self.wrong("secret", "secret must not be empty") }
    return Server.Subscribing(
      url: url, topics: try topics(call.body["topics"]?.array ?? [], version), secret: secret, version: version)
  }

  private func version(_ json: JSON?) throws -> APIVersion? {
    guard let text = json?.string else { return nil }
    guard let version = APIVersion(named: text) else {
      let known = APIVersion.allCases.map(\.name).joined(separator: ", ")
      throw Self.wrong("version", "version must be one of \(known)")
    }
    return version
  }

  private func topics(_ items: [JSON], _ version: APIVersion) throws -> [String] {
    guard !items.isEmpty else { throw Self.wrong("topics", "topics must name at least one topic, or *") }
    var topics: [String] = []
    for (index, name) in items.compactMap(\.string).enumerated() where !topics.contains(name) {
      try check(name, version, at: "topics[\(index)]")
      topics.append(name)
    }
    return topics
  }

  private func check(_ name: String, _ version: APIVersion, at place: String) throws {
    guard ![WebhookSubscription.everything, "ping"].contains(name) else { return }
    let known = server.catalogue.topics
    guard let topic = known.first(where: { $0.name == name }) else {
      let family = name.prefix { $0 != "." }
      let near = known.map(\.name).filter { $0.hasPrefix(family + ".") }
      let hint = near.isEmpty ? Set(known.map { String($0.name.prefix { $0 != "." }) + ".…" }).sorted() : near
      throw Self.wrong(place, "\(place): there is no topic \(name); there are \(hint.joined(separator: ", "))")
    }
    guard topic.availability.contains(version) else {
      throw Self.wrong(place, "\(place): version \(version.name) has no topic \(name)")
    }
  }

  func unsubscribe(_ call: ControlCall) throws -> Reply {
    guard server.unsubscribe(try subscription(call).id, peek(call)) else { throw Self.noSubscription(call) }
    return .ok(.json(["id": .string(call.name), "deleted": true]))
  }

  func ping(_ call: ControlCall) throws -> Reply {
    let subscription = try subscription(call)
    guard subscription.isActive else {
      throw APIError.conflict("subscription \(subscription.id) is disabled; make another")
    }
    return .accepted(.json(server.ping(subscription, peek(call)).json))
  }

  /// A topic is caused by writes to collections, whoever writes, or by `requests`.
  func topics(_ call: ControlCall) -> Reply {
    let rows = server.catalogue.topics.map { topic -> JSON in
      let causes = topic.collections + (topic.requestItem == nil ? [] : ["requests"])
      let versions = APIVersion.allCases.filter(topic.availability.contains).map(\.name)
      return [
        "topic": .string(topic.name), "versions": .array(versions.map(JSON.string)),
        "caused_by": .array(causes.map(JSON.string)),
      ]
    }
    return .ok(.json(["type": "topic.list", "topics": .array(rows), "total_count": .integer(Int64(rows.count))]))
  }

  // MARK: Deliveries

  func deliveries(_ call: ControlCall) throws -> Reply {
    let (subscription, topic) = (call.query["subscription_id"]?.string, call.query["topic"]?.string)
    if let topic, topic != "ping", !server.catalogue.topics.contains(where: { $0.name == topic }) {
      throw Self.wrong("topic", "topic: there is no \(topic); GET /_mock/webhooks/topics lists what there is")
    }
    let state = call.query["state"]?.string
    let found = peek(call).webhooks.log.reversed().filter { delivery in
      (subscription ?? delivery.subscriptionID) == delivery.subscriptionID
        && (topic ?? delivery.topic) == delivery.topic && (state ?? delivery.state.rawValue) == delivery.state.rawValue
    }
    let shown = found.prefix(Int(call.query["limit"]?.integral ?? 100))
    return Self.list("webhook_delivery", shown.map(\.json), total: found.count)
  }

  func clearDeliveries(_ call: ControlCall) -> Reply {
    peek(call).webhooks.clearLog()
    return .ok(.json(["deleted": true]))
  }

  func showDelivery(_ call: ControlCall) throws -> Reply {
    .ok(.json(try delivery(call).json))
  }

  func redeliver(_ call: ControlCall) throws -> Reply {
    let delivery = try delivery(call)
    guard server.redeliver(delivery, peek(call)) else {
      throw APIError.conflict("delivery \(delivery.id) is on its way, or its subscription is gone or disabled")
    }
    return .accepted(.json(delivery.json))
  }

  /// What waits for its time, such as a retry, is not waited for: it is told as `scheduled`.
  func awaitDeliveries(_ call: ControlCall) throws -> ControlAnswer {
    let tenant = peek(call)
    let limit = Int(call.body["timeout_ms"]?.integral ?? 5_000)
    return .later { [server] complete in
      server.awaitDeliveries(of: tenant, atMost: limit) { isIdle in
        let states = tenant.webhooks.log.map(\.state)
        complete(
          .success(
            .ok(
              .json([
                "idle": .boolean(isIdle), "scheduled": .integer(Int64(tenant.webhooks.scheduledCount)),
                "delivered": .integer(Int64(states.count { $0 == .delivered })),
                "failed": .integer(Int64(states.count { $0 == .failed })),
              ]))))
      }
    }
  }

  // MARK: Shared

  private static func list(_ name: String, _ items: [JSON], total: Int? = nil) -> Reply {
    .ok(
      .json([
        "type": .string("\(name).list"), "data": .array(items),
        "total_count": .integer(Int64(total ?? items.count)),
      ]))
  }

  private func subscription(_ call: ControlCall) throws -> WebhookSubscription {
    guard let found = peek(call).webhooks.subscription(call.name) else { throw Self.noSubscription(call) }
    return found
  }

  private static func noSubscription(_ call: ControlCall) -> APIError {
    APIError(status: .notFound, code: "not_found", message: "there is no subscription \(call.name) in this workspace")
  }

  private func delivery(_ call: ControlCall) throws -> WebhookDelivery {
    guard let found = peek(call).webhooks.delivery(call.name) else {
      throw APIError(
        status: .notFound, code: "not_found", message: "there is no delivery \(call.name) in this workspace's log")
    }
    return found
  }

  /// 400 for a member that makes no sense.
  static func wrong(_ field: String, _ message: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_invalid", message: message, field: field)
  }
}
