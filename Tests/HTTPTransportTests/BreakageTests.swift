import HTTPMessage
import Testing

@testable import HTTPTransport

@Suite("Breaking the wire")
struct ConnectionFaultTests {
  @Test("closing before the answer sends nothing, but loses no earlier answer")
  func closeBeforeResponse() throws {
    let wire = try HTTPServerFixture { $0.target == "/ok" ? .now(.text("ok")) : .fault(.closeBeforeResponse) }
    #expect(try wire.connect(sending: getRequest(for: "/")).readToEnd() == "")
    let client = try wire.connect(sending: getRequest(for: "/ok") + getRequest(for: "/"))
    #expect(client.answer()?.body == "ok")
    #expect(client.readToEnd() == "")
  }

  @Test("a reset sends nothing, not even an end")
  func reset() throws {
    let wire = try HTTPServerFixture { _ in .fault(.reset) }
    #expect(try wire.connect(sending: getRequest(for: "/")).readToEnd() == "")
    #expect(wire.listener.connectionCount == 0)
  }

  @Test("closing in the middle sends the head and half of the body")
  func closeMidBody() throws {
    let text = try HTTPServerFixture { _ in .fault(.closeMidBody(.text("0123456789"))) }.connect(
      sending: getRequest(for: "/")
    ).readToEnd()
    #expect(text.contains("Content-Length: 10\r\n") && text.hasSuffix("\r\n\r\n01234"))
  }

  @Test("closing in the middle of pieces sends the first")
  func closeMidChunks() throws {
    let numbers = NumberedChunks(last: 3)
    let response = Response(status: .ok, body: .chunks { numbers.next() })
    let text = try HTTPServerFixture { _ in .fault(.closeMidBody(response)) }.connect(sending: getRequest(for: "/"))
      .readToEnd()
    #expect(text.hasSuffix("\r\n\r\n2\r\n1,\r\n"))
  }

  @Test("a dripped answer comes in portions, and whole")
  func drip() throws {
    let wire = try HTTPServerFixture { _ in .fault(.drip(.text("slowly"), bytes: 10, milliseconds: 1)) }
    let client = try wire.connect(sending: getRequest(for: "/") + getRequest(for: "/"))
    #expect(client.wait { !$0.received.isEmpty })
    #expect(client.received.count == 10)
    #expect(client.answer()?.body == "slowly")
    #expect(client.answer()?.body == "slowly")
  }

  @Test("pieces drip too, and odd portions do no harm")
  func dripPieces() throws {
    let client = try HTTPServerFixture { _ in
      let numbers = NumberedChunks(last: 20)
      let response = Response(status: .ok, body: .chunks { numbers.next() })
      return .fault(.drip(response, bytes: 0, milliseconds: -1))
    }.connect(sending: getRequest(for: "/"))
    #expect(client.answer()?.body == "1,2,3,4,5,6,8,9,10,11,12,13,15,16,17,18,19,20,")
  }

  @Test("a client that leaves a dripped answer is forgotten")
  func dripAfterDisconnect() throws {
    let wire = try HTTPServerFixture { _ in .fault(.drip(.text("slowly"), bytes: 1, milliseconds: 1)) }
    let client = try wire.connect(sending: getRequest(for: "/"))
    #expect(client.wait { !$0.received.isEmpty })
    client.disconnect()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 0 })
  }
}
