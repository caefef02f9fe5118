import FileSystem
import Glibc
import HTTPMessage
import HTTPTypes
import Testing
@testable import HTTPTransport

@Suite struct TLSServingTests {
  private let path = "/tmp/intercom-mock-authority-\(UInt32.random(in: 0...UInt32.max)).pem"
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)

  /// A TLS server for these names, and a client on the same loop that trusts its authority.
  private func makeServerAndClient(
    names: [String] = ["localhost", "127.0.0.1"], requestTimeout: Int = 30_000,
    handle: @escaping (Request) -> Outcome = { .now(.text("\($0.method) \($0.body.count)")) }
  ) throws -> (HTTPServerFixture, HTTPClient) {
    let tls = try ServerTLS(generatedFor: names) { authority in try Files.write(authority, to: path) }
    let wire = try HTTPServerFixture(
      configuration: .with { $0.limits.requestTimeout = requestTimeout }, tls: tls, handle: handle)
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

  @Test(arguments: ["localhost", "127.0.0.1"]) func `A client that trusts the generated authority accepts each name`(
    host: String
  ) throws {
    let (wire, client) = try makeServerAndClient()
    #expect(try send(from: client, to: wire, host: host).get().body == Array("POST 0".utf8))
  }

  @Test func `A certificate is refused for a name that it does not contain`() throws {
    let (wire, client) = try makeServerAndClient(names: ["api.intercom.io"])
    #expect(throws: HTTPClientError.insecure("hostname mismatch")) {
      try send(from: client, to: wire, host: "localhost").get()
    }
  }

  @Test func `Large bodies are received and sent over TLS`() throws {
    let (wire, client) = try makeServerAndClient { request in
      .now(Response(status: .ok, body: .bytes(request.body)))
    }
    let answer = try send(from: client, to: wire, body: Self.large).get()
    #expect(answer.body == Self.large)
  }

  @Test func `A streamed body is encrypted chunk by chunk`() throws {
    let numbers = NumberedChunks(last: 20_000)
    let (wire, client) = try makeServerAndClient { _ in .now(Response(status: .ok, body: .chunks(numbers.next))) }
    let body = String(decoding: try send(from: client, to: wire).get().body, as: UTF8.self)
    #expect(body.hasPrefix("1,2,3,4,5,6,8,") && body.hasSuffix("19998,20000,"))
  }

  @Test func `A dripped response is encrypted portion by portion`() throws {
    let (wire, client) = try makeServerAndClient { _ in .fault(.drip(.text("drop by drop"), bytes: 5, milliseconds: 1))
    }
    #expect(try send(from: client, to: wire).get().body == Array("drop by drop".utf8))
  }

  @Test func `A response that is cut off is reported as incomplete`() throws {
    let (wire, client) = try makeServerAndClient { _ in .fault(.closeMidBody(.text("half of it"))) }
    #expect(throws: HTTPClientError.closedEarly) { try send(from: client, to: wire).get() }
  }

  @Test func `A client that does not speak TLS is refused and other clients are served`() throws {
    let (wire, client) = try makeServerAndClient()
    let stranger = try wire.connect(sending: getRequest(for: "/"))
    #expect(!stranger.readToEnd().contains("HTTP/1.1"))
    #expect(try send(from: client, to: wire).get().status == .ok)
    #expect(wire.listener.connectionCount == 0)
  }

  @Test func `A client that never starts the handshake does not delay a shutdown`() throws {
    let (wire, _) = try makeServerAndClient()
    let client = try wire.connect()
    #expect(wire.loop.run(atMost: 5_000) { wire.listener.connectionCount == 1 })
    var isOver = false
    wire.listener.stop(within: 1_000) { isOver = true }
    #expect(wire.loop.run(atMost: 500) { isOver })
    #expect(client.readToEnd() == "")
  }

  @Test func `Certificate and key are read from files, and an error names the file`() throws {
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
    let error = #expect(throws: FileError.self) {
      try ServerTLS(generatedFor: ["a"]) { authority in try Files.write(authority, to: "/nonexistent/ca") }
    }
    #expect(error?.path == "/nonexistent/ca")
  }

  @Test func `An encrypted key is refused without a question on the terminal`() throws {
    let certificate = try SelfSignedCertificate(for: "IP:127.0.0.1")
    let key = path + ".key"
    certificate.write(to: path)
    certificate.writeKey(to: key, passphrase: "open sesame")
    defer { for file in [path, key] { unlink(file) } }
    #expect(try Files.read(at: key).starts(with: "-----BEGIN ENCRYPTED PRIVATE KEY-----".utf8))
    let error = #expect(throws: SystemError.self) { try ServerTLS(certificate: path, key: key) }
    #expect(error?.description.hasPrefix("read a key from \(key): it is encrypted; decrypt it first") == true)
  }

  /// The first half of a handshake: a record that announces more bytes than it has.
  @Test(arguments: [[], [0x16, 0x03, 0x01, 0x01, 0x00, 0x01, 0x00, 0x00, 0xFC, 0x03, 0x03]] as [[UInt8]])
  func `A handshake that stalls ends with the request timeout`(bytes: [UInt8]) throws {
    let (wire, client) = try makeServerAndClient(requestTimeout: 30)
    let stalled = try wire.connect()
    stalled.send(bytes)
    #expect(stalled.wait { $0.isClosed })
    #expect(wire.listener.connectionCount == 0)
    #expect(try send(from: client, to: wire).get().status == .ok)
  }

  @Test func `A connection that is idle after its handshake is not limited by the request timeout`() throws {
    let (wire, client) = try makeServerAndClient(requestTimeout: 200) { _ in
      .after(milliseconds: 600, .text("late"))
    }
    #expect(try send(from: client, to: wire).get().body == Array("late".utf8))
  }
}
