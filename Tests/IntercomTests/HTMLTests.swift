import Testing

@testable import Intercom

@Suite struct HTMLTests {
  @Test(
    "what is sent is stored as HTML",
    arguments: [
      ("Hello", "<p>Hello</p>"), ("I <3 soup", "<p>I <3 soup</p>"), ("<3", "<p><3</p>"), ("", "<p></p>"),
      ("<p>Hello</p>", "<p>Hello</p>"), ("<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>"),
      (" <p>a</p>  <p>b</p> ", "<p>a</p>\n<p>b</p>"), ("<p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>"),
      ("<ul> <li>a</li><li>b</li> </ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
      ("<p> a <b>b</b> </p>", "<p> a <b>b</b></p>"), ("<P>a</P>", "<P>a</P>"),
      ("<html><head><title>t</title></head><body><p>a</p></body></html>", "<p>a</p>"),
      ("<p>a</p><!-- <p>b</p> --><p>c</p>", "<p>a</p>\n<p>c</p>"),
      ("<script>if (1 < 2) alert()</script><p>a</p>", "<p>a</p>"), ("<style>p{}</style>", ""),
      ("<p>a", "<p>a"), ("<p", "<p"), ("<p>1 < 2", "<p>1 < 2"), ("<script>never closed", ""),
      ("<!-- never", "<!-- never"),
    ])
  func stored(sent: String, kept: String) {
    #expect(HTML.paragraphs(from: sent) == kept)
  }

  /// Were the end of each tag looked for from each `<`, this would take minutes.
  @Test("a script that is never closed takes no longer than its length", .timeLimit(.minutes(1)))
  func comparing() {
    let comparisons = String(repeating: "<", count: 300_000)
    #expect(HTML.paragraphs(from: "<script>\(comparisons)></script><p>a</p>") == "<p>a</p>")
    #expect(HTML.paragraphs(from: "<script>\(comparisons)>") == "")
  }

  @Test(
    "what was tidied stays as it is", arguments: ["<h2>a</h2> <ul> <li>b <b>c</b></li></ul>", "Hello", "<p>a</p> b"])
  func settled(sent: String) {
    let once = HTML.paragraphs(from: sent)
    #expect(HTML.paragraphs(from: once) == once)
  }

  @Test("as plain text, blocks are lines", arguments: [("<p>a</p>\n<p>b</p>", "a\nb"), ("<p>a<br>b</p>", "a\nb")])
  func plain(html: String, text: String) {
    #expect(PlainText.text(from: html) == text)
  }
}
