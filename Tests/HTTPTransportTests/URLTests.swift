import HTTPMessage
import HTTPTypes
import Testing

@Suite struct AbsoluteURLTests {
  @Test func `A URL has a host, a port, an authority and a target`() throws {
    let plain = try #require(AbsoluteURL("http://example.com"))
    #expect(plain.host == "example.com" && plain.port == 80 && plain.target == "/" && !plain.isSecure)
    let full = try #require(AbsoluteURL("HTTPS://[::1]:8443?a=b#c"))
    #expect(full.host == "::1" && full.port == 8443 && full.target == "/?a=b" && full.isSecure)
    #expect(full.authority == "[::1]:8443")
  }

  @Test(arguments: [
    "", "http://", "ftp://example.com", "example.com", "http://:80", "http://a:0", "http://a:65536", "http://a:+1",
    "http://user@a", "http://a b", "http://a\r\nX: y", "http://[::1", "http://[a]", "http://é.example", "http://a:",
  ])
  func `An invalid or ambiguous URL is refused`(text: String) {
    #expect(AbsoluteURL(text) == nil)
  }
}

@Suite struct RequestTargetTests {
  @Test(arguments: [
    ("/", []), ("/a", ["a"]), ("//a//b/", ["a", "b"]), ("/a%2Fb/c", ["a/b", "c"]), ("/a+b%20c", ["a+b c"]),
    ("/%zz/%4/%", ["%zz", "%4", "%"]), ("/%C3%BC%FF", ["ü\u{FFFD}"]), ("/a?b/c", ["a"]), ("", []),
  ])
  func `A path is split before it is percent-decoded`(target: String, segments: [String]) {
    #expect(RequestTarget.split(target).segments == segments)
  }

  @Test(arguments: [
    ("/?", []), ("/?a=1&b=2&a=3", [["a", "1"], ["b", "2"], ["a", "3"]]), ("/?a", [["a", ""]]),
    ("/?a=b=c&&=d", [["a", "b=c"], ["", "d"]]), ("/?%61+b=c+%2B%26", [["a b", "c +&"]]), ("/?a?b=/", [["a?b", "/"]]),
  ])
  func `A query is a list of decoded names and values`(target: String, items: [[String]]) {
    #expect(RequestTarget.split(target).query.map { [$0.name, $0.value] } == items)
  }

  @Test func `Field names are case-insensitive and the first value is returned`() {
    let fields = ReceivedFields([.accept: "a", .contentType: "b", .accept: "c"])
    #expect(fields[.accept] == "a" && fields.values(for: .accept) == ["a", "c"])
    #expect(fields[.contentType] == "b" && fields[.location] == nil)
    #expect(fields.all.map(\.value) == ["a", "b", "c"])
  }
}
