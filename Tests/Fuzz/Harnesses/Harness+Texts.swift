import JSON

@testable import Intercom

extension Harness {
  /// Texts that people write are shown in every way there is, and none is much longer than what was sent.
  static let texts = plain("texts") { input in
    let text = String(decoding: input, as: UTF8.self)
    let html = HTML.paragraphs(text)
    let markdown = Markdown.of(text)
    let shown = [
      html, HTML.article(text), HTML.escaped(text), PlainText.of(text), markdown, Markdown.html(text),
      Markdown.html(markdown), PlainText.of(html), CSV.text([[text, text]]),
    ]
    for one in shown {
      try Finding.unless(one.utf8.count <= 100 * input.count + 1000, "\(input.count) bytes became \(one.utf8.count)")
    }
    let search = WordSearch(String(text.prefix(40)))
    _ = Highlights.whole(PlainText.of(html), search)
    _ = Highlights.excerpts(text, search)
    _ = search.score([WordSearch.Text(html, weight: 1, isHTML: true)])
  }
}
