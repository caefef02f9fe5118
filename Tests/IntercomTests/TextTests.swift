import API
import JSON
import Testing
@testable import Intercom

@Suite struct HTMLTests {
  @Test(arguments: [
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
  func `What is sent is stored as HTML`(sent: String, kept: String) {
    #expect(HTML.paragraphs(from: sent) == kept)
  }

  /// This would take minutes if the parser searched for the end of the tag from each `<`.
  @Test(.timeLimit(.minutes(1))) func `Parsing an unclosed script takes linear time`() {
    let comparisons = String(repeating: "<", count: 300_000)
    #expect(HTML.paragraphs(from: "<script>\(comparisons)></script><p>a</p>") == "<p>a</p>")
    #expect(HTML.paragraphs(from: "<script>\(comparisons)>") == "")
  }

  @Test(arguments: ["<h2>a</h2> <ul> <li>b <b>c</b></li></ul>", "Hello", "<p>a</p> b"])
  func `What was tidied stays as it is`(sent: String) {
    let once = HTML.paragraphs(from: sent)
    #expect(HTML.paragraphs(from: once) == once)
  }

  @Test(arguments: [("<p>a</p>\n<p>b</p>", "a\nb"), ("<p>a<br>b</p>", "a\nb")]) func `In plain text, blocks are lines`(
    html: String, text: String
  ) {
    #expect(PlainText.text(from: html) == text)
  }
}

@Suite struct MarkdownTests {
  @Test func `The output for nested lists does not grow quadratically`() {
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
  func `Converting Markdown to HTML and back returns the same Markdown`(markdown: String) {
    #expect(Markdown.markdown(from: Markdown.html(from: markdown)) == markdown)
  }

  @Test(arguments: ["[", "](", "*", "**", "`", "![", "- \n", "<", "> \n", "# \n"])
  func `Parsing many repetitions of a mark takes linear time`(mark: String) {
    let text = String(repeating: mark, count: 20_000)
    #expect(!Markdown.markdown(from: Markdown.html(from: text)).isEmpty || mark != "[")
  }
}

@Suite struct WordSearchTests {
  @Test(
    arguments: [
      ("refund", "<p>Refunds take a <b>week</b>.</p>"), ("REFUND WEEK", "<p>Refunds take a <b>week</b>.</p>"),
      ("creer", "Créer un compte"), ("créer", "CREER"), ("crée\u{301}", "cre\u{301}er"), ("strasse", "Straße"),
      ("Ηλιος", "ήλιος"), ("日本", "日本語"), ("2fa", "Use 2FA"), ("smorrebrod", "Smørrebrød"), ("việt nam", "Viet Nam"),
    ])
  func `A word or a prefix of it is found, ignoring case and accents`(phrase: String, text: String) {
    #expect(WordSearch(phrase: phrase).score(of: [WordSearch.WeightedText(text, weight: 1, isHTML: true)]) != nil)
  }

  @Test(
    arguments: [
      ("refund month", "<p>Refunds take a week.</p>"), ("class", "<p class=\"no-margin\">Hello</p>"),
      ("nbsp", "a&nbsp;b"), ("fund", "refund"), ("lost", "before <a href=\"lost"),
    ])
  func `A string that does not begin a word is not found`(phrase: String, text: String) {
    #expect(WordSearch(phrase: phrase).score(of: [WordSearch.WeightedText(text, weight: 1, isHTML: true)]) == nil)
  }

  @Test func `The best match is first, and equal matches keep their order`() {
    let texts = [
      "your refund is late", "about your order", "a late order", "late, your order", "your late order", "late",
    ]
    let found = WordSearch(phrase: "your late order").ranked(texts) { [WordSearch.WeightedText($0, weight: 1)] }
    #expect(found == ["your late order", "late, your order"])
    let late = WordSearch(phrase: "late").ranked(texts + ["lately"]) { [WordSearch.WeightedText($0, weight: 1)] }
    #expect(late == ["your refund is late", "a late order", "late, your order", "your late order", "late", "lately"])
  }

  @Test func `Words may be in different texts, and a match in the title ranks higher`() {
    let search = WordSearch(phrase: "refund order")
    let split = search.score(of: [
      WordSearch.WeightedText("Refund", weight: 4), WordSearch.WeightedText("an order", weight: 1),
    ])
    let body = search.score(of: [
      WordSearch.WeightedText("Hello", weight: 4), WordSearch.WeightedText("an order, a refund", weight: 1),
    ])
    #expect((split ?? 0) > (body ?? 0))
  }

  @Test func `A search without words finds everything`() {
    #expect(WordSearch(phrase: " … ").isEmpty)
    #expect(WordSearch(phrase: "").ranked([3, 1, 2]) { _ in [] } == [3, 1, 2])
  }

  @Test func `Parsing many open tags takes linear time`() {
    let text = String(repeating: "<", count: 1_000_000)
    #expect(WordSearch(phrase: "a").score(of: [WordSearch.WeightedText(text, weight: 1, isHTML: true)]) == nil)
  }

  @Test func `Highlights contain the original characters`() {
    let text = "Où créer? Créé e\u{301}te\u{301}"
    let hits = WordSearch(phrase: "cree ete").hits(in: text).map { range in
      String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }
    #expect(hits == ["créer", "Créé", "e\u{301}te\u{301}"])
  }
}
