/// Bodies of articles as Markdown and back: paragraphs, headings, lists, quotes, code, links, images, bold and italic
/// text. What has no Markdown keeps its words.
enum Markdown {
  /// The Markdown of an HTML text; it ends with a line feed unless it is empty.
  static func of(_ html: String) -> String {
    var writer = MarkdownWriter()
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      writer.write(rest[..<open])
      guard let close = rest[open...].firstIndex(of: ">") else {
        rest = rest[open...]
        break
      }
      writer.mark(rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
    }
    writer.write(rest)
    return writer.text
  }

  /// The HTML of a Markdown text.
  static func html(_ markdown: String) -> String {
    var reader = MarkdownReader()
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) { reader.read(line) }
    return reader.html
  }
}
