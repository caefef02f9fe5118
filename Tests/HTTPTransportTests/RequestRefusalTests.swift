import HTTPMessage
import Testing

@testable import HTTPTransport

@Suite("Refusing requests")
struct RequestParserErrorTests {
  static func request(fields: String..., line: String = "POST / HTTP/1.1", body: String = "") -> String {
    line + "\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
  }

  static func chunkedRequest(body: String) -> String {
    request(fields: "Host: a", "Transfer-Encoding: chunked", body: body)
  }

  @Test(
    "what is not HTTP, or could be read in two ways, is malformed",
    arguments: [
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
  func malformed(text: String) {
    for reading in [ParseResult(parsing: text)] + ParseResult.everySplit(of: text) {
      guard case .malformed = reading.failure else {
        Issue.record("read as \(reading)")
        return
      }
      #expect(reading.requests.isEmpty)
    }
  }

  @Test(
    "other refusals name their reason",
    arguments: [
      (request(fields: "Host: a", "Expect: 200-ok"), RequestFailure.expectationFailed),
      (request(fields: "Host: a", "Transfer-Encoding: gzip, chunked"), .unsupportedTransferCoding),
      (request(fields: "Host: a", "Transfer-Encoding: identity"), .unsupportedTransferCoding),
      (request(fields: "Host: a", line: "GET / HTTP/2.0"), .unsupportedVersion),
      (request(fields: "Host: a", line: "GET / HTTP/0.9"), .unsupportedVersion),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
    ])
  func others(text: String, failure: RequestFailure) {
    for reading in ParseResult.everySplit(of: text) { #expect(reading.failure == failure) }
  }

  static let small = {
    var limits = HTTPServerLimits()
    (limits.requestLineBytes, limits.headerBytes, limits.bodyBytes) = (32, 64, 8)
    return limits
  }()

  @Test("a line, a block or a body may be as long as the limit")
  func limits() {
    let line = "GET /" + String(repeating: "a", count: 18) + " HTTP/1.1"
    let block = "Host: a\r\nX: " + String(repeating: "b", count: 47) + "\r\nContent-Length: 8\r\n"
    #expect(line.utf8.count == 32)
    var limits = Self.small
    limits.headerBytes = block.utf8.count + 2
    for reading in ParseResult.everySplit(of: "\(line)\r\n\(block)\r\n12345678", limits: limits) {
      #expect(reading.requests.map(\.request.text) == ["12345678"])
    }
  }

  @Test(
    "beyond its limit a line or a block is refused, whether or not it ends",
    arguments: [
      (request(fields: "Host: a", line: "GET /" + String(repeating: "a", count: 19) + " HTTP/1.1"), 32),
      ("GET /" + String(repeating: "a", count: 40), 32),
      (request(fields: "Host: a", "X: " + String(repeating: "b", count: 64)), 64),
      ("GET / HTTP/1.1\r\nX: " + String(repeating: "b", count: 64), 64),
      (chunkedRequest(body: "1;" + String(repeating: "b", count: 40)), 32),
      (chunkedRequest(body: String(repeating: "1;" + String(repeating: "b", count: 20) + "\r\na\r\n", count: 4)), 64),
    ])
  func tooLarge(text: String, limit: Int) {
    for reading in ParseResult.everySplit(of: text, limits: Self.small) {
      #expect(reading.failure == .headTooLarge(limit: limit))
    }
  }

  @Test("a longer body may go where it is expected, and nowhere else")
  func longBody() {
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

  @Test(
    "a body over the limit is refused as soon as that is known",
    arguments: [
      request(fields: "Host: a", "Content-Length: 9"),
      request(fields: "Host: a", "Content-Length: 9", "Expect: 100-continue"),
      chunkedRequest(body: "9\r\n"),
      chunkedRequest(body: "5\r\n12345\r\n4\r\n"),
      chunkedRequest(body: "FFFFFFFFFFFFFFF\r\n"),
    ])
  func bodyTooLarge(text: String) {
    for reading in ParseResult.everySplit(of: text, limits: Self.small) {
      #expect(reading.failure == .bodyTooLarge(limit: 8))
      #expect(reading.continueCount == 0)
    }
  }
}
