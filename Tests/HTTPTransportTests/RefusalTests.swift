import HTTPMessage
import Testing

@testable import HTTPTransport

@Suite("Refusals on the wire")
struct RefusedConnectionTests {
  /// What is sent and the status it is refused with; shown in reports by its start.
  struct RefusedRequest: CustomTestStringConvertible, Sendable {
    let text: String
    let status: Int

    init(request text: String, status: Int) {
      self.text = text
      self.status = status
    }

    var testDescription: String { "\(status): \(text.prefix(40).debugDescription)" }
  }

  @Test(
    "the server words the refusal, and the connection is closed",
    arguments: [
      RefusedRequest(request: "GET / HTTP/1.1\r\n\r\n", status: 400),
      RefusedRequest(request: "hello\r\n\r\n", status: 400),
      RefusedRequest(request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", status: 413),
      RefusedRequest(request: "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 2\r\n\r\nhi", status: 417),
      RefusedRequest(request: "GET /" + String(repeating: "a", count: 20_000), status: 431),
      RefusedRequest(request: "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 70_000), status: 431),
      RefusedRequest(request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n", status: 501),
      RefusedRequest(request: "GET / HTTP/3.0\r\n", status: 505),
    ])
  func refused(sent: RefusedRequest) throws {
    let client = try HTTPServerFixture().connect(sending: sent.text)
    let answer = try #require(client.answer())
    #expect(answer.status == sent.status)
    #expect(answer["connection"] == "close" && !answer.bytes.isEmpty)
    #expect(client.readToEnd() == "" && !client.wasReset)
  }

  @Test("requests before the bad one are answered")
  func earlierOnes() throws {
    let client = try HTTPServerFixture().connect(sending: getRequest(for: "/1") + "bad\r\n\r\n" + getRequest(for: "/3"))
    #expect(client.answer()?.body == "GET /1 ")
    #expect(client.answer()?.status == 400)
    #expect(client.readToEnd() == "")
  }

  @Test("a client that is still sending when it is refused sees the answer, not a reset")
  func stillSending() throws {
    let client = try HTTPServerFixture().connect(
      sending: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n")
    client.send([UInt8](repeating: 0x61, count: 20_000_000))
    #expect(client.answer()?.status == 413)
    #expect(client.readToEnd() == "" && !client.wasReset)
  }

  @Test("what a refused client may still send is bounded")
  func lingering() throws {
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.lingerBytes = 100_000 })
    let client = try wire.connect(sending: "bad\r\n\r\n")
    client.send([UInt8](repeating: 0x61, count: 20_000_000))
    #expect(client.wait { _ in wire.listener.connectionCount == 0 })
    let slow = try HTTPServerFixture(configuration: .with { $0.limits.lingerTimeout = 10 })
    let idle = try slow.connect(sending: "bad\r\n\r\n")
    #expect(idle.wait { _ in slow.listener.connectionCount == 0 })
  }

  @Test("the refusal of a HEAD has no body")
  func head() throws {
    let text = try HTTPServerFixture().connect(sending: "HEAD / HTTP/1.1\r\n\r\n").readToEnd()
    #expect(text.hasPrefix("HTTP/1.1 400 ") && text.hasSuffix("\r\n\r\n"))
  }

  @Test(
    "a request that does not get whole in time is refused",
    arguments: ["G", getRequest(for: "/").dropLast(2) + "", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh"])
  func timedOut(text: String) throws {
    let client = try HTTPServerFixture(configuration: .with { $0.limits.requestTimeout = 20 }).connect(sending: text)
    #expect(client.answer()?.status == 408)
    #expect(client.readToEnd() == "")
  }

  @Test("a connection that idles is closed without a word, before its first request and after")
  func idle() throws {
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.idleTimeout = 20 })
    #expect(try wire.connect().readToEnd() == "")
    let used = try wire.connect(sending: getRequest(for: "/"))
    #expect(used.answer() != nil)
    #expect(used.readToEnd() == "")
  }

  @Test("a client that takes nothing of its answer is left")
  func stalled() throws {
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.idleTimeout = 20 }) { _ in
      .now(Response(status: .ok, body: .bytes([UInt8](repeating: 0, count: 30_000_000))))
    }
    let client = try wire.connect(sending: getRequest(for: "/"))
    client.pauseReading()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 1 })
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 0 })
  }

  @Test("a time-out may be never")
  func never() throws {
    let never = HTTPServerConfiguration.with {
      ($0.limits.idleTimeout, $0.limits.requestTimeout, $0.limits.requestLineBytes) = (.max, .max, .max)
    }
    let client = try HTTPServerFixture(configuration: never).connect(sending: "GET ")
    client.send(getRequest(for: "/").dropFirst(4) + "")
    #expect(client.answer()?.status == 200)
  }

  @Test("no patience runs out while the server itself is awaited")
  func patient() throws {
    let limits = HTTPServerConfiguration.with { ($0.limits.idleTimeout, $0.limits.requestTimeout) = (5, 5) }
    let client = try HTTPServerFixture(configuration: limits) { _ in .after(milliseconds: 40, .text("slow")) }.connect(
      sending: getRequest(for: "/"))
    #expect(client.answer()?.body == "slow")
  }
}
