/// Converts bodies of articles between HTML and Markdown: paragraphs, headings, lists, quotes, code, links, images,
/// bold and italic text. Other elements are reduced to their text.
enum Markdown {
  /// Converts HTML to Markdown. The result ends with a line feed unless it is empty.
  static func markdown(from html: String) -> String {
    var writer = MarkdownWriter()
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      writer.write(text: rest[..<open])
      guard let close = rest[open...].firstIndex(of: ">") else {
        rest = rest[open...]
        break
      }
      writer.write(tag: rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
    }
    writer.write(text: rest)
    return writer.text
  }

  /// Converts Markdown to HTML.
  static func html(from markdown: String) -> String {
    var reader = MarkdownReader()
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) { reader.read(line) }
    return reader.html
  }
}

/// Converts Markdown to HTML, line by line.
struct MarkdownReader {
  private var out = ""
  private var paragraph: [Substring] = []
  private var quote: [Substring] = []
  private var list: (tag: String, items: [Substring])?
  /// The lines of the open code block; nil outside a code block.
  private var code: [Substring]?

  /// The HTML of the lines read so far, with open blocks closed.
  var html: String {
    var copy = self
    if let code = copy.code { copy.write(code: code) }
    copy.finish()
    return copy.out
  }

  mutating func read(_ line: Substring) {
    let text = line.drop { $0 == " " || $0 == "\t" }
    if text.hasPrefix("```") {
      toggleCodeBlock()
    } else if code != nil {
      code?.append(line)
    } else if text.isEmpty || text == "\r\n" {
      finish()
    } else if let level = Self.level(of: text) {
      finish()
      out += "<h\(level)>\(MarkdownSpans.html(of: text.dropFirst(level + 1)))</h\(level)>"
    } else if text == "---" || text == "***" {
      finish()
      out += "<hr>"
    } else if let item = Self.listItem(in: text) {
      add(item.text, to: item.tag)
    } else if text.hasPrefix("> ") {
      finish(butQuote: true)
      quote.append(text.dropFirst(2))
    } else {
      finish(butParagraph: true)
      paragraph.append(text)
    }
  }

  private mutating func toggleCodeBlock() {
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

  /// Closes the open blocks. The arguments keep an open paragraph or an open quote.
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
      out += "<\(open.tag)>\(open.items.map { "<li>\(MarkdownSpans.html(of: $0))</li>" }.joined())</\(open.tag)>"
      list = nil
    }
  }

  private static func level(of line: Substring) -> Int? {
    let level = line.prefix { $0 == "#" }.count
    return (1...6).contains(level) && line.dropFirst(level).first == " " ? level : nil
  }

  private static func listItem(in line: Substring) -> (tag: String, text: Substring)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") || line.hasPrefix("+ ") { return ("ul", line.dropFirst(2)) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    let rest = line[digits.endIndex...]
    guard !digits.isEmpty, rest.hasPrefix(". ") || rest.hasPrefix(") ") else { return nil }
    return ("ol", rest.dropFirst(2))
  }
}

/// Converts the inline elements of a Markdown line: code, bold and italic text, links and images.
struct MarkdownSpans {
  private var out = ""
  private var rest: Substring
  /// Marks that do not occur in the rest of the line, so that they are searched for only once.
  private var missingMarks: Set<String> = []

  private init(_ text: Substring) {
    rest = text
  }

  /// Converts a line, or a part of it, to HTML.
  static func html(of text: Substring) -> String {
    var spans = MarkdownSpans(text)
    while let character = spans.rest.first { spans.readSpan(startingWith: character) }
    return spans.out
  }

  private mutating func readSpan(startingWith character: Character) {
    switch character {
    case "`": wrap(mark: "`", tag: "code") { HTML.escaped($0) }
    case "*" where rest.hasPrefix("**"): wrap(mark: "**", tag: "b", content: Self.html)
    case "*": wrap(mark: "*", tag: "i", content: Self.html)
    case "!" where rest.hasPrefix("!["): link(after: 2) { "<img src=\"\($1)\" alt=\"\(HTML.escaped($0))\">" }
    case "[": link(after: 1) { "<a href=\"\($1)\">\(Self.html(of: $0))</a>" }
    default: copy(count: 1)
    }
  }

  /// Writes characters without interpreting them as Markdown.
  private mutating func copy(count: Int) {
    out += HTML.escaped(rest.prefix(count))
    rest = rest.dropFirst(count)
  }

  private mutating func wrap(mark: String, tag: String, content inner: (Substring) -> String) {
    let body = rest.dropFirst(mark.count)
    guard let end = range(of: mark, in: body), end.lowerBound > body.startIndex else { return copy(count: mark.count) }
    out += "<\(tag)>\(inner(body[..<end.lowerBound]))</\(tag)>"
    rest = body[end.upperBound...]
  }

  private mutating func link(after count: Int, _ html: (_ label: Substring, _ address: String) -> String) {
    let body = rest.dropFirst(count)
    guard !missingMarks.contains(")"), let middle = range(of: "](", in: body),
      let end = range(of: ")", in: body[middle.upperBound...])
    else { return copy(count: count) }
    out += html(body[..<middle.lowerBound], HTML.escaped(body[middle.upperBound..<end.lowerBound]))
    rest = body[end.upperBound...]
  }

  private mutating func range(of mark: String, in text: Substring) -> Range<Substring.Index>? {
    guard !missingMarks.contains(mark) else { return nil }
    if let range = text.firstRange(of: mark) { return range }
    missingMarks.insert(mark)
    return nil
  }
}

/// Converts HTML to Markdown.
struct MarkdownWriter {
  private static let headings = ["h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "]
  private static let spans = ["b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"]

  /// Maximum indentation of nested lists, in levels. Without a limit, the output could grow quadratically.
  private static let maximumIndent = 20

  private var out = ""
  private var lists: [List] = []
  private var linkTargets: [Substring] = []
  private var isPreformatted = false

  private struct List {
    let isOrdered: Bool
    var count = 0
  }

  /// The Markdown; ends with a line feed unless it is empty.
  var text: String {
    let end = out.lastIndex { !$0.isWhitespace }.map { out.index(after: $0) } ?? out.startIndex
    return end == out.startIndex ? "" : out[..<end] + "\n"
  }

  /// Writes the text between two tags.
  mutating func write(text: Substring) {
    if isPreformatted {
      out += PlainText.unescaped(String(text))
    } else if !text.allSatisfy(\.isWhitespace) || !(out.isEmpty || out.last?.isNewline == true) {
      out += PlainText.unescaped(String(text))
    }
  }

  /// Writes a tag, given without `<` and `>`.
  mutating func write(tag: Substring) {
    let isClosing = tag.first == "/"
    let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
    if let span = Self.spans[name], !isPreformatted {
      out += span
    } else if isClosing {
      close(name)
    } else {
      open(name, tag: tag)
    }
  }

  private mutating func open(_ name: String, tag: Substring) {
    switch name {
    case "br": out += "\n"
    case "hr": startBlock(prefix: "---\n\n")
    case "a":
      linkTargets.append(Self.attribute("href", of: tag))
      out += "["
    case "img": out += "![\(Self.attribute("alt", of: tag))](\(Self.attribute("src", of: tag)))"
    case "ul", "ol":
      if lists.isEmpty { startBlock() } else { startLine() }
      lists.append(List(isOrdered: name == "ol"))
    case "li": startItem()
    case "pre":
      startBlock(prefix: "```\n")
      isPreformatted = true
    case "blockquote": startBlock(prefix: "> ")
    case "p", "div": if lists.isEmpty, !out.hasSuffix("> ") { startBlock() }
    default: Self.headings[name].map { startBlock(prefix: $0) }
    }
  }

  private mutating func close(_ name: String) {
    switch name {
    case "a": out += "](\(linkTargets.popLast() ?? ""))"
    case "ul", "ol":
      _ = lists.popLast()
      if lists.isEmpty { startBlock() }
    case "pre":
      startLine()
      out += "```"
      isPreformatted = false
      startBlock()
    case "p", "div", "blockquote": if lists.isEmpty { startBlock() }
    default: if Self.headings[name] != nil { startBlock() }
    }
  }

  private mutating func startItem() {
    startLine()
    out += String(repeating: "  ", count: min(max(lists.count - 1, 0), Self.maximumIndent))
    guard let last = lists.indices.last, lists[last].isOrdered else {
      out += "- "
      return
    }
    lists[last].count += 1
    out += "\(lists[last].count). "
  }

  private mutating func startLine() {
    if !out.isEmpty, out.utf8.last != UInt8(ascii: "\n") { out += "\n" }
  }

  /// Ensures an empty line before the next block.
  private mutating func startBlock(prefix start: String = "") {
    startLine()
    if !out.isEmpty, !out.utf8.suffix(2).elementsEqual("\n\n".utf8) { out += "\n" }
    out += start
  }

  private static func attribute(_ name: String, of tag: Substring) -> Substring {
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    guard let index = parts.firstIndex(where: { $0.hasSuffix("\(name)=") }), index + 1 < parts.count else { return "" }
    return parts[index + 1]
  }
}
