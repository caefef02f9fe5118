import Glibc
import HTTPMessage
import HTTPTypes
import Testing
@testable import HTTPTransport

@Suite struct HTTPClientTests {
  /// Sends a request and waits for its result.
  private func send(
    from client: HTTPClient, to url: String, method: HTTPRequest.Method = .post, body: String = "",
    timeout: Int = 5_000
  ) throws -> Result<ReceivedResponse, HTTPClientError>? {
    var result: Result<ReceivedResponse, HTTPClientError>?
    let request = OutgoingRequest(
      method: method, url: try #require(AbsoluteURL(url)),
      fields: [HTTPField(name: .accept, value: "application/json")],
      body: Array(body.utf8), timeoutMilliseconds: timeout)
    client.send(request) { result = $0 }
    #expect(result == nil)
    _ = client.loop.run(atMost: 6_000) { result != nil }
    #expect(client.activeRequestCount == 0)
    return result
  }

  private func makeClientAndServer(
    answering answer: String?, closes: Bool = true, limits: ClientLimits = ClientLimits()
  ) throws -> (
    HTTPClient, RawServer
  ) {
    let loop = try EventLoop()
    return (try HTTPClient(on: loop, limits: limits), try RawServer(on: loop, answering: answer, closes: closes))
  }

  @Test(arguments: ["127.0.0.1", "localhost"]) func `A request is sent to an address and to a host name`(host: String)
    throws
  {
    let wire = try HTTPServerFixture()
    guard case .tcp(_, let port) = wire.listener.address else { return }
    let client = try HTTPClient(on: wire.loop)
    let answer = try #require(try send(from: client, to: "http://\(host):\(port)/in?a=1#part", body: "hello")).get()
    #expect(answer.status == .ok)
    #expect(String(decoding: answer.body, as: UTF8.self) == "POST /in?a=1 hello")
    #expect(try send(from: client, to: "http://\(host):\(port)", method: .head)?.get().body == [])
  }

  @Test(arguments: [
    "169.254.169.254", "169.254.170.2", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "[::ffff:0:a9fe:a9fe]", "[fd00:ec2::254]", "[fd00:0ec2::0254]",
    "100.100.100.200", "[::ffff:100.100.100.200]", "192.0.0.192", "168.63.129.16", "metadata.google.internal",
    "METADATA.google.internal.", "[fd20:ce::254]",
  ])
  func `No request is sent to the metadata service of a cloud`(host: String) throws {
    let client = try HTTPClient(on: try EventLoop())
    let result = try #require(try send(from: client, to: "http://\(host)/latest/meta-data/"))
    guard case .failure(.forbidden) = result else { return #expect(Bool(false), "\(result)") }
    #expect("\(HTTPClientError.forbidden(host))".hasPrefix("refused: \(host) is the metadata service of a cloud"))
  }

  @Test(arguments: ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "8.8.8.8", "169.253.169.254"])
  func `Loopback, private and public addresses are no metadata services`(address: String) throws {
    let found = try SocketAddress.resolve(host: address, port: 80)
    #expect(!found.isEmpty && found.allSatisfy { !$0.isMetadataService })
  }

  @Test(arguments: ["::1", "fd00::1", "fe80::1", "2001:db8::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
  func `Addresses of IPv6 are neither`(address: String) throws {
    let found = try SocketAddress.resolve(host: address, port: 80)
    #expect(!found.isEmpty && found.allSatisfy { !$0.isMetadataService })
  }

  @Test func `A redirect is not followed`() throws {
    let (client, server) = try makeClientAndServer(
      answering: "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")
    let answer = try #require(try send(from: client, to: "http://127.0.0.1:\(server.port)/")).get()
    #expect(answer.status == .found)
  }

  @Test func `The request head has the Host, Content-Length and Connection fields`() throws {
    let (client, server) = try makeClientAndServer(answering: "HTTP/1.1 204 No Content\r\n\r\n", closes: false)
    #expect(try send(from: client, to: "http://127.0.0.1:\(server.port)?x", body: "{}")?.get().status == .noContent)
    #expect(
      String(decoding: server.received, as: UTF8.self)
        == "POST /?x HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nAccept: application/json\r\n"
        + "Content-Length: 2\r\nConnection: close\r\n\r\n{}")
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\nT: v\r\n\r\n",
    "HTTP/1.0 200\nServer: old\n\nabc",
  ])
  func `Every framing of a response body is read`(wire: String) throws {
    let (client, server) = try makeClientAndServer(answering: wire)
    let answer = try #require(try send(from: client, to: "http://127.0.0.1:\(server.port)/")).get()
    #expect(answer.status == .ok && answer.body == Array("abc".utf8) && !answer.isTruncated)
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", HTTPClientError.malformed("invalid status line")),
    ("HTTP/1.1 20x OK\r\n\r\n", .malformed("invalid status line")),
    ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .malformed("invalid field line")),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .malformed("invalid Content-Length")),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .malformed("invalid chunk size")),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "x", count: 300),
      .malformed("the head is longer than 256 bytes")
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
      .malformed("a chunk is longer than its size")
    ),
    ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", .closedEarly),
    ("", .closedEarly),
    ("HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 300), .malformed("the head is longer than 256 bytes")),
  ])
  func `A malformed response is reported with its reason`(wire: String, failure: HTTPClientError) throws {
    var limits = ClientLimits()
    limits.headBytes = 256
    let (client, server) = try makeClientAndServer(answering: wire, limits: limits)
    #expect(throws: failure) { try send(from: client, to: "http://127.0.0.1:\(server.port)/")?.get() }
  }

  @Test func `A response body is truncated at its limit`() throws {
    var limits = ClientLimits()
    limits.bodyBytes = 10
    let (client, server) = try makeClientAndServer(
      answering: "HTTP/1.1 500 No\r\n\r\n0123456789abc", closes: false, limits: limits)
    let answer = try #require(try send(from: client, to: "http://127.0.0.1:\(server.port)/")).get()
    #expect(answer.isTruncated && answer.body == Array("0123456789".utf8) && answer.status == .internalServerError)
  }

  @Test func `A request fails after its timeout`() throws {
    let (client, server) = try makeClientAndServer(answering: nil)
    #expect(throws: HTTPClientError.timedOut) {
      try send(from: client, to: "http://127.0.0.1:\(server.port)/", timeout: 30)?.get()
    }
  }

  @Test func `A refused connection and an unknown host name are reported`() throws {
    let client = try HTTPClient(on: try EventLoop())
    #expect(throws: HTTPClientError.unreachable("Connection refused")) {
      try send(from: client, to: "http://127.0.0.1:1/")?.get()
    }
    let failure = try #require(try send(from: client, to: "http://nowhere.invalid/", timeout: 500))
    #expect(throws: HTTPClientError.self) { try failure.get() }
  }

  @Test func `cancelAll fails the requests that are in progress`() throws {
    let (client, server) = try makeClientAndServer(answering: nil)
    var failure: HTTPClientError?
    let url = try #require(AbsoluteURL("http://127.0.0.1:\(server.port)/"))
    client.send(OutgoingRequest(method: .get, url: url, timeoutMilliseconds: 5_000)) {
      if case .failure(let reason) = $0 { failure = reason }
    }
    #expect(client.loop.run(atMost: 5_000) { !server.received.isEmpty })
    client.cancelAll()
    #expect(failure == .cancelled && client.activeRequestCount == 0)
  }

  @Test func `Releasing a client abandons its requests without a callback`() throws {
    let loop = try EventLoop()
    let server = try RawServer(on: loop, answering: nil)
    var isCompleted = false
    let url = try #require(AbsoluteURL("http://127.0.0.1:\(server.port)/"))
    do {
      let client = try HTTPClient(on: loop)
      client.send(OutgoingRequest(method: .get, url: url, timeoutMilliseconds: 5_000)) { _ in isCompleted = true }
      #expect(loop.run(atMost: 5_000) { !server.received.isEmpty })
    }
    #expect(!loop.run(atMost: 20) { isCompleted })
  }

  @Test func `A TLS server is verified against the trusted certificates`() throws {
    let loop = try EventLoop()
    let certificate = try SelfSignedCertificate(for: "DNS:localhost,IP:127.0.0.1")
    let server = try RawTLSServer(
      on: loop, certificate: certificate, answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    let path = "/tmp/intercom-mock-\(getpid()).pem"
    certificate.write(to: path)
    defer { unlink(path) }
    for host in ["localhost", "127.0.0.1"] {
      let client = try HTTPClient(on: loop, trust: .file(path))
      let answer = try #require(try send(from: client, to: "https://\(host):\(server.port)/")).get()
      #expect(answer.body == Array("ok".utf8))
    }
    #expect(
      try send(from: HTTPClient(on: loop, trust: .anyCertificate), to: "https://127.0.0.1:\(server.port)/")?.get()
        != nil)
    let failure = try #require(try send(from: HTTPClient(on: loop), to: "https://localhost:\(server.port)/"))
    #expect(throws: HTTPClientError.insecure("self-signed certificate")) { try failure.get() }
  }

  @Test func `A certificate for another host is refused`() throws {
    let loop = try EventLoop()
    let certificate = try SelfSignedCertificate(for: "DNS:elsewhere.example.com")
    let server = try RawTLSServer(on: loop, certificate: certificate, answering: "HTTP/1.1 200 OK\r\n\r\n")
    let path = "/tmp/intercom-mock-\(getpid())-other.pem"
    certificate.write(to: path)
    defer { unlink(path) }
    let client = try HTTPClient(on: loop, trust: .file(path))
    for (host, reason) in [("localhost", "hostname mismatch"), ("127.0.0.1", "IP address mismatch")] {
      let failure = try #require(try send(from: client, to: "https://\(host):\(server.port)/"))
      #expect(throws: HTTPClientError.insecure(reason)) { try failure.get() }
    }
  }

  @Test func `An unreadable certificate file is an error`() throws {
    let loop = try EventLoop()
    #expect(throws: SystemError.self) { try HTTPClient(on: loop, trust: .file("/nonexistent.pem")) }
  }
}
