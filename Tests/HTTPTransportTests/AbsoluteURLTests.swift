import HTTPMessage
import Testing

@Suite("URLs")
struct AbsoluteURLTests {
  @Test("are taken apart")
  func parts() throws {
    let plain = try #require(AbsoluteURL("http://example.com"))
    #expect(plain.host == "example.com" && plain.port == 80 && plain.target == "/" && !plain.isSecure)
    let full = try #require(AbsoluteURL("HTTPS://[::1]:8443?a=b#c"))
    #expect(full.host == "::1" && full.port == 8443 && full.target == "/?a=b" && full.isSecure)
    #expect(full.authority == "[::1]:8443")
  }

  @Test(
    "are refused when there is doubt",
    arguments: [
      "", "http://", "ftp://example.com", "example.com", "http://:80", "http://a:0", "http://a:65536", "http://a:+1",
      "http://user@a", "http://a b", "http://a\r\nX: y", "http://[::1", "http://[a]", "http://é.example", "http://a:",
    ])
  func refused(text: String) {
    #expect(AbsoluteURL(text) == nil)
  }
}
