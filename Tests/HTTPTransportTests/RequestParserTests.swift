import HTTPMessage
import HTTPTypes
import Testing
@testable import HTTPTransport

@Suite struct RequestParserTests {
  static let post = "POST /contacts?page=2 HTTP/1.1\r\nHost: mock:80\r\nContent-Length: 5\r\nX-A:  b c \r\n\r\nhello"
  static let chunked =
    "PUT /a HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "3;ext=\"1\"\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"

  @Test func `A request is parsed with its fields and body`() throws {
    let request = try #require(ParseResult(parsing: Self.post).requests.first).request
    #expect(request.method == .post)
    #expect(request.target == "/contacts?page=2")
    #expect(request.segments == ["contacts"])
    #expect(request.query == [QueryItem(name: "page", value: "2")])
    #expect(request.authority == "mock:80")
    #expect(request.fields[.contentLength] == "5")
    #expect(request.fields.all.last?.value == "b c")
    #expect(request.text == "hello")
  }

  @Test(arguments: [post, chunked, post + chunked + post]) func `Requests are parsed alike however the input is split`(
    text: String
  ) {
    let whole = ParseResult(parsing: text)
    #expect(whole.failure == nil && whole.remainingBytes == 0)
    for reading in ParseResult.everySplit(of: text) {
      #expect(reading.failure == nil && reading.remainingBytes == 0)
      #expect(reading.requests.map(\.request.target) == whole.requests.map(\.request.target))
      #expect(reading.requests.map(\.request.body) == whole.requests.map(\.request.body))
      #expect(reading.requests.map(\.request.fields.all) == whole.requests.map(\.request.fields.all))
    }
  }

  @Test func `Chunks are joined, and extensions and trailers are dropped`() {
    #expect(ParseResult(parsing: Self.chunked).requests.map(\.request.text) == ["abc0123456789"])
  }

  @Test(arguments: ["GET", "DELETE", "PATCH", "PURGE"]) func `Any method can have a body`(method: String) {
    let reading = ParseResult(parsing: "\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
    #expect(reading.requests.map(\.request.text) == ["hi"])
    #expect(reading.requests.map(\.request.method.rawValue) == [method])
  }

  @Test func `Empty lines before a request are skipped`() {
    for reading in ParseResult.everySplit(of: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n") {
      #expect(reading.requests.count == 1 && reading.remainingBytes == 0)
    }
  }

  @Test(arguments: [
    ("GET /a?b HTTP/1.1", "/a?b", "http", "field"),
    ("GET http://Host:81/a?b HTTP/1.1", "/a?b", "http", "Host:81"),
    ("GET HTTPS://[::1] HTTP/1.1", "/", "https", "[::1]"),
    ("GET http://host?q HTTP/1.1", "/?q", "http", "host"),
    ("OPTIONS * HTTP/1.1", "*", "http", "field"),
  ])
  func `A target is in origin form, absolute form, or asterisk form for OPTIONS`(
    line: String, target: String, scheme: String, authority: String
  ) throws {
    let request = try #require(ParseResult(parsing: "\(line)\r\nHost: field\r\n\r\n").requests.first).request
    #expect(request.target == target)
    #expect(request.scheme == scheme)
    #expect(request.authority == authority)
  }

  @Test func `A repeated Content-Length with equal values is accepted`() {
    let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2, 2\r\n\r\nhi"
    #expect(ParseResult(parsing: text).requests.map(\.request.text) == ["hi"])
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "Connection: x, Close\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.7", "", true),
  ])
  func `A connection persists by default in HTTP/1.1 and not in HTTP/1.0`(
    version: String, field: String, keeps: Bool
  ) {
    let requests = ParseResult(parsing: "GET / \(version)\r\nHost: a\r\n\(field)\r\n").requests
    #expect(requests.map(\.traits.keepsAlive) == [keeps])
  }

  @Test(arguments: [
    ("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip; q=0", false), ("gzip;q=0.000", false), ("*", true),
    ("*;q=0", false), ("*;q=0, gzip", true), ("identity", false), ("", false), ("br, X-GZIP", true),
  ])
  func `gzip is acceptable if it is listed without q=0`(value: String, accepted: Bool) {
    let requests = ParseResult(parsing: getRequest(for: "/", fields: "Accept-Encoding: \(value)")).requests
    #expect(requests.map(\.traits.acceptsGzip) == [accepted])
  }

  @Test func `100 Continue is requested once, and only if the body is missing`() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
    #expect(ParseResult(parsing: head).continueCount == 1)
    #expect(
      ParseResult(parsing: [Array(head.utf8)[...], Array("hi".utf8)[...]]).requests.map(\.request.text) == ["hi"])
    #expect(ParseResult(parsing: head + "hi").continueCount == 0)
    #expect(ParseResult(parsing: "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").continueCount == 0)
    #expect(
      ParseResult(parsing: "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").continueCount == 0)
  }
}

@Suite struct RequestParserErrorTests {
  static func request(fields: String..., line: String = "POST / HTTP/1.1", body: String = "") -> String {
    line + "\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
  }

  static func chunkedRequest(body: String) -> String {
    request(fields: "Host: a", "Transfer-Encoding: chunked", body: body)
  }

  @Test(arguments: [
    request(fields: "Host: a", "Content-Length: 1", "Content-Length: 2"),
    request(fields: "Host: a", "Content-Length: 1, 2"),
    request(fields: "Host: a", "Content-Length: -1"),
    request(fields: "Host: a", "Content-Length: +1"),
    request(fields: "Host: a", "Content-Length: "),
    request(fields: "Host: a", "Content-Length: ,1"),
    request(fields: "Host: a", "Content-Length: 1,,1"),
    request(fields: "Host: a", "Content-Length: 1 1"),
    request(fields: "Host: a", "Content-Length: 99999999999999999999"),
    request(fields: "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"),
    request(fields: "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    request(fields: "Host: a", "Transfer-Encoding: "),
    request(fields: "Transfer-Encoding: chunked", line: "POST / HTTP/1.0"),
    request(fields: "Host: a", "X: b", " folded"),
    request(fields: " X: b", "Host: a"),
    request(fields: "Host: a", "X : b"),
    request(fields: "Host: a", "X\u{0}: b"),
    request(fields: "Host: a", "X: b\u{0}"),
    request(fields: "Host: a", "X: b\rc"),
    request(fields: "Host: a", "X: b\u{7F}"),
    request(fields: "Host: a", ": b"),
    request(fields: "Host: a", "X"),
    request(fields: "Host: a", "X(y): b"),
    request(),
    request(fields: "Host: a", "Host: a"),
    request(fields: "Host: a", "Host: a", line: "GET / HTTP/1.0"),
    request(fields: "Host: a b"),
    request(fields: "Host: a/b"),
    request(fields: "Host: a@b"),
    request(fields: "Host: a", line: "G(T / HTTP/1.1"),
    request(fields: "Host: a", line: "GET /"),
    request(fields: "Host: a", line: "GET"),
    request(fields: "Host: a", line: "GET  / HTTP/1.1"),
    request(fields: "Host: a", line: "GET / /b HTTP/1.1"),
    request(fields: "Host: a", line: "GET /\tb HTTP/1.1"),
    request(fields: "Host: a", line: "GET /ü HTTP/1.1"),
    request(fields: "Host: a", line: "GET / HTTP/1.1 "),
    request(fields: "Host: a", line: "GET / HTTP/11"),
    request(fields: "Host: a", line: "GET / http/1.1"),
    request(fields: "Host: a", line: "GET a/b HTTP/1.1"),
    request(fields: "Host: a", line: "GET * HTTP/1.1"),
    request(fields: "Host: a", line: "GET ftp://a/ HTTP/1.1"),
    request(fields: "Host: a", line: "GET http:// HTTP/1.1"),
    request(fields: "Host: a", line: "GET http:///b HTTP/1.1"),
    request(fields: "Host: a", line: "GET http://user@a/ HTTP/1.1"),
    request(fields: "Host: a", line: "CONNECT a:80 HTTP/1.1"),
    "GET / HTTP/1.1\nHost: a\n\n",
    "GET / HTTP/1.1\r\nHost: a\n\r\n",
    "\rGET / HTTP/1.1\r\n\r\n",
    "\nGET / HTTP/1.1\r\n\r\n",
    "\u{16}\u{3}\u{1}",
    request(fields: "Host: a", "Authorization: Bearer a", "authorization: Bearer b"),
    chunkedRequest(body: "g\r\n"),
    chunkedRequest(body: "\r\n"),
    chunkedRequest(body: "-1\r\n"),
    chunkedRequest(body: "0x1\r\n"),
    chunkedRequest(body: "1 1\r\n"),
    chunkedRequest(body: "1\na\r\n"),
    chunkedRequest(body: "1;a\u{0}\r\n"),
    chunkedRequest(body: "1\r\nab\r\n"),
    chunkedRequest(body: "1\r\na\rb"),
    chunkedRequest(body: "FFFFFFFFFFFFFFFFF\r\n"),
    chunkedRequest(body: "0\r\nbad trailer\r\n\r\n"),
  ])
  func `Invalid and ambiguous requests are malformed`(text: String) {
    for reading in [ParseResult(parsing: text)] + ParseResult.everySplit(of: text) {
      guard case .malformed = reading.failure else {
        Issue.record("read as \(reading)")
        return
      }
      #expect(reading.requests.isEmpty)
    }
  }

  @Test(arguments: [
    (request(fields: "Host: a", "Expect: 200-ok"), RequestFailure.expectationFailed),
    (request(fields: "Host: a", "Transfer-Encoding: gzip, chunked"), .unsupportedTransferCoding),
    (request(fields: "Host: a", "Transfer-Encoding: identity"), .unsupportedTransferCoding),
    (request(fields: "Host: a", line: "GET / HTTP/2.0"), .unsupportedVersion),
    (request(fields: "Host: a", line: "GET / HTTP/0.9"), .unsupportedVersion),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
  ])
  func `Unsupported expectations, transfer codings and versions are reported`(text: String, failure: RequestFailure) {
    for reading in ParseResult.everySplit(of: text) { #expect(reading.failure == failure) }
  }

  static let small = {
    var limits = HTTPServerLimits()
    (limits.requestLineBytes, limits.headerBytes, limits.bodyBytes) = (32, 64, 8)
    return limits
  }()

  @Test func `A request line, header block or body can be as long as its limit`() {
    let line = "GET /" + String(repeating: "a", count: 18) + " HTTP/1.1"
    let block = "Host: a\r\nX: " + String(repeating: "b", count: 47) + "\r\nContent-Length: 8\r\n"
    #expect(line.utf8.count == 32)
    var limits = Self.small
    limits.headerBytes = block.utf8.count + 2
    for reading in ParseResult.everySplit(of: "\(line)\r\n\(block)\r\n12345678", limits: limits) {
      #expect(reading.requests.map(\.request.text) == ["12345678"])
    }
  }

  @Test(arguments: [
    (request(fields: "Host: a", line: "GET /" + String(repeating: "a", count: 19) + " HTTP/1.1"), 32),
    ("GET /" + String(repeating: "a", count: 40), 32),
    (request(fields: "Host: a", "X: " + String(repeating: "b", count: 64)), 64),
    ("GET / HTTP/1.1\r\nX: " + String(repeating: "b", count: 64), 64),
    (chunkedRequest(body: "1;" + String(repeating: "b", count: 40)), 32),
    (chunkedRequest(body: String(repeating: "1;" + String(repeating: "b", count: 20) + "\r\na\r\n", count: 4)), 64),
  ])
  func `A request line or header block over its limit is refused, complete or not`(text: String, limit: Int) {
    for reading in ParseResult.everySplit(of: text, limits: Self.small) {
      #expect(reading.failure == .headTooLarge(limit: limit))
    }
  }

  @Test func `A body limit exception applies only to its targets`() {
    var limits = Self.small
    limits.longBodies = [BodyLimitException(prefix: "/up/", suffix: "/file", bytes: 10)]
    func failure(target: String, length: Int) -> RequestFailure? {
      let body = String(repeating: "x", count: length)
      return ParseResult(
        parsing: Self.request(
          fields: "Host: a", "Content-Length: \(length)", line: "POST \(target) HTTP/1.1", body: body),
        limits: limits
      ).failure
    }
    #expect(failure(target: "/up/1/file?x=1", length: 10) == nil)
    #expect(failure(target: "/up/1/file", length: 11) == .bodyTooLarge(limit: 10))
    #expect(failure(target: "/up/1/other", length: 9) == .bodyTooLarge(limit: 8))
    #expect(failure(target: "/a?/up//file", length: 9) == .bodyTooLarge(limit: 8))
  }

  @Test(arguments: [
    request(fields: "Host: a", "Content-Length: 9"),
    request(fields: "Host: a", "Content-Length: 9", "Expect: 100-continue"),
    chunkedRequest(body: "9\r\n"),
    chunkedRequest(body: "5\r\n12345\r\n4\r\n"),
    chunkedRequest(body: "FFFFFFFFFFFFFFF\r\n"),
  ])
  func `A body over its limit is refused as soon as its length is known`(text: String) {
    for reading in ParseResult.everySplit(of: text, limits: Self.small) {
      #expect(reading.failure == .bodyTooLarge(limit: 8))
      #expect(reading.continueCount == 0)
    }
  }
}

/// The result of parsing some input.
struct ParseResult {
  var requests: [IncomingRequest] = []
  var failure: RequestFailure?
  var continueCount = 0
  /// Number of bytes that were not consumed.
  var remainingBytes = 0

  /// Passes the pieces to a parser one after another, together with the bytes that were not consumed.
  init(parsing pieces: [ArraySlice<UInt8>], limits: HTTPServerLimits = HTTPServerLimits()) {
    var parser = RequestParser(limits: limits)
    var held: [UInt8] = []
    for piece in pieces {
      held += piece
      var isHungry = false
      while !isHungry, failure == nil {
        let (consumed, step) = parser.parse(held.span)
        held.removeFirst(consumed)
        switch step {
        case .incomplete: isHungry = true
        case .wantsContinue: continueCount += 1
        case .request(let request): requests.append(request)
        case .refused(let reason): failure = reason
        }
      }
    }
    remainingBytes = held.count
  }

  init(parsing text: String, limits: HTTPServerLimits = HTTPServerLimits()) {
    self.init(parsing: [Array(text.utf8)[...]], limits: limits)
  }

  /// The results for the input split in two at each position, and split into single bytes.
  static func everySplit(of text: String, limits: HTTPServerLimits = HTTPServerLimits()) -> [ParseResult] {
    let bytes = Array(text.utf8)
    let halves = bytes.indices.map { ParseResult(parsing: [bytes[..<$0], bytes[$0...]], limits: limits) }
    return halves + [ParseResult(parsing: bytes.indices.map { bytes[$0...$0] }, limits: limits)]
  }
}
