import HTTPMessage
import Testing

@testable import HTTPTransport

@Suite("Refusing requests")
struct RequestRefusalTests {
  static func request(_ fields: String..., line: String = "POST / HTTP/1.1", body: String = "") -> String {
    line + "\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
  }

  static func chunked(_ body: String) -> String {
    request("Host: a", "Transfer-Encoding: chunked", body: body)
  }

  @Test(
    "what is not HTTP, or could be read in two ways, is malformed",
    arguments: [
      request("Host: a", "Content-Length: 1", "Content-Length: 2"),
      request("Host: a", "Content-Length: 1, 2"),
      request("Host: a", "Content-Length: -1"),
      request("Host: a", "Content-Length: +1"),
      request("Host: a", "Content-Length: "),
      request("Host: a", "Content-Length: ,1"),
      request("Host: a", "Content-Length: 1,,1"),
      request("Host: a", "Content-Length: 1 1"),
      request("Host: a", "Content-Length: 99999999999999999999"),
      request("Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"),
      request("Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
      request("Host: a", "Transfer-Encoding: "),
      request("Transfer-Encoding: chunked", line: "POST / HTTP/1.0"),
      request("Host: a", "X: b", " folded"),
      request(" X: b", "Host: a"),
      request("Host: a", "X : b"),
      request("Host: a", "X\u{0}: b"),
      request("Host: a", "X: b\u{0}"),
      request("Host: a", "X: b\rc"),
      request("Host: a", "X: b\u{7F}"),
      request("Host: a", ": b"),
      request("Host: a", "X"),
      request("Host: a", "X(y): b"),
      request(),
      request("Host: a", "Host: a"),
      request("Host: a", "Host: a", line: "GET / HTTP/1.0"),
      request("Host: a b"),
      request("Host: a/b"),
      request("Host: a@b"),
      request("Host: a", line: "G(T / HTTP/1.1"),
      request("Host: a", line: "GET /"),
      request("Host: a", line: "GET"),
      request("Host: a", line: "GET  / HTTP/1.1"),
      request("Host: a", line: "GET / /b HTTP/1.1"),
      request("Host: a", line: "GET /\tb HTTP/1.1"),
      request("Host: a", line: "GET /ü HTTP/1.1"),
      request("Host: a", line: "GET / HTTP/1.1 "),
      request("Host: a", line: "GET / HTTP/11"),
      request("Host: a", line: "GET / http/1.1"),
      request("Host: a", line: "GET a/b HTTP/1.1"),
      request("Host: a", line: "GET * HTTP/1.1"),
      request("Host: a", line: "GET ftp://a/ HTTP/1.1"),
      request("Host: a", line: "GET http:// HTTP/1.1"),
      request("Host: a", line: "GET http:///b HTTP/1.1"),
      request("Host: a", line: "GET http://user@a/ HTTP/1.1"),
      request("Host: a", line: "CONNECT a:80 HTTP/1.1"),
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET / HTTP/1.1\r\nHost: a\n\r\n",
      "\rGET / HTTP/1.1\r\n\r\n",
      "\nGET / HTTP/1.1\r\n\r\n",
      "\u{16}\u{3}\u{1}",
      chunked("g\r\n"),
      chunked("\r\n"),
      chunked("-1\r\n"),
      chunked("0x1\r\n"),
      chunked("1 1\r\n"),
      chunked("1\na\r\n"),
      chunked("1;a\u{0}\r\n"),
      chunked("1\r\nab\r\n"),
      chunked("1\r\na\rb"),
      chunked("FFFFFFFFFFFFFFFFF\r\n"),
      chunked("0\r\nbad trailer\r\n\r\n"),
    ])
  func malformed(text: String) {
    for reading in [Reading(text)] + Reading.everySplit(of: text) {
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
      (request("Host: a", "Expect: 200-ok"), RequestFailure.expectationFailed),
      (request("Host: a", "Transfer-Encoding: gzip, chunked"), .unsupportedTransferCoding),
      (request("Host: a", "Transfer-Encoding: identity"), .unsupportedTransferCoding),
      (request("Host: a", line: "GET / HTTP/2.0"), .unsupportedVersion),
      (request("Host: a", line: "GET / HTTP/0.9"), .unsupportedVersion),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
    ])
  func others(text: String, failure: RequestFailure) {
    for reading in Reading.everySplit(of: text) { #expect(reading.failure == failure) }
  }

  static let small = {
    var limits = Limits()
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
    for reading in Reading.everySplit(of: "\(line)\r\n\(block)\r\n12345678", limits: limits) {
      #expect(reading.requests.map(\.request.text) == ["12345678"])
    }
  }

  @Test(
    "beyond its limit a line or a block is refused, whether or not it ends",
    arguments: [
      (request("Host: a", line: "GET /" + String(repeating: "a", count: 19) + " HTTP/1.1"), 32),
      ("GET /" + String(repeating: "a", count: 40), 32),
      (request("Host: a", "X: " + String(repeating: "b", count: 64)), 64),
      ("GET / HTTP/1.1\r\nX: " + String(repeating: "b", count: 64), 64),
      (chunked("1;" + String(repeating: "b", count: 40)), 32),
      (chunked(String(repeating: "1;" + String(repeating: "b", count: 20) + "\r\na\r\n", count: 4)), 64),
    ])
  func tooLarge(text: String, limit: Int) {
    for reading in Reading.everySplit(of: text, limits: Self.small) {
      #expect(reading.failure == .headTooLarge(limit: limit))
    }
  }

  @Test("a longer body may go where it is expected, and nowhere else")
  func longBody() {
    var limits = Self.small
    limits.longBodies = [LongBody(prefix: "/up/", suffix: "/file", bytes: 10)]
    func failure(_ target: String, _ length: Int) -> RequestFailure? {
      let body = String(repeating: "x", count: length)
      return Reading(
        Self.request("Host: a", "Content-Length: \(length)", line: "POST \(target) HTTP/1.1", body: body),
        limits: limits
      ).failure
    }
    #expect(failure("/up/1/file?x=1", 10) == nil)
    #expect(failure("/up/1/file", 11) == .bodyTooLarge(limit: 10))
    #expect(failure("/up/1/other", 9) == .bodyTooLarge(limit: 8))
    #expect(failure("/a?/up//file", 9) == .bodyTooLarge(limit: 8))
  }

  @Test(
    "a body over the limit is refused as soon as that is known",
    arguments: [
      request("Host: a", "Content-Length: 9"),
      request("Host: a", "Content-Length: 9", "Expect: 100-continue"),
      chunked("9\r\n"),
      chunked("5\r\n12345\r\n4\r\n"),
      chunked("FFFFFFFFFFFFFFF\r\n"),
    ])
  func bodyTooLarge(text: String) {
    for reading in Reading.everySplit(of: text, limits: Self.small) {
      #expect(reading.failure == .bodyTooLarge(limit: 8))
      #expect(reading.continues == 0)
    }
  }
}
