import API
import HTTPMessage
import HTTPTypes
import JSON

enum WebhookRoutes {
  private static let subscriptionShape = Shape.object([
    .required("type", as: .string(oneOf: ["webhook_subscription"])), .required("id", as: .string()),
    .required("url", as: .string()), .required("topics", as: .array(of: .string())), .required("secret", as: .string()),
    .required("version", as: .string()), .required("created_at", as: .integer()),
    .required("state", as: .string(oneOf: ["active", "throttled", "disabled"])),
    .required("disabled_reason", as: .either([.string(), .null])),
    .required("throttled_until", as: .either([.integer(), .null])),
    .required("head_check", as: .either([.anyObject, .null])),
  ])

  private static let deliveryShape = Shape.object([
    .required("type", as: .string(oneOf: ["webhook_delivery"])), .required("id", as: .string()),
    .required("subscription_id", as: .string()), .required("topic", as: .string()),
    .required("state", as: .string(oneOf: WebhookDelivery.State.allCases.map(\.rawValue))),
    .required("reason", as: .either([.string(), .null])), .required("duplicate", as: .boolean),
    .required("created_at", as: .integer()), .required("due_at", as: .either([.integer(), .null])),
    .required("attempts", as: .array(of: .anyObject)), .required("notification", as: .anyObject),
  ])

  private static let waitResultShape = Shape.object([
    .required("idle", as: .boolean), .required("scheduled", as: .integer()), .required("delivered", as: .integer()),
    .required("failed", as: .integer()),
  ])

  private static func listShape(type name: String, items shape: Shape) -> Shape {
    .object([
      .required("type", as: .string(oneOf: ["\(name).list"])), .required("data", as: .array(of: shape)),
      .required("total_count", as: .integer()),
    ])
  }

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/webhooks", id: "listSubscriptions", summary: "The subscriptions of this workspace",
      response: listShape(type: "webhook_subscription", items: subscriptionShape), handler: listSubscriptions),
    ControlRoute(
      deferred: .post, path: "/_mock/webhooks", id: "createSubscription",
      summary: "Subscribe a URL to topics; HEAD is sent to it first",
      query: [
        .optional(
          "check",
          as: .described(
            .string(oneOf: ["report", "required", "off"]),
            "report shows how the HEAD went, required refuses an endpoint that does not answer it with 200"))
      ],
      request: .object([
        .required("url", as: .url), .required("topics", as: .array(of: .string())),
        .optional("secret", as: .string()),
        .optional("version", as: .string()),
      ]), response: subscriptionShape, statuses: [.created], handler: createSubscription),
    ControlRoute(
      .get, path: "/_mock/webhooks/deliveries", id: "listDeliveries", summary: "The delivery log, newest first",
      query: [
        .optional("subscription_id", as: .string()), .optional("topic", as: .string()),
        .optional("state", as: .string(oneOf: WebhookDelivery.State.allCases.map(\.rawValue))),
        .optional("limit", as: .integer(1...1_000)),
      ], response: listShape(type: "webhook_delivery", items: deliveryShape), handler: listDeliveries),
    ControlRoute(
      .delete, path: "/_mock/webhooks/deliveries", id: "deleteDeliveries", summary: "Delete the delivery log",
      response: .object([.required("deleted", as: .boolean)]), handler: deleteDeliveries),
    ControlRoute(
      .get, path: "/_mock/webhooks/deliveries/{id}", id: "showDelivery", summary: "One delivery with its attempts",
      response: deliveryShape,
      handler: showDelivery),
    ControlRoute(
      .post, path: "/_mock/webhooks/deliveries/{id}/redeliver", id: "redeliverWebhook",
      summary: "Send a notification again, with the same id",
      response: deliveryShape, statuses: [.accepted, .conflict], handler: redeliver),
    ControlRoute(
      deferred: .post, path: "/_mock/webhooks/wait", id: "waitForDeliveries",
      summary: "Wait until no delivery can be sent now, or until the timeout",
      request: .object([.optional("timeout_ms", as: .integer(0...60_000))]), response: waitResultShape,
      handler: waitForDeliveries),
    ControlRoute(
      .get, path: "/_mock/webhooks/topics", id: "listTopics", summary: "The topics, their versions and causes",
      response: .object([
        .required("type", as: .string(oneOf: ["topic.list"])),
        .required(
          "topics",
          as: .array(
            of: .object([
              .required("topic", as: .string()), .required("versions", as: .array(of: .string())),
              .required("caused_by", as: .array(of: .string())),
            ]))), .required("total_count", as: .integer()),
      ]), handler: listTopics),
    ControlRoute(
      .get, path: "/_mock/webhooks/{id}", id: "showSubscription", summary: "One subscription",
      response: subscriptionShape,
      handler: showSubscription),
    ControlRoute(
      .delete, path: "/_mock/webhooks/{id}", id: "deleteSubscription",
      summary: "Delete a subscription; its waiting deliveries are dropped",
      response: .object([.required("id", as: .string()), .required("deleted", as: .boolean)]),
      handler: deleteSubscription),
    ControlRoute(
      .post, path: "/_mock/webhooks/{id}/ping", id: "pingSubscription", summary: "Send a ping to the endpoint",
      response: deliveryShape,
      statuses: [.accepted, .conflict], handler: pingSubscription),
  ]

  // MARK: Subscriptions

  static func listSubscriptions(in call: ControlCall) -> Reply {
    Self.listReply(type: "webhook_subscription", items: call.peekSession().webhooks.subscriptions.map(\.json))
  }

  static func showSubscription(in call: ControlCall) throws -> Reply {
    .ok(.json(try findSubscription(in: call).json))
  }

  static func createSubscription(in call: ControlCall) throws -> ControlReply {
    let session = try call.openSession()
    let request = try subscriptionRequest(in: call, session: session)
    guard session.webhooks.subscriptions.count < Webhooks.subscriptionLimit else {
      throw APIError.conflict("a workspace has at most \(Webhooks.subscriptionLimit) subscriptions")
    }
    let check = call.query["check"]?.string ?? "report"
    guard check != "off" else {
      return .now(Self.createdReply(call.server.subscribe(request, headCheck: nil, in: session)))
    }
    return .later { [server = call.server] reply in
      server.checkEndpoint(at: request.url) { result, passed in
        if check == "required", !passed {
          return reply.complete(with: .failure(Self.refusal(of: request.url, check: result)))
        }
        reply.complete(with: .success(Self.createdReply(server.subscribe(request, headCheck: result, in: session))))
      }
    }
  }

  private static func createdReply(_ subscription: WebhookSubscription) -> Reply {
    Reply(status: .created, body: .node(.json(subscription.json)))
  }

  private static func refusal(of url: AbsoluteURL, check: JSON?) -> APIError {
    let found = check?["status"]?.integer.map(String.init) ?? check?["error"]?.string ?? "nothing"
    return APIError.parameterInvalid("url must answer HEAD with 200: \(url) gave \(found)", field: "url")
  }

  private static func subscriptionRequest(in call: ControlCall, session: WorkspaceSession) throws
    -> Server.SubscriptionRequest
  {
    guard let url = AbsoluteURL(call.body["url"]?.string ?? "") else {
      throw APIError.parameterInvalid("url must be \(Shape.url.expectation)", field: "url")
    }
    let version = try version(from: call.body["version"]) ?? session.settings.defaultVersion
    let secret = call.body["secret"]?.string ?? Webhooks.defaultSecret
    guard !secret.isEmpty else { throw APIError.parameterInvalid("secret must not be empty", field: "secret") }
    return Server.SubscriptionRequest(
      url: url, topics: try topicNames(in: call, version: version), secret: secret,
      version: version)
  }

  private static func version(from json: JSON?) throws -> APIVersion? {
    guard let text = json?.string else { return nil }
    guard let version = APIVersion(named: text) else {
      let known = APIVersion.allCases.map(\.name).joined(separator: ", ")
      throw APIError.parameterInvalid("version must be one of \(known)", field: "version")
    }
    return version
  }

  private static func topicNames(in call: ControlCall, version: APIVersion) throws -> [String] {
    let items = call.body["topics"]?.array ?? []
    guard !items.isEmpty else {
      throw APIError.parameterInvalid("topics must name at least one topic, or *", field: "topics")
    }
    var topics: [String] = []
    for (index, item) in items.compactMap(\.string).enumerated() {
      let name = try topicName(item, at: "topics[\(index)]", version: version, in: call)
      if !topics.contains(name) { topics.append(name) }
    }
    return topics
  }

  /// Returns the name of the topic that a name or an alias means. Throws `parameter_invalid` if the version has none.
  private static func topicName(
    _ name: String, at place: String, version: APIVersion, in call: ControlCall
  ) throws -> String {
    guard ![WebhookSubscription.allTopics, call.server.edge.webhooks.pingTopic].contains(name) else { return name }
    guard let topic = call.server.catalogue.topic(named: name) else {
      let known = call.server.catalogue.topics
      let family = name.prefix { $0 != "." }
      let near = known.map(\.name).filter { $0.hasPrefix(family + ".") }
      let hint = near.isEmpty ? Set(known.map { String($0.name.prefix { $0 != "." }) + ".…" }).sorted() : near
      throw APIError.parameterInvalid(
        "\(place): there is no topic \(name); there are \(hint.joined(separator: ", "))", field: place)
    }
    guard topic.availability.contains(version) else {
      throw APIError.parameterInvalid("\(place): version \(version.name) has no topic \(name)", field: place)
    }
    return topic.name
  }

  static func deleteSubscription(in call: ControlCall) throws -> Reply {
    guard call.server.unsubscribe(id: try findSubscription(in: call).id, in: call.peekSession()) else {
      throw Self.subscriptionNotFound(in: call)
    }
    return .ok(.json(["id": .string(call.pathParameter), "deleted": true]))
  }

  static func pingSubscription(in call: ControlCall) throws -> Reply {
    let subscription = try findSubscription(in: call)
    guard subscription.isActive else {
      throw APIError.conflict("subscription \(subscription.id) is disabled; create another")
    }
    let delivery = call.server.sendPing(to: subscription, in: call.peekSession(), depth: Self.depth(after: call))
    return .accepted(.json(delivery.json(format: call.server.edge.webhooks)))
  }

  /// Writes to the listed collections cause a topic, by any operation; `requests` cause some topics.
  static func listTopics(in call: ControlCall) -> Reply {
    let rows = call.server.catalogue.topics.map { topic -> JSON in
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

  static func listDeliveries(in call: ControlCall) throws -> Reply {
    let subscription = call.query["subscription_id"]?.string
    let topic = try call.query["topic"]?.string.map { try loggedTopic($0, in: call) }
    let state = call.query["state"]?.string
    let found = call.peekSession().webhooks.log.reversed().filter { delivery in
      (subscription ?? delivery.subscriptionID) == delivery.subscriptionID
        && (topic ?? delivery.topic) == delivery.topic && (state ?? delivery.state.rawValue) == delivery.state.rawValue
    }
    let shown = found.prefix(Int(call.query["limit"]?.integral ?? 100))
    return Self.listReply(
      type: "webhook_delivery", items: shown.map { $0.json(format: call.server.edge.webhooks) }, total: found.count)
  }

  /// Returns the topic that deliveries with this name or alias have in the log; it may be an event of the callback URL.
  private static func loggedTopic(_ name: String, in call: ControlCall) throws -> String {
    let catalogue = call.server.catalogue
    let others = (catalogue.callbackEvents?.names ?? []) + [call.server.edge.webhooks.pingTopic]
    guard let topic = catalogue.topic(named: name)?.name ?? others.first(where: { $0 == name }) else {
      throw APIError.parameterInvalid(
        "topic: there is no \(name); GET /_mock/webhooks/topics lists what there is", field: "topic")
    }
    return topic
  }

  static func deleteDeliveries(in call: ControlCall) -> Reply {
    call.peekSession().webhooks.clearLog()
    return .ok(.json(["deleted": true]))
  }

  static func showDelivery(in call: ControlCall) throws -> Reply {
    .ok(.json(try findDelivery(in: call).json(format: call.server.edge.webhooks)))
  }

  static func redeliver(in call: ControlCall) throws -> Reply {
    let delivery = try findDelivery(in: call)
    guard call.server.redeliver(delivery, in: call.peekSession(), depth: Self.depth(after: call)) else {
      throw APIError.conflict(
        "delivery \(delivery.id) is queued or in flight, or its subscription is deleted or disabled")
    }
    return .accepted(.json(delivery.json(format: call.server.edge.webhooks)))
  }

  /// Deliveries that wait for their time, such as retries, are not awaited; `scheduled` counts them.
  static func waitForDeliveries(in call: ControlCall) throws -> ControlReply {
    let session = call.peekSession()
    let limit = Int(call.body["timeout_ms"]?.integral ?? 5_000)
    return .later { [server = call.server] reply in
      let cancel = server.waitForDeliveries(in: session, atMost: limit) { isIdle in
        reply.complete(with: .success(Self.waitReply(isIdle: isIdle, webhooks: session.webhooks)))
      }
      if !reply.isOver { reply.onCancellation = cancel }
    }
  }

  private static func waitReply(isIdle: Bool, webhooks: Webhooks) -> Reply {
    .ok(
      .json([
        "idle": .boolean(isIdle), "scheduled": .integer(Int64(webhooks.scheduledCount)),
        "delivered": .integer(Int64(webhooks.tally.delivered)), "failed": .integer(Int64(webhooks.tally.failed)),
      ]))
  }

  // MARK: Shared

  /// The depth of a delivery that the call causes.
  private static func depth(after call: ControlCall) -> Int {
    DeliveryChain.depth(after: call.request.fields[.mockWebhookDepth])
  }

  private static func listReply(type name: String, items: [JSON], total: Int? = nil) -> Reply {
    .ok(
      .json([
        "type": .string("\(name).list"), "data": .array(items),
        "total_count": .integer(Int64(total ?? items.count)),
      ]))
  }

  private static func findSubscription(in call: ControlCall) throws -> WebhookSubscription {
    guard let found = call.peekSession().webhooks.subscription(id: call.pathParameter) else {
      throw Self.subscriptionNotFound(in: call)
    }
    return found
  }

  private static func subscriptionNotFound(in call: ControlCall) -> APIError {
    APIError.notFound("there is no subscription \(call.pathParameter) in this workspace")
  }

  private static func findDelivery(in call: ControlCall) throws -> WebhookDelivery {
    guard let found = call.peekSession().webhooks.delivery(id: call.pathParameter) else {
      throw APIError.notFound("there is no delivery \(call.pathParameter) in this workspace's log")
    }
    return found
  }
}
