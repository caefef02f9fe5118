import HTTPMessage
import HTTPTypes
import JSON
import Testing

@testable import Server

/// Deliveries: one after the other, signed, tried twice, put off and given up (webhooks.md, 4).
@Suite struct WebhooksTests {
  @Test func `A body is signed as openssl signs it`() {
    // printf '{"a":1}' | openssl dgst -sha1 -hmac key
    let body = Array(#"{"a":1}"#.utf8)
    let signature = Signature.text(of: body, secret: "key")
    #expect(signature == "sha1=b5557a4b8f3cc308d19eb4f69f336392a31eef7b")
    #expect(Signature.text(of: body, secret: "other") != signature)
  }

  @Test func `One delivery is on its way at a time, and the order is kept`() throws {
    let port = try Port()
    try port.subscribe("boat.created")
    for name in ["Argo", "Beagle", "Calypso"] { port.launch(name) }
    #expect(port.sent.count == 1 && port.states == ["sending", "queued", "queued"])
    #expect(try port.names() == ["Argo", "Beagle", "Calypso"])
    #expect(port.states == ["delivered", "delivered", "delivered"])
  }

  @Test func `Who did not subscribe to a topic is not told of it`() throws {
    let port = try Port()
    try port.subscribe("ship.created")
    port.launch("Argo")
    #expect(port.sent.isEmpty && port.states.isEmpty)
  }

  @Test func `What fails is sent once more after a minute, and no third time`() throws {
    let port = try Port()
    try port.subscribe("*")
    port.launch("Argo")
    let first = try port.answer(500)
    #expect(port.states == ["retrying"] && port.tenant.webhooks.nextDue == 1_700_000_060)
    port.advance(59)
    #expect(port.sent.isEmpty)
    port.advance(1)
    let second = try port.answer(.failure(.timedOut))
    #expect(port.states == ["failed"])
    #expect(first["delivery_attempts"] == 1 && second["delivery_attempts"] == 2 && first["id"] == second["id"])
    port.advance(86_400)
    #expect(port.sent.isEmpty && port.tenant.webhooks.nextDue == nil)
  }

  @Test func `410 ends a subscription and gives up what waits`() throws {
    let port = try Port()
    let subscription = try port.subscribe("*")
    for name in ["Argo", "Beagle"] { port.launch(name) }
    try port.answer(410)
    #expect(port.states == ["failed", "dropped"] && !subscription.isActive)
    port.launch("Calypso")
    #expect(port.sent.isEmpty && port.states.count == 2)
  }

  @Test func `429 puts a subscription off for longer and longer, up to two hours, and drops what is older`() throws {
    let port = try Port()
    let subscription = try port.subscribe("*")
    port.launch("Argo")
    var waits: [Int64] = []
    for _ in 0..<6 {
      try port.answer(429)
      waits.append((subscription.throttledUntil ?? 0) - port.tenant.workspace.clock.now)
      #expect(port.sent.isEmpty)
      port.advance(waits.last ?? 0)
    }
    #expect(waits == [60, 120, 240, 480, 960, 1_920])
    // The seventh attempt is an hour and more after the first; another wait makes it too old.
    try port.answer(429)
    port.launch("Beagle")
    port.advance(3_840)
    #expect(port.states.first == "dropped")
    #expect(try port.names() == ["Beagle"])
    #expect(subscription.throttledUntil == nil && subscription.throttleSeconds == 0)
  }

  @Test func `A reset forgets what is on its way`() throws {
    let port = try Port()
    try port.subscribe("*")
    port.launch("Argo")
    port.server.tenants.reset(port.tenant)
    try port.answer(500)
    #expect(port.tenant.webhooks.log.isEmpty && port.tenant.webhooks.nextDue == nil)
    #expect(!port.tenant.isChanged)
  }

  @Test func `Waiting ends when nothing is to be sent, or when its time is over`() throws {
    let port = try Port()
    try port.subscribe("*")
    var told: [Bool] = []
    port.server.awaitDeliveries(of: port.tenant, atMost: 10) { told.append($0) }
    #expect(told == [true])
    port.launch("Argo")
    port.server.awaitDeliveries(of: port.tenant, atMost: 10) { told.append($0) }
    port.server.awaitDeliveries(of: port.tenant, atMost: 20) { told.append($0) }
    #expect(told == [true] && port.waiting.map(\.milliseconds) == [10, 20])
    port.waiting[0].action()
    #expect(told == [true, false])
    try port.answer(200)
    #expect(told == [true, false, true])
    port.runDelays()
    #expect(told.count == 3)
  }

  @Test func `A delivery can be sent again, under the same id`() throws {
    let port = try Port()
    try port.subscribe("*")
    port.launch("Argo")
    let delivery = try #require(port.tenant.webhooks.log.first)
    #expect(!port.server.redeliver(delivery, port.tenant))
    let first = try port.answer(200)
    #expect(port.server.redeliver(delivery, port.tenant))
    let second = try port.answer(200)
    #expect(first["id"] == second["id"] && second["delivery_attempts"] == 2)
    #expect(port.server.unsubscribe(delivery.subscriptionID, port.tenant))
    #expect(!port.server.redeliver(delivery, port.tenant))
  }

  @Test func `Deliveries are dropped, doubled, delayed and overtaken when a test wants it`() throws {
    let lossy = try Port { $0.drop = 1 }
    try lossy.subscribe("*")
    lossy.launch("Argo")
    #expect(lossy.sent.isEmpty && lossy.states == ["dropped"])

    let double = try Port { $0.duplicate = 1 }
    try double.subscribe("*")
    double.launch("Argo")
    let bodies = [try double.answer(200), try double.answer(200)]
    #expect(bodies[0] == bodies[1])

    let slow = try Port { $0.delayMilliseconds = 250 }
    try slow.subscribe("*")
    slow.launch("Argo")
    #expect(slow.sent.isEmpty && slow.waiting.map(\.milliseconds) == [250])
    slow.runDelays()
    #expect(try slow.names() == ["Argo"])

    let unruly = try Port { $0.reorder = 1 }
    try unruly.subscribe("*")
    for name in ["Argo", "Beagle"] { unruly.launch(name) }
    #expect(try unruly.names() == ["Beagle", "Argo"])
    unruly.launch("Calypso")
    #expect(unruly.sent.isEmpty)
    unruly.runDelays()
    #expect(try unruly.names() == ["Calypso"])
  }

  @Test func `The log keeps the last thousand`() throws {
    let port = try Port()
    try port.subscribe("*")
    for number in 0..<1_005 { port.launch("\(number)") }
    #expect(port.tenant.webhooks.log.count == 1_000)
    #expect(try port.names().count == 1_005)
  }

  @Test func `An endpoint passes with a plain 200 to HEAD`() throws {
    let port = try Port()
    let url = try #require(AbsoluteURL("http://hooks.example.com/"))
    for (status, passes) in [(200, true), (204, false), (404, false)] {
      var passed: Bool?
      port.server.checkEndpoint(url) { passed = $1 }
      #expect(port.sent.last?.request.method == .head)
      let (_, answer) = try #require(port.sent.last)
      answer(.success(ReceivedResponse(status: HTTPResponse.Status(code: status))))
      #expect(passed == passes)
    }
  }
}
