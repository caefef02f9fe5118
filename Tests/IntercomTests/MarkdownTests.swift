import Testing

@testable import Intercom

@Suite struct MarkdownTests {
  @Test func `Lists within lists do not grow with the square of their number`() {
    let html = String(repeating: "<ul>", count: 2000) + String(repeating: "<li>", count: 2000)
    let markdown = Markdown.markdown(from: html)
    #expect(markdown.utf8.count < 100_000)
    #expect(markdown.hasPrefix(String(repeating: "  ", count: 20) + "- \n"))
  }

  @Test(
    arguments: [
      ("Soup.", "<p>Soup.</p>"), ("One\ntwo", "<p>One two</p>"), ("A\n\nB", "<p>A</p><p>B</p>"),
      ("### Hot", "<h3>Hot</h3>"), ("#hot", "<p>#hot</p>"), ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
      ("1. a\n2. b\n\n- c", "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>"), ("> q", "<blockquote>q</blockquote>"),
      ("```\na < b\n```", "<pre><code>a &lt; b</code></pre>"), ("---", "<hr>"),
      ("**a** and *b* and `c`", "<p><b>a</b> and <i>b</i> and <code>c</code></p>"),
      ("[a](https://example.com?x=1&y=2)", "<p><a href=\"https://example.com?x=1&amp;y=2\">a</a></p>"),
      ("![soup](s.png)", "<p><img src=\"s.png\" alt=\"soup\"></p>"), ("2 * 3 * 4 [x", "<p>2 <i> 3 </i> 4 [x</p>"),
      ("", ""), ("<b>", "<p>&lt;b&gt;</p>"),
    ])
  func `Markdown becomes HTML`(markdown: String, html: String) {
    #expect(Markdown.html(from: markdown) == html)
  }

  @Test(
    arguments: [
      ("", ""), ("Soup.", "Soup.\n"), ("<p class=\"no-margin\">A</p><p>B</p>", "A\n\nB\n"),
      ("<h2>Hot</h2><p>soup</p>", "## Hot\n\nsoup\n"), ("<ul><li>a</li><li>b</li></ul>", "- a\n- b\n"),
      ("<ol>\n<li><p>a</p></li>\n<li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n  - c\n"),
      ("<p>a<br>b &amp; c</p>", "a\nb & c\n"), ("<blockquote><p>q</p></blockquote>", "> q\n"),
      ("<p><strong>a</strong> <em>b</em></p>", "**a** *b*\n"), ("<a href=\"x\">y</a>", "[y](x)\n"),
      ("<pre><code>a &lt; b</code></pre>", "```\na < b\n```\n"), ("<p>open <b", "open <b\n"),
    ])
  func `HTML becomes Markdown`(html: String, markdown: String) {
    #expect(Markdown.markdown(from: html) == markdown)
  }

  @Test(arguments: ["# A\n\nb **c** d\n\n- e\n- f\n\n> g\n\n```\nh\n```\n\n1. i\n2. j\n", "plain\n"])
  func `what was written comes back`(markdown: String) {
    #expect(Markdown.markdown(from: Markdown.html(from: markdown)) == markdown)
  }

  @Test(arguments: ["[", "](", "*", "**", "`", "![", "- \n", "<", "> \n", "# \n"])
  func `much of one mark is read in one go`(mark: String) {
    let text = String(repeating: mark, count: 20_000)
    #expect(!Markdown.markdown(from: Markdown.html(from: text)).isEmpty || mark != "[")
  }
}
