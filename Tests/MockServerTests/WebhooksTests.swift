import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store
import Testing
@testable import Intercom
@testable import MockServer

/// Deliveries: sequential, signed, retried once, postponed and cancelled (Documentation.docc/Webhooks.md, "Delivery
/// rules").
@Suite struct WebhooksTests {
  @Test func `The signature of a body is the same as that of openssl`() {
    // printf '{"a":1}' | openssl dgst -sha1 -hmac key
    let body = Array(#"{"a":1}"#.utf8)
    let signature = IntercomWebhooks().signature(of: body, secret: "key").value
    #expect(signature == "sha1=b5557a4b8f3cc308d19eb4f69f336392a31eef7b")
    #expect(IntercomWebhooks().signature(of: body, secret: "other").value != signature)
  }

  @Test func `The signature of an event is the same as that of openssl`() {
    // printf '{"a":1}' | openssl dgst -sha256 -hmac key
    let signature = IntercomWebhooks().callbackSignature(of: Array(#"{"a":1}"#.utf8), secret: "key")
    #expect(signature.name.rawName == "X-Fin-Agent-API-Webhook-Signature")
    #expect(signature.value == "sha256=88a67f24bbcdaed0e6c997404bb79a743baf44c6bab2f4c27328e3009d22e342")
  }

  @Test func `Deliveries are sent one at a time, in order`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "boat.created")
    for name in ["Argo", "Beagle", "Calypso"] { fixture.createBoat(named: name) }
    #expect(fixture.pendingRequests.count == 1 && fixture.deliveryStates == ["sending", "queued", "queued"])
    #expect(try fixture.deliverAll() == ["Argo", "Beagle", "Calypso"])
    #expect(fixture.deliveryStates == ["delivered", "delivered", "delivered"])
  }

  @Test func `A subscription does not receive other topics`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "ship.created")
    fixture.createBoat(named: "Argo")
    #expect(fixture.pendingRequests.isEmpty && fixture.deliveryStates.isEmpty)
  }

  @Test func `A failed delivery is retried once, after a minute`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    let first = try fixture.respond(with: 500)
    #expect(fixture.deliveryStates == ["retrying"] && fixture.session.webhooks.nextDueTime == 1_700_000_060)
    fixture.advanceClock(bySeconds: 59)
    #expect(fixture.pendingRequests.isEmpty)
    fixture.advanceClock(bySeconds: 1)
    let second = try fixture.respond(with: .failure(.timedOut))
    #expect(fixture.deliveryStates == ["failed"])
    #expect(first["delivery_attempts"] == 1 && second["delivery_attempts"] == 2 && first["id"] == second["id"])
    fixture.advanceClock(bySeconds: 86_400)
    #expect(fixture.pendingRequests.isEmpty && fixture.session.webhooks.nextDueTime == nil)
  }

  @Test func `A 410 ends a subscription and cancels waiting deliveries`() throws {
    let fixture = try WebhookFixture()
    let subscription = try fixture.subscribe(to: "*")
    for name in ["Argo", "Beagle"] { fixture.createBoat(named: name) }
    try fixture.respond(with: 410)
    #expect(fixture.deliveryStates == ["failed", "dropped"] && !subscription.isActive)
    fixture.createBoat(named: "Calypso")
    #expect(fixture.pendingRequests.isEmpty && fixture.deliveryStates.count == 2)
  }

  @Test func `A 429 postpones deliveries for increasing times and drops those older than two hours`() throws {
    let fixture = try WebhookFixture()
    let subscription = try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    var waits: [Int64] = []
    for _ in 0..<6 {
      try fixture.respond(with: 429)
      waits.append((subscription.throttledUntil ?? 0) - fixture.session.workspace.clock.now)
      #expect(fixture.pendingRequests.isEmpty)
      fixture.advanceClock(bySeconds: waits.last ?? 0)
    }
    #expect(waits == [60, 120, 240, 480, 960, 1_920])
    // The seventh attempt is more than an hour after the first; after another delay the delivery is too old.
    try fixture.respond(with: 429)
    fixture.createBoat(named: "Beagle")
    fixture.advanceClock(bySeconds: 3_840)
    #expect(fixture.deliveryStates.first == "dropped")
    #expect(try fixture.deliverAll() == ["Beagle"])
    #expect(subscription.throttledUntil == nil && subscription.throttleSeconds == 0)
  }

  @Test func `A 429 for a deleted subscription ends the delivery`() throws {
    let fixture = try WebhookFixture()
    let subscription = try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    #expect(fixture.server.unsubscribe(id: subscription.id, in: fixture.session))
    try fixture.respond(with: 429)
    #expect(fixture.deliveryStates == ["dropped"])
    #expect(subscription.throttledUntil == nil && subscription.queue.isEmpty)
  }

  @Test func `A reset discards deliveries in flight`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    fixture.server.sessions.reset(fixture.session)
    try fixture.respond(with: 500)
    #expect(fixture.session.webhooks.log.isEmpty && fixture.session.webhooks.nextDueTime == nil)
    #expect(!fixture.session.isChanged)
  }

  @Test func `Waiting ends when no deliveries are left or at the timeout`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    var told: [Bool] = []
    fixture.server.waitForDeliveries(in: fixture.session, atMost: 10) { told.append($0) }
    #expect(told == [true])
    fixture.createBoat(named: "Argo")
    fixture.server.waitForDeliveries(in: fixture.session, atMost: 10) { told.append($0) }
    fixture.server.waitForDeliveries(in: fixture.session, atMost: 20) { told.append($0) }
    let cancel = fixture.server.waitForDeliveries(in: fixture.session, atMost: 30) { told.append($0) }
    #expect(told == [true] && fixture.alarms.map(\.milliseconds) == [10, 20, 30])
    fixture.alarms[0].action()
    #expect(told == [true, false] && fixture.alarms.map(\.milliseconds) == [nil, 20, 30])
    cancel()
    try fixture.respond(with: 200)
    #expect(told == [true, false, true])
    #expect(fixture.alarms.map(\.milliseconds) == [nil, nil, nil] && fixture.session.webhooks.waiters.isEmpty)
  }

  @Test func `The counts include deliveries that the log no longer has`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    for number in 0..<1_010 { fixture.createBoat(named: "\(number)") }
    let tally = fixture.session.webhooks.tally
    #expect(tally.delivered == 0, "what waits is not delivered")
    for _ in 0..<4 { try fixture.respond(with: 500) }
    #expect(try fixture.deliverAll().count == 1_006)
    #expect(tally.delivered == 1_006 && tally.failed == 0 && fixture.session.webhooks.log.count == 1_000)
    fixture.advanceClock(bySeconds: 60)
    for _ in 0..<4 { try fixture.respond(with: 500) }
    #expect(tally.delivered == 1_006 && tally.failed == 4)
    let last = try #require(fixture.session.webhooks.log.last)
    #expect(fixture.server.redeliver(last, in: fixture.session) && tally.delivered == 1_005)
    try fixture.respond(with: 200)
    #expect(tally.delivered == 1_006)
    fixture.session.webhooks.clearLog()
    #expect(tally.delivered == 0 && tally.failed == 0)
  }

  @Test func `A reset of all workspaces ends their deliveries at once`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    for name in ["Argo", "Beagle"] { fixture.createBoat(named: name) }
    fixture.server.resetAllWorkspaces()
    try fixture.respond(with: 200)
    #expect(fixture.pendingRequests.isEmpty && fixture.server.sessions.names.isEmpty)
    let queue = fixture.server.sessions.releaseQueue
    while !queue.isEmpty { queue.release(rowGroups: 1) }
    #expect(try fixture.server.sessions.openSession(named: "token") !== fixture.session)
  }

  @Test func `A subscription whose URL leads back to the server ends after five deliveries`() throws {
    let fixture = try WebhookFixture()
    let subscription = try fixture.subscribe(to: "*")
    let ping = "/_mock/webhooks/\(subscription.id)/ping"
    fixture.send(.post, to: ping)
    var depths: [String?] = []
    while let request = fixture.pendingRequests.first?.request, depths.count < 20 {
      let depth = try #require(request.fields.first { $0.name == .mockWebhookDepth })
      depths.append(depth.value)
      fixture.send(.post, to: ping, fields: [depth])
      try fixture.respond(with: 202)
    }
    #expect(depths == ["1", "2", "3", "4", "5"])
    #expect(fixture.deliveryStates == Array(repeating: "delivered", count: 5) + ["dropped"])
    #expect(fixture.session.webhooks.log.last?.reason?.hasPrefix("a loop: 5 deliveries in a row") == true)
  }

  @Test func `Writes and repeated deliveries that a delivery causes are part of the loop`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo", after: "4")
    #expect(try #require(fixture.pendingRequests.first).request.fields.contains { $0.value == "5" })
    try fixture.respond(with: 200)
    for depth in ["5", "5000"] { fixture.createBoat(named: "Beagle", after: depth) }
    #expect(fixture.deliveryStates == ["delivered", "dropped", "dropped"])
    let first = try #require(fixture.session.webhooks.log.first)
    #expect(fixture.server.redeliver(first, in: fixture.session, depth: 6) && first.state == .dropped)
    #expect(fixture.server.redeliver(first, in: fixture.session) && first.state == .sending)
  }

  @Test func `A delivery can be sent again with the same id`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    let delivery = try #require(fixture.session.webhooks.log.first)
    #expect(!fixture.server.redeliver(delivery, in: fixture.session))
    let first = try fixture.respond(with: 200)
    #expect(fixture.server.redeliver(delivery, in: fixture.session))
    let second = try fixture.respond(with: 200)
    #expect(first["id"] == second["id"] && second["delivery_attempts"] == 2)
    #expect(fixture.server.unsubscribe(id: delivery.subscriptionID, in: fixture.session))
    #expect(!fixture.server.redeliver(delivery, in: fixture.session))
  }

  @Test func `Faults drop, duplicate, delay and reorder deliveries`() throws {
    let lossy = try WebhookFixture { $0.drop = 1 }
    try lossy.subscribe(to: "*")
    lossy.createBoat(named: "Argo")
    #expect(lossy.pendingRequests.isEmpty && lossy.deliveryStates == ["dropped"])

    let double = try WebhookFixture { $0.duplicate = 1 }
    try double.subscribe(to: "*")
    double.createBoat(named: "Argo")
    let bodies = [try double.respond(with: 200), try double.respond(with: 200)]
    #expect(bodies[0] == bodies[1])

    let slow = try WebhookFixture { $0.delayMilliseconds = 250 }
    try slow.subscribe(to: "*")
    slow.createBoat(named: "Argo")
    #expect(slow.pendingRequests.isEmpty && slow.scheduledActions.map(\.milliseconds) == [250])
    slow.runScheduledActions()
    #expect(try slow.deliverAll() == ["Argo"])

    let unruly = try WebhookFixture { $0.reorder = 1 }
    try unruly.subscribe(to: "*")
    for name in ["Argo", "Beagle"] { unruly.createBoat(named: name) }
    #expect(try unruly.deliverAll() == ["Beagle", "Argo"])
    unruly.createBoat(named: "Calypso")
    #expect(unruly.pendingRequests.isEmpty)
    unruly.runScheduledActions()
    #expect(try unruly.deliverAll() == ["Calypso"])
  }

  @Test func `The log keeps the last thousand deliveries`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    for number in 0..<1_005 { fixture.createBoat(named: "\(number)") }
    #expect(fixture.session.webhooks.log.count == 1_000)
    #expect(try fixture.deliverAll().count == 1_005)
  }

  @Test func `An endpoint is valid if it replies to HEAD with 200`() throws {
    let fixture = try WebhookFixture()
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    for (status, passes) in [(200, true), (204, false), (404, false)] {
      var passed: Bool?
      fixture.server.checkEndpoint(at: url) { passed = $1 }
      #expect(fixture.pendingRequests.last?.request.method == .head)
      let (_, answer) = try #require(fixture.pendingRequests.last)
      answer(.success(ReceivedResponse(status: HTTPResponse.Status(code: status))))
      #expect(passed == passes)
    }
  }
}

/// A server of boats with webhooks, whose sender records deliveries instead of sending them.
final class WebhookFixture {
  private static let catalogue = Catalogue(
    resources: [SampleBoats.self], history: [],
    topics: [Topic(name: "boat.created", on: "boats", when: \.isCreation, shows: { $0.render() })])
  let server: Server
  let session: WorkspaceSession
  private let outside: Outside

  /// The client and the timers of the server under test.
  private final class Outside {
    var pendingRequests: [(request: OutgoingRequest, answer: (Result<ReceivedResponse, HTTPClientError>) -> Void)] = []
    var scheduledActions: [(milliseconds: Int, action: () -> Void)] = []
    var alarms: [(milliseconds: Int?, action: () -> Void)] = []
  }

  /// Requests that were sent and not answered yet.
  var pendingRequests: [(request: OutgoingRequest, answer: (Result<ReceivedResponse, HTTPClientError>) -> Void)] {
    outside.pendingRequests
  }

  /// The alarms of callers that wait, in the order in which they were made; without a time if they are cancelled.
  var alarms: [(milliseconds: Int?, action: () -> Void)] { Array(outside.alarms.dropFirst()) }

  /// Delayed actions that have not run.
  var scheduledActions: [(milliseconds: Int, action: () -> Void)] { outside.scheduledActions }

  init(_ disturb: (inout WebhookDeliveryFaults) -> Void = { _ in }) throws {
    var configuration = ServerConfiguration(settings: Settings(for: .intercom))
    disturb(&configuration.settings.webhookDelivery)
    let outside = Outside()
    self.outside = outside
    var environment = ServerEnvironment()
    environment.send = { outside.pendingRequests.append(($0, $1)) }
    environment.schedule = { outside.scheduledActions.append(($0, $1)) }
    // The first alarm is that of the due tasks.
    environment.makeAlarm = { action in
      let number = outside.alarms.count
      outside.alarms.append((nil, action))
      return { outside.alarms[number].milliseconds = $0 }
    }
    server = Server(
      catalogue: Self.catalogue, edge: IntercomEdge(),
      seed: WorkspaceState(definition: Self.catalogue.layout, ids: IDGenerator(seed: 1)),
      configuration: configuration, environment: environment, clock: { Clock(frozenAtMilliseconds: 1_700_000_000_000) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    session = try server.sessions.openSession(named: "token")
  }

  @discardableResult
  func subscribe(to topics: String...) throws -> WebhookSubscription {
    let url = try #require(AbsoluteURL("http://hooks.example.com/boats"))
    return server.subscribe(
      Server.SubscriptionRequest(url: url, topics: topics, secret: "key", version: .preview), headCheck: nil,
      in: session)
  }

  /// Creates a boat with a name.
  /// - Parameter depth: the depth of the delivery that is the request; nil if it is none
  func createBoat(named name: String, after depth: String? = nil) {
    let chain = depth.map { [HTTPField(name: .mockWebhookDepth, value: $0)] } ?? []
    send(.post, to: "/boats", fields: chain, body: #"{"name":"\#(name)"}"#)
  }

  func send(_ method: HTTPRequest.Method, to target: String, fields more: [HTTPField] = [], body: String = "") {
    var fields: HTTPFields = [.authorization: "Bearer token"]
    for field in more { fields.append(field) }
    _ = server.respond(
      to: Request(method: method, target: target, fields: ReceivedFields(fields), body: Array(body.utf8)))
  }

  /// Responds to the first sent delivery; returns its body.
  @discardableResult
  func respond(with status: Int) throws -> JSON {
    try respond(with: .success(ReceivedResponse(status: HTTPResponse.Status(code: status))))
  }

  @discardableResult
  func respond(with result: Result<ReceivedResponse, HTTPClientError>) throws -> JSON {
    try #require(!pendingRequests.isEmpty)
    let (request, answer) = outside.pendingRequests.removeFirst()
    answer(result)
    return try JSON(parsing: request.body)
  }

  /// Responds to all deliveries with 200 until none is left; returns the names of the boats in the order of sending.
  func deliverAll() throws -> [String] {
    var names: [String] = []
    while !pendingRequests.isEmpty { names.append(try respond(with: 200)["data"]?["item"]?["name"]?.string ?? "-") }
    return names
  }

  func advanceClock(bySeconds seconds: Int64) {
    session.workspace.clock.advance(bySeconds: seconds)
    server.runDueTasks(in: session)
  }

  func runScheduledActions() {
    let due = scheduledActions
    outside.scheduledActions = []
    for (_, action) in due { action() }
  }

  var deliveryStates: [String] { session.webhooks.log.map(\.state.rawValue) }
}
