import HTTPMessage
import Testing
@testable import HTTPTransport

@Suite struct RefusedConnectionTests {
  /// Invalid input and the expected status. Reports show the start of the input.
  struct RefusedRequest: CustomTestStringConvertible, Sendable {
    let text: String
    let status: Int

    init(request text: String, status: Int) {
      self.text = text
      self.status = status
    }

    var testDescription: String { "\(status): \(text.prefix(40).debugDescription)" }
  }

  @Test(arguments: [
    RefusedRequest(request: "GET / HTTP/1.1\r\n\r\n", status: 400),
    RefusedRequest(request: "hello\r\n\r\n", status: 400),
    RefusedRequest(request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", status: 413),
    RefusedRequest(request: "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 2\r\n\r\nhi", status: 417),
    RefusedRequest(request: "GET /" + String(repeating: "a", count: 20_000), status: 431),
    RefusedRequest(request: "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 70_000), status: 431),
    RefusedRequest(request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n", status: 501),
    RefusedRequest(request: "GET / HTTP/3.0\r\n", status: 505),
  ])
  func `The server answers an invalid request with an error and closes the connection`(sent: RefusedRequest) throws {
    let client = try HTTPServerFixture().connect(sending: sent.text)
    let answer = try #require(client.answer())
    #expect(answer.status == sent.status)
    #expect(answer["connection"] == "close" && !answer.bytes.isEmpty)
    #expect(client.readToEnd() == "" && !client.wasReset)
  }

  @Test func `Requests before an invalid one are answered`() throws {
    let client = try HTTPServerFixture().connect(sending: getRequest(for: "/1") + "bad\r\n\r\n" + getRequest(for: "/3"))
    #expect(client.answer()?.body == "GET /1 ")
    #expect(client.answer()?.status == 400)
    #expect(client.readToEnd() == "")
  }

  @Test func `A client that is still sending when it is refused receives the response, not a reset`() throws {
    let client = try HTTPServerFixture().connect(
      sending: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n")
    client.send([UInt8](repeating: 0x61, count: 20_000_000))
    #expect(client.answer()?.status == 413)
    #expect(client.readToEnd() == "" && !client.wasReset)
  }

  @Test func `The bytes and the time that a refused client can use are limited`() throws {
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.lingerBytes = 100_000 })
    let client = try wire.connect(sending: "bad\r\n\r\n")
    client.send([UInt8](repeating: 0x61, count: 20_000_000))
    #expect(client.wait { _ in wire.listener.connectionCount == 0 })
    let slow = try HTTPServerFixture(configuration: .with { $0.limits.lingerTimeout = 10 })
    let idle = try slow.connect(sending: "bad\r\n\r\n")
    #expect(idle.wait { _ in slow.listener.connectionCount == 0 })
  }

  @Test func `The error response to HEAD has no body`() throws {
    let text = try HTTPServerFixture().connect(sending: "HEAD / HTTP/1.1\r\n\r\n").readToEnd()
    #expect(text.hasPrefix("HTTP/1.1 400 ") && text.hasSuffix("\r\n\r\n"))
  }

  @Test(arguments: [
    "G", getRequest(for: "/").dropLast(2) + "", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh",
  ])
  func `An incomplete request is refused after the request timeout`(text: String) throws {
    let client = try HTTPServerFixture(configuration: .with { $0.limits.requestTimeout = 20 }).connect(sending: text)
    #expect(client.answer()?.status == 408)
    #expect(client.readToEnd() == "")
  }

  @Test func `An idle connection is closed without a response, before and after its first request`() throws {
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.idleTimeout = 20 })
    #expect(try wire.connect().readToEnd() == "")
    let used = try wire.connect(sending: getRequest(for: "/"))
    #expect(used.answer() != nil)
    #expect(used.readToEnd() == "")
  }

  @Test func `A client that does not read its response is disconnected after the idle timeout`() throws {
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.idleTimeout = 20 }) { _ in
      .now(Response(status: .ok, body: .bytes([UInt8](repeating: 0, count: 30_000_000))))
    }
    let client = try wire.connect(sending: getRequest(for: "/"))
    client.pauseReading()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 1 })
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 0 })
  }

  @Test func `Timeouts and limits can be Int.max`() throws {
    let never = HTTPServerConfiguration.with {
      ($0.limits.idleTimeout, $0.limits.requestTimeout, $0.limits.requestLineBytes) = (.max, .max, .max)
    }
    let client = try HTTPServerFixture(configuration: never).connect(sending: "GET ")
    client.send(getRequest(for: "/").dropFirst(4) + "")
    #expect(client.answer()?.status == 200)
  }

  @Test func `No timeout applies while the handler prepares the response`() throws {
    let limits = HTTPServerConfiguration.with { ($0.limits.idleTimeout, $0.limits.requestTimeout) = (5, 5) }
    let client = try HTTPServerFixture(configuration: limits) { _ in .after(milliseconds: 40, .text("slow")) }.connect(
      sending: getRequest(for: "/"))
    #expect(client.answer()?.body == "slow")
  }
}

@Suite struct ConnectionFaultTests {
  @Test func `Closing before the response sends nothing and keeps the previous responses`() throws {
    let wire = try HTTPServerFixture { $0.target == "/ok" ? .now(.text("ok")) : .fault(.closeBeforeResponse) }
    #expect(try wire.connect(sending: getRequest(for: "/")).readToEnd() == "")
    let client = try wire.connect(sending: getRequest(for: "/ok") + getRequest(for: "/"))
    #expect(client.answer()?.body == "ok")
    #expect(client.readToEnd() == "")
  }

  @Test func `A reset sends no byte`() throws {
    let wire = try HTTPServerFixture { _ in .fault(.reset) }
    #expect(try wire.connect(sending: getRequest(for: "/")).readToEnd() == "")
    #expect(wire.listener.connectionCount == 0)
  }

  @Test func `Closing mid-body sends the head and half of the body`() throws {
    let text = try HTTPServerFixture { _ in .fault(.closeMidBody(.text("0123456789"))) }.connect(
      sending: getRequest(for: "/")
    ).readToEnd()
    #expect(text.contains("Content-Length: 10\r\n") && text.hasSuffix("\r\n\r\n01234"))
  }

  @Test func `Closing mid-body of a streamed response sends the first chunk`() throws {
    let numbers = NumberedChunks(last: 3)
    let response = Response(status: .ok, body: .chunks { numbers.next() })
    let text = try HTTPServerFixture { _ in .fault(.closeMidBody(response)) }.connect(sending: getRequest(for: "/"))
      .readToEnd()
    #expect(text.hasSuffix("\r\n\r\n2\r\n1,\r\n"))
  }

  @Test func `A dripped response arrives in portions and is complete`() throws {
    let wire = try HTTPServerFixture { _ in .fault(.drip(.text("slowly"), bytes: 10, milliseconds: 1)) }
    let client = try wire.connect(sending: getRequest(for: "/") + getRequest(for: "/"))
    #expect(client.wait { !$0.received.isEmpty })
    #expect(client.received.count == 10)
    #expect(client.answer()?.body == "slowly")
    #expect(client.answer()?.body == "slowly")
  }

  @Test func `A streamed response can drip, and invalid portions and intervals are clamped`() throws {
    let client = try HTTPServerFixture { _ in
      let numbers = NumberedChunks(last: 20)
      let response = Response(status: .ok, body: .chunks { numbers.next() })
      return .fault(.drip(response, bytes: 0, milliseconds: -1))
    }.connect(sending: getRequest(for: "/"))
    #expect(client.answer()?.body == "1,2,3,4,5,6,8,9,10,11,12,13,15,16,17,18,19,20,")
  }

  @Test func `A connection whose client disconnects during a dripped response is closed`() throws {
    let wire = try HTTPServerFixture { _ in .fault(.drip(.text("slowly"), bytes: 1, milliseconds: 1)) }
    let client = try wire.connect(sending: getRequest(for: "/"))
    #expect(client.wait { !$0.received.isEmpty })
    client.disconnect()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 0 })
  }
}
