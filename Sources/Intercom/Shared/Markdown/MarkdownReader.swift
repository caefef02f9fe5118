/// Writes HTML while Markdown is read, line by line.
struct MarkdownReader {
  private var out = ""
  private var paragraph: [Substring] = []
  private var quote: [Substring] = []
  private var list: (tag: String, items: [Substring])?
  /// The lines of a code block that is open.
  private var code: [Substring]?

  /// What was read so far; a paragraph or a list that is open ends here.
  var html: String {
    var copy = self
    if let code = copy.code { copy.write(code: code) }
    copy.finish()
    return copy.out
  }

  mutating func read(_ line: Substring) {
    let text = line.drop { $0 == " " || $0 == "\t" }
    if text.hasPrefix("```") {
      fence()
    } else if code != nil {
      code?.append(line)
    } else if text.isEmpty || text == "\r\n" {
      finish()
    } else if let level = Self.level(of: text) {
      finish()
      out += "<h\(level)>\(MarkdownSpans.html(text.dropFirst(level + 1)))</h\(level)>"
    } else if text == "---" || text == "***" {
      finish()
      out += "<hr>"
    } else if let item = Self.item(text) {
      add(item.text, to: item.tag)
    } else if text.hasPrefix("> ") {
      finish(butQuote: true)
      quote.append(text.dropFirst(2))
    } else {
      finish(butParagraph: true)
      paragraph.append(text)
    }
  }

  private mutating func fence() {
    if let code {
      write(code: code)
    } else {
      finish()
      code = []
    }
  }

  private mutating func write(code lines: [Substring]) {
    out += "<pre><code>\(HTML.escaped(lines.joined(separator: "\n")))</code></pre>"
    code = nil
  }

  private mutating func add(_ item: Substring, to tag: String) {
    if list?.tag != tag {
      finish()
      list = (tag, [])
    }
    list?.items.append(item)
  }

  /// Ends what is open.
  private mutating func finish(butParagraph: Bool = false, butQuote: Bool = false) {
    if !butParagraph, !paragraph.isEmpty {
      out += "<p>\(paragraph.map(MarkdownSpans.html).joined(separator: " "))</p>"
      paragraph = []
    }
    if !butQuote, !quote.isEmpty {
      out += "<blockquote>\(quote.map(MarkdownSpans.html).joined(separator: "<br>"))</blockquote>"
      quote = []
    }
    if let open = list {
      out += "<\(open.tag)>\(open.items.map { "<li>\(MarkdownSpans.html($0))</li>" }.joined())</\(open.tag)>"
      list = nil
    }
  }

  private static func level(of line: Substring) -> Int? {
    let level = line.prefix { $0 == "#" }.count
    return (1...6).contains(level) && line.dropFirst(level).first == " " ? level : nil
  }

  private static func item(_ line: Substring) -> (tag: String, text: Substring)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") || line.hasPrefix("+ ") { return ("ul", line.dropFirst(2)) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    let rest = line[digits.endIndex...]
    guard !digits.isEmpty, rest.hasPrefix(". ") || rest.hasPrefix(") ") else { return nil }
    return ("ol", rest.dropFirst(2))
  }
}
