import JSON

/// The two spellings of a snippet's body: blocks, and markdown that begins with the title.
///
/// Unknown: which blocks there are; here paragraphs, headings of two sizes, lists and code, and whatever has a `text`.
enum SnippetBlocks {
  private static let marks: KeyValuePairs = ["## ": "subheading", "# ": "heading"]

  static func markdown(_ blocks: [JSON], title: String) -> String {
    (["# \(title)"] + blocks.compactMap(markdown)).map { "\($0)\n" }.joined(separator: "\n")
  }

  private static func markdown(_ block: JSON) -> String? {
    let type = block["type"]?.string ?? ""
    if let items = block["items"]?.array?.compactMap(\.string), !items.isEmpty {
      let isOrdered = type.hasPrefix("ordered")
      return items.enumerated().map { isOrdered ? "\($0 + 1). \($1)" : "- \($1)" }.joined(separator: "\n")
    }
    guard let text = block["text"]?.string else { return nil }
    if type == "code" { return "```\n\(text)\n```" }
    return (marks.first { $0.value == type }?.key ?? "") + text
  }

  /// The blocks of a markdown text; a first line that only repeats the title is none.
  static func read(_ text: String, title: String) -> [JSON] {
    var blocks: [JSON] = []
    var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = rest.popFirst() {
      if line.hasPrefix("```") {
        let code = rest.prefix { !$0.hasPrefix("```") }
        rest = rest.dropFirst(code.count + 1)
        blocks.append(["type": "code", "text": .string(code.joined(separator: "\n"))])
      } else if let (type, _) = item(line) {
        let lines = [line] + rest.prefix { item($0)?.type == type }
        rest = rest.dropFirst(lines.count - 1)
        let items = lines.compactMap { item($0).map { JSON.string($0.text) } }
        blocks.append(["type": .string(type), "items": .array(items)])
      } else if let mark = marks.first(where: { line.hasPrefix($0.key) }) {
        let text = String(line.dropFirst(mark.key.count))
        if !blocks.isEmpty || text != title { blocks.append(["type": .string(mark.value), "text": .string(text)]) }
      } else if !line.allSatisfy(\.isWhitespace) {
        blocks.append(["type": "paragraph", "text": .string(String(line))])
      }
    }
    return blocks
  }

  /// The item that a line is of a list.
  private static func item(_ line: Substring) -> (type: String, text: String)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") { return ("unorderedList", String(line.dropFirst(2))) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
    return ("orderedList", String(line.dropFirst(digits.count + 2)))
  }
}
