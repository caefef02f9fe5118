import HTTPMessage
import HTTPTypes
import Testing

@testable import HTTPTransport

@Suite("Reading requests")
struct RequestParserTests {
  static let post = "POST /contacts?page=2 HTTP/1.1\r\nHost: mock:80\r\nContent-Length: 5\r\nX-A:  b c \r\n\r\nhello"
  static let chunked =
    "PUT /a HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "3;ext=\"1\"\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"

  @Test("a request is read whole")
  func whole() throws {
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

  @Test("it makes no difference how requests are split", arguments: [post, chunked, post + chunked + post])
  func splits(text: String) {
    let whole = ParseResult(parsing: text)
    #expect(whole.failure == nil && whole.remainingBytes == 0)
    for reading in ParseResult.everySplit(of: text) {
      #expect(reading.failure == nil && reading.remainingBytes == 0)
      #expect(reading.requests.map(\.request.target) == whole.requests.map(\.request.target))
      #expect(reading.requests.map(\.request.body) == whole.requests.map(\.request.body))
      #expect(reading.requests.map(\.request.fields.all) == whole.requests.map(\.request.fields.all))
    }
  }

  @Test("chunks are joined; their extensions and trailers are dropped")
  func chunks() {
    #expect(ParseResult(parsing: Self.chunked).requests.map(\.request.text) == ["abc0123456789"])
  }

  @Test("a body may follow any method", arguments: ["GET", "DELETE", "PATCH", "PURGE"])
  func bodies(method: String) {
    let reading = ParseResult(parsing: "\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
    #expect(reading.requests.map(\.request.text) == ["hi"])
    #expect(reading.requests.map(\.request.method.rawValue) == [method])
  }

  @Test("empty lines before a request are skipped")
  func emptyLines() {
    for reading in ParseResult.everySplit(of: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n") {
      #expect(reading.requests.count == 1 && reading.remainingBytes == 0)
    }
  }

  @Test(
    "a target may be a path, an absolute URI, or * for OPTIONS",
    arguments: [
      ("GET /a?b HTTP/1.1", "/a?b", "http", "field"),
      ("GET http://Host:81/a?b HTTP/1.1", "/a?b", "http", "Host:81"),
      ("GET HTTPS://[::1] HTTP/1.1", "/", "https", "[::1]"),
      ("GET http://host?q HTTP/1.1", "/?q", "http", "host"),
      ("OPTIONS * HTTP/1.1", "*", "http", "field"),
    ])
  func targets(line: String, target: String, scheme: String, authority: String) throws {
    let request = try #require(ParseResult(parsing: "\(line)\r\nHost: field\r\n\r\n").requests.first).request
    #expect(request.target == target)
    #expect(request.scheme == scheme)
    #expect(request.authority == authority)
  }

  @Test("a repeated Content-Length is one, if it stays the same")
  func repeatedLength() {
    let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2, 2\r\n\r\nhi"
    #expect(ParseResult(parsing: text).requests.map(\.request.text) == ["hi"])
  }

  @Test(
    "a connection is kept by HTTP/1.1 and closed by HTTP/1.0, unless the client says otherwise",
    arguments: [
      ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
      ("HTTP/1.1", "Connection: x, Close\r\n", false), ("HTTP/1.0", "", false),
      ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.7", "", true),
    ])
  func persistence(version: String, field: String, keeps: Bool) {
    let requests = ParseResult(parsing: "GET / \(version)\r\nHost: a\r\n\(field)\r\n").requests
    #expect(requests.map(\.traits.keepsAlive) == [keeps])
  }

  @Test(
    "gzip is accepted when it is named without q=0",
    arguments: [
      ("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip; q=0", false), ("gzip;q=0.000", false), ("*", true),
      ("*;q=0", false), ("*;q=0, gzip", true), ("identity", false), ("", false), ("br, X-GZIP", true),
    ])
  func gzip(value: String, accepted: Bool) {
    let requests = ParseResult(parsing: getRequest(for: "/", fields: "Accept-Encoding: \(value)")).requests
    #expect(requests.map(\.traits.acceptsGzip) == [accepted])
  }

  @Test("a client that waits for 100 is told once, and only while its body is not there")
  func continues() {
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
