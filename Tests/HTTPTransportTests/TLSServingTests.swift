import Glibc
import HTTPMessage
import HTTPTypes
import Testing
@testable import HTTPTransport

@Suite("Serving over TLS")
struct TLSServingTests {
  private let path = "/tmp/intercom-mock-authority-\(UInt32.random(in: 0...UInt32.max)).pem"
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)

  /// A secure server for these names, on its loop a client that trusts its authority.
  private func makeServerAndClient(
    names: [String] = ["localhost", "127.0.0.1"],
    handle: @escaping (Request) -> Outcome = { .now(.text("\($0.method) \($0.body.count)")) }
  ) throws -> (HTTPServerFixture, HTTPClient) {
    let wire = try HTTPServerFixture(tls: try ServerTLS(generatedFor: names, authorityFile: path), handle: handle)
    defer { unlink(path) }
    var limits = ClientLimits()
    (limits.bodyBytes, limits.headBytes) = (4_000_000, 1_000_000)
    return (wire, try HTTPClient(on: wire.loop, trust: .file(path), limits: limits))
  }

  private func send(
    from client: HTTPClient, to wire: HTTPServerFixture, host: String = "127.0.0.1", body: [UInt8] = []
  ) throws -> Result<ReceivedResponse, HTTPClientError> {
    guard case .tcp(_, let port) = wire.listener.address else {
      throw SystemError(attempting: "listen", reason: "no port")
    }
    var result: Result<ReceivedResponse, HTTPClientError>?
    let url = try #require(AbsoluteURL("https://\(host):\(port)/"))
    client.send(OutgoingRequest(method: .post, url: url, body: body, timeoutMilliseconds: 5_000)) { result = $0 }
    _ = client.loop.run(atMost: 6_000) { result != nil }
    return try #require(result)
  }

  @Test("a client that trusts the authority believes each of the names", arguments: ["localhost", "127.0.0.1"])
  func trusted(host: String) throws {
    let (wire, client) = try makeServerAndClient()
    #expect(try send(from: client, to: wire, host: host).get().body == Array("POST 0".utf8))
  }

  @Test("a name that was not asked for is not believed")
  func untrusted() throws {
    let (wire, client) = try makeServerAndClient(names: ["api.intercom.io"])
    #expect(throws: HTTPClientError.insecure("hostname mismatch")) {
      try send(from: client, to: wire, host: "localhost").get()
    }
  }

  @Test("bodies of any size come and go")
  func large() throws {
    let (wire, client) = try makeServerAndClient { request in
      .now(Response(status: .ok, body: .bytes(request.body)))
    }
    let answer = try send(from: client, to: wire, body: Self.large).get()
    #expect(answer.body == Self.large)
  }

  @Test("bodies in pieces are sealed piece by piece")
  func pieces() throws {
    let numbers = NumberedChunks(last: 20_000)
    let (wire, client) = try makeServerAndClient { _ in .now(Response(status: .ok, body: .chunks(numbers.next))) }
    let body = String(decoding: try send(from: client, to: wire).get().body, as: UTF8.self)
    #expect(body.hasPrefix("1,2,3,4,5,6,8,") && body.hasSuffix("19998,20000,"))
  }

  @Test("an answer that drips is sealed drop by drop")
  func drip() throws {
    let (wire, client) = try makeServerAndClient { _ in .fault(.drip(.text("drop by drop"), bytes: 5, milliseconds: 1))
    }
    #expect(try send(from: client, to: wire).get().body == Array("drop by drop".utf8))
  }

  @Test("an answer that breaks off is not whole")
  func breaking() throws {
    let (wire, client) = try makeServerAndClient { _ in .fault(.closeMidBody(.text("half of it"))) }
    #expect(throws: HTTPClientError.closedEarly) { try send(from: client, to: wire).get() }
  }

  @Test("what is not TLS is refused with an alert, and others are served as before")
  func plain() throws {
    let (wire, client) = try makeServerAndClient()
    let stranger = try wire.connect(sending: getRequest(for: "/"))
    #expect(!stranger.readToEnd().contains("HTTP/1.1"))
    #expect(try send(from: client, to: wire).get().status == .ok)
    #expect(wire.listener.connectionCount == 0)
  }

  @Test("a client that never shakes hands does not hold up the end")
  func silence() throws {
    let (wire, _) = try makeServerAndClient()
    let client = try wire.connect()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 1 })
    var isOver = false
    wire.listener.stop(within: 1_000) { isOver = true }
    #expect(wire.loop.run(atMost: 500) { isOver })
    #expect(client.readToEnd() == "")
  }

  @Test("certificates of one's own come from files, which are named when they cannot be used")
  func files() throws {
    let certificate = try SelfSignedCertificate(for: "IP:127.0.0.1")
    let key = path + ".key"
    certificate.write(to: path)
    certificate.writeKey(to: key)
    defer { for file in [path, key] { unlink(file) } }
    let wire = try HTTPServerFixture(tls: try ServerTLS(certificate: path, key: key))
    let client = try HTTPClient(on: wire.loop, trust: .file(path))
    #expect(try send(from: client, to: wire).get().status == .ok)

    for (certificate, key, named) in [("/nonexistent", key, "/nonexistent"), (path, path, path), (key, key, key)] {
      let error = #expect(throws: SystemError.self) { try ServerTLS(certificate: certificate, key: key) }
      #expect(error?.attempt.hasSuffix(named) == true)
    }
    let error = #expect(throws: SystemError.self) {
      try ServerTLS(generatedFor: ["a"], authorityFile: "/nonexistent/ca")
    }
    #expect(error?.attempt.contains("/nonexistent/ca") == true)
  }
}
