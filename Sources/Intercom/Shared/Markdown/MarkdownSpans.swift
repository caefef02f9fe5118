/// What stands within a line of Markdown: code, bold and italic text, links and images.
struct MarkdownSpans {
  private var out = ""
  private var rest: Substring
  /// Marks that do not come any more, so that nobody looks for them again.
  private var absent: Set<String> = []

  private init(_ text: Substring) {
    rest = text
  }

  /// The HTML of a line, or of a part of it.
  static func html(_ text: Substring) -> String {
    var spans = MarkdownSpans(text)
    while let character = spans.rest.first { spans.read(character) }
    return spans.out
  }

  private mutating func read(_ character: Character) {
    switch character {
    case "`": wrap("`", "code") { HTML.escaped($0) }
    case "*" where rest.hasPrefix("**"): wrap("**", "b", Self.html)
    case "*": wrap("*", "i", Self.html)
    case "!" where rest.hasPrefix("!["): link(after: 2) { "<img src=\"\($1)\" alt=\"\(HTML.escaped($0))\">" }
    case "[": link(after: 1) { "<a href=\"\($1)\">\(Self.html($0))</a>" }
    default: pass(1)
    }
  }

  /// Writes characters as they are.
  private mutating func pass(_ count: Int) {
    out += HTML.escaped(rest.prefix(count))
    rest = rest.dropFirst(count)
  }

  private mutating func wrap(_ mark: String, _ tag: String, _ inner: (Substring) -> String) {
    let body = rest.dropFirst(mark.count)
    guard let end = range(of: mark, in: body), end.lowerBound > body.startIndex else { return pass(mark.count) }
    out += "<\(tag)>\(inner(body[..<end.lowerBound]))</\(tag)>"
    rest = body[end.upperBound...]
  }

  private mutating func link(after count: Int, _ html: (_ label: Substring, _ address: String) -> String) {
    let body = rest.dropFirst(count)
    guard !absent.contains(")"), let middle = range(of: "](", in: body),
      let end = range(of: ")", in: body[middle.upperBound...])
    else { return pass(count) }
    out += html(body[..<middle.lowerBound], HTML.escaped(body[middle.upperBound..<end.lowerBound]))
    rest = body[end.upperBound...]
  }

  private mutating func range(of mark: String, in text: Substring) -> Range<Substring.Index>? {
    guard !absent.contains(mark) else { return nil }
    if let range = text.firstRange(of: mark) { return range }
    absent.insert(mark)
    return nil
  }
}
