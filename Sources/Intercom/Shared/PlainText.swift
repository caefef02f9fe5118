/// HTML as `display_as=plaintext` shows it: without tags, links as `label (url)`.
enum PlainText {
  static func of(_ html: String) -> String {
    of(html, showsAddresses: true)
  }

  /// - Parameter showsAddresses: whether links show where they lead
  static func of(_ html: String, showsAddresses: Bool) -> String {
    var out = ""
    var link: String?
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      // The line that a block begins is none of the text.
      if !rest[..<open].allSatisfy(\.isNewline) { out += rest[..<open] }
      guard let close = rest[open...].firstIndex(of: ">") else {
        rest = rest[open...]
        break
      }
      let tag = rest[rest.index(after: open)..<close]
      rest = rest[rest.index(after: close)...]
      if tag.hasPrefix("a "), showsAddresses {
        link = address(in: tag)
      } else if tag == "/a" {
        link.map { out += " (\($0))" }
        link = nil
      } else if tag.hasPrefix("br") || tag == "/p" && !rest.isEmpty {
        out += "\n"
      }
    }
    return unescaped(out + rest)
  }

  private static func address(in tag: Substring) -> String? {
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    guard let place = parts.firstIndex(where: { $0.hasSuffix("href=") }), place + 1 < parts.count else { return nil }
    return String(parts[place + 1])
  }

  /// A text with the commonest entities as the characters they stand for.
  static func unescaped(_ text: String) -> String {
    guard text.contains("&") else { return text }
    let names: KeyValuePairs = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&nbsp;": " ", "&amp;": "&"]
    return names.reduce(text) { text, name in
      text.split(separator: name.key, omittingEmptySubsequences: false).joined(separator: name.value)
    }
  }
}
