import JSON

/// Converts strings to HTML the way Intercom stores them (Documentation.docc/Requests-and-Responses.md, "Text and
/// HTML").
enum HTML {
  /// Wraps plain text in a paragraph; normalises a string that is HTML.
  static func paragraphs(from text: String) -> String {
    let trimmed = text.drop(while: \.isWhitespace)
    guard trimmed.first == "<", let next = trimmed.dropFirst().first, next.isLetter || "/!".contains(next) else {
      return "<p>\(text)</p>"
    }
    var tidying = HTMLTidier(trimmed)
    return tidying.tidy()
  }

  /// The body of an article: every paragraph has the class `no-margin` (Documentation.docc/Requests-and-Responses.md,
  /// "Text and HTML").
  static func articleBody(from text: String) -> String {
    guard text.hasPrefix("<") else { return text.isEmpty ? "" : "\(paragraph)\(text)</p>" }
    return text.split(separator: "<p>", omittingEmptySubsequences: false).joined(separator: paragraph)
  }

  private static let paragraph = "<p class=\"no-margin\">"

  /// Escapes the characters `&`, `<`, `>` and `"`.
  static func escaped(_ text: some StringProtocol) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): out += "&amp;".utf8
      case UInt8(ascii: "<"): out += "&lt;".utf8
      case UInt8(ascii: ">"): out += "&gt;".utf8
      case UInt8(ascii: "\""): out += "&quot;".utf8
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
