import JSON

@testable import Intercom

extension FuzzHarness {
  /// Texts that people write are shown in every way there is, and none is much longer than what was sent.
  static let texts = stateless(named: "texts") { input in
    let text = String(decoding: input, as: UTF8.self)
    let html = HTML.paragraphs(from: text)
    let markdown = Markdown.markdown(from: text)
    let shown = [
      html, HTML.articleBody(from: text), HTML.escaped(text), PlainText.text(from: text), markdown,
      Markdown.html(from: text),
      Markdown.html(from: markdown), PlainText.text(from: html), CSV.text(rows: [[text, text]]),
    ]
    for one in shown {
      try FuzzFinding.require(
        one.utf8.count <= 100 * input.count + 1000, message: "\(input.count) bytes became \(one.utf8.count)")
    }
    let search = WordSearch(phrase: String(text.prefix(40)))
    _ = Highlights.wholeText(PlainText.text(from: html), for: search)
    _ = Highlights.excerpts(of: text, for: search)
    _ = search.score(of: [WordSearch.WeightedText(html, weight: 1, isHTML: true)])
  }
}
