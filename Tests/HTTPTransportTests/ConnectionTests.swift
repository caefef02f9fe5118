import HTTPMessage
import HTTPTypes
import Testing
@testable import HTTPTransport

@Suite struct ConnectionTests {
  @Test func `A connection serves several requests in sequence`() throws {
    let client = try HTTPServerFixture().connect(sending: getRequest(for: "/1"))
    #expect(client.answer()?.body == "GET /1 ")
    client.send(getRequest(for: "/2"))
    let second = try #require(client.answer())
    #expect(second.body == "GET /2 ")
    #expect(second["connection"] == nil)
    #expect(!client.isClosed)
  }

  @Test func `An HTTP/1.0 connection persists only if the client sends keep-alive`() throws {
    let wire = try HTTPServerFixture()
    let kept = try wire.connect(sending: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(kept.answer()?["connection"] == "keep-alive")
    #expect(!kept.isClosed)
    let closed = try wire.connect(sending: "GET / HTTP/1.0\r\n\r\n")
    #expect(closed.answer()?["connection"] == "close")
    #expect(closed.readToEnd() == "")
  }

  @Test func `The connection is closed if the request or the response says so`() throws {
    let wire = try HTTPServerFixture { request in
      .now(Response(status: .ok, closesConnection: request.target == "/last"))
    }
    for text in [getRequest(for: "/", fields: "Connection: close"), getRequest(for: "/last")] {
      let client = try wire.connect(sending: text)
      #expect(client.answer()?["connection"] == "close")
      #expect(client.readToEnd() == "" && !client.wasReset)
    }
  }

  @Test func `A client that half-closes the connection receives its responses`() throws {
    let wire = try HTTPServerFixture { .after(milliseconds: 1, .text($0.target)) }
    let client = try wire.connect(sending: getRequest(for: "/1") + getRequest(for: "/2"))
    _ = client.wait { _ in wire.listener.connectionCount == 1 }
    #expect(wire.loop.run(atMost: 5_000) { client.received.count > 0 })
    client.closeWriting()
    #expect(client.answer()?.body == "/1")
    #expect(client.answer()?.body == "/2")
    #expect(client.readToEnd() == "")
  }

  @Test func `Pipelined requests are answered in order`() throws {
    let wire = try HTTPServerFixture()
    let client = try wire.connect(sending: (1...200).map { getRequest(for: "/\($0)") }.joined())
    for number in 1...200 { #expect(client.answer()?.body == "GET /\(number) ") }
  }

  @Test func `A delayed, pending or dripped response blocks the responses after it`() throws {
    var pending: PendingOutcome?
    let wire = try HTTPServerFixture { request in
      switch request.target {
      case "/delayed": .after(milliseconds: 5, .text("delayed"))
      case "/pending": .pending { pending = $0 }
      case "/drip": .fault(.drip(.text("drip"), bytes: 7, milliseconds: 0))
      default: .now(.text("now"))
      }
    }
    let client = try wire.connect(
      sending: ["/delayed", "/now", "/pending", "/drip", "/now"].map { getRequest(for: $0) }.joined())
    #expect(client.answer()?.body == "delayed")
    #expect(client.answer()?.body == "now")
    #expect(client.wait { _ in pending != nil })
    #expect(client.received.isEmpty)
    pending?.complete(with: .now(.text("pending")))
    pending?.complete(with: .now(.text("ignored")))
    for body in ["pending", "drip", "now"] { #expect(client.answer()?.body == body) }
  }

  @Test func `A pending response can be completed before the handler returns`() throws {
    let client = try HTTPServerFixture { request in .pending { $0.complete(with: .now(.text(request.target))) } }
      .connect(
        sending: getRequest(for: "/1") + getRequest(for: "/2"))
    #expect(client.answer()?.body == "/1")
    #expect(client.answer()?.body == "/2")
  }

  @Test func `Completing a response after the client disconnected has no effect`() throws {
    var pending: PendingOutcome?
    let wire = try HTTPServerFixture { $0.target == "/" ? .pending { pending = $0 } : .now(.text("next")) }
    let client = try wire.connect(sending: getRequest(for: "/") + getRequest(for: "/next"))
    #expect(client.wait { _ in pending != nil })
    client.disconnect()
    pending?.complete(with: .now(.text("late")))
    #expect(client.wait { _ in wire.listener.connectionCount == 0 })
  }

  @Test func `Completing a response after the server was released has no effect`() throws {
    var pending: PendingOutcome?
    var wire: HTTPServerFixture? = try HTTPServerFixture { _ in .pending { pending = $0 } }
    let (address, loop) = try #require(wire.map { ($0.listener.address, $0.loop) })
    let client = try RawClient(connectingTo: address, on: loop)
    client.send(getRequest(for: "/"))
    #expect(client.wait { _ in pending != nil })
    wire = nil
    pending?.complete(with: .now(.text("late")))
    loop.poll()
    #expect(client.readToEnd() == "")
  }

  @Test func `Output for a client that does not read is limited, and all of it is sent when the client reads`() throws {
    var handled = 0
    let piece = [UInt8](repeating: 0x61, count: 100_000)
    let wire = try HTTPServerFixture(configuration: .with { $0.limits.outputBytes = 300_000 }) { _ in
      handled += 1
      return .now(Response(status: .ok, body: .bytes(piece)))
    }
    let client = try wire.connect()
    client.pauseReading()
    client.send(String(repeating: getRequest(for: "/"), count: 150))
    var before = 0
    repeat {
      before = handled
    } while wire.loop.run(atMost: 50) { handled > before }
    #expect(handled > 0)
    #expect(handled < 150)
    client.resumeReading()
    for _ in 0..<150 { #expect(client.answer()?.bytes.count == 100_000) }
    #expect(handled == 150)
  }

  @Test func `A connection that the client resets is closed`() throws {
    let wire = try HTTPServerFixture()
    let client = try wire.connect(sending: getRequest(for: "/"))
    #expect(client.answer() != nil)
    #expect(wire.listener.connectionCount == 1)
    client.disconnect()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 0 })
  }

  @Test func `The server listens on IPv4, IPv6 and host names and reports the peer`() throws {
    for (host, peer) in [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("localhost", "127.0.0.1")] {
      let wire = try HTTPServerFixture(at: .tcp(host: host, port: 0)) { .now(.text($0.peer)) }
      guard case .tcp(host, let port) = wire.listener.address else {
        Issue.record("listens on \(wire.listener.address)")
        return
      }
      #expect(port != 0)
      #expect(try wire.connect(sending: getRequest(for: "/")).answer()?.body == peer)
    }
  }

  @Test func `A Unix socket is served, replaced if stale and removed at the end`() throws {
    let address = ListenAddress.unix(path: "/tmp/intercom-mock-test-\(UInt32.random(in: 0...UInt32.max)).sock")
    // Closing a listening socket does not delete its file, which simulates a server that crashed.
    for socket in try ListeningSocket.open(at: address, backlog: 1) { socket.close() }
    var wire: HTTPServerFixture? = try HTTPServerFixture(at: address) { .now(.text("peer:\($0.peer)")) }
    #expect(try wire?.connect(sending: getRequest(for: "/")).answer()?.body == "peer:")
    #expect(throws: SystemError.self) { try HTTPServerFixture(at: address) }
    wire = nil
    #expect(throws: SystemError.self) { try RawClient(connectingTo: address, on: EventLoop()) }
  }

  @Test func `An address that is in use, not local or too long is an error with a description`() throws {
    let taken = try HTTPServerFixture()
    for address in [
      taken.listener.address, .tcp(host: "192.0.2.1", port: 0), .unix(path: String(repeating: "a", count: 200)),
    ] {
      let error = #expect(throws: SystemError.self) { try HTTPServerFixture(at: address) }
      #expect(error?.description.isEmpty == false)
    }
  }
}
