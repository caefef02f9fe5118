/// Writes Markdown while HTML is read.
struct MarkdownWriter {
  private static let headings = ["h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "]
  private static let spans = ["b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"]

  /// Lists within lists are indented no further than this, or a text would grow with the square of its length.
  private static let deepest = 20

  private var out = ""
  private var lists: [List] = []
  private var addresses: [Substring] = []
  private var isPreformatted = false

  private struct List {
    let isOrdered: Bool
    var count = 0
  }

  /// What was written, ended by a line feed unless there is nothing.
  var text: String {
    let end = out.lastIndex { !$0.isWhitespace }.map { out.index(after: $0) } ?? out.startIndex
    return end == out.startIndex ? "" : out[..<end] + "\n"
  }

  /// A stretch between two tags.
  mutating func write(_ text: Substring) {
    if isPreformatted {
      out += PlainText.unescaped(String(text))
    } else if !text.allSatisfy(\.isWhitespace) || !(out.isEmpty || out.last?.isNewline == true) {
      out += PlainText.unescaped(String(text))
    }
  }

  /// What stands between `<` and `>`.
  mutating func mark(_ tag: Substring) {
    let isClosing = tag.first == "/"
    let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
    if let span = Self.spans[name], !isPreformatted {
      out += span
    } else if isClosing {
      close(name)
    } else {
      open(name, tag)
    }
  }

  private mutating func open(_ name: String, _ tag: Substring) {
    switch name {
    case "br": out += "\n"
    case "hr": block("---\n\n")
    case "a":
      addresses.append(Self.attribute("href", of: tag))
      out += "["
    case "img": out += "![\(Self.attribute("alt", of: tag))](\(Self.attribute("src", of: tag)))"
    case "ul", "ol":
      if lists.isEmpty { block() } else { line() }
      lists.append(List(isOrdered: name == "ol"))
    case "li": item()
    case "pre":
      block("```\n")
      isPreformatted = true
    case "blockquote": block("> ")
    case "p", "div": if lists.isEmpty, !out.hasSuffix("> ") { block() }
    default: Self.headings[name].map { block($0) }
    }
  }

  private mutating func close(_ name: String) {
    switch name {
    case "a": out += "](\(addresses.popLast() ?? ""))"
    case "ul", "ol":
      _ = lists.popLast()
      if lists.isEmpty { block() }
    case "pre":
      line()
      out += "```"
      isPreformatted = false
      block()
    case "p", "div", "blockquote": if lists.isEmpty { block() }
    default: if Self.headings[name] != nil { block() }
    }
  }

  private mutating func item() {
    line()
    out += String(repeating: "  ", count: min(max(lists.count - 1, 0), Self.deepest))
    guard let last = lists.indices.last, lists[last].isOrdered else {
      out += "- "
      return
    }
    lists[last].count += 1
    out += "\(lists[last].count). "
  }

  private mutating func line() {
    if !out.isEmpty, out.utf8.last != UInt8(ascii: "\n") { out += "\n" }
  }

  /// Leaves an empty line before what follows.
  private mutating func block(_ start: String = "") {
    line()
    if !out.isEmpty, !out.utf8.suffix(2).elementsEqual("\n\n".utf8) { out += "\n" }
    out += start
  }

  private static func attribute(_ name: String, of tag: Substring) -> Substring {
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    guard let place = parts.firstIndex(where: { $0.hasSuffix("\(name)=") }), place + 1 < parts.count else { return "" }
    return parts[place + 1]
  }
}
