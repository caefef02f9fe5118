import JSON

/// Texts as HTML, the way the service stores what is sent (state-machine.md, 3 and 5.3).
enum HTML {
  /// Wraps a plain text in a paragraph; one that is HTML already is tidied.
  static func paragraphs(_ text: String) -> String {
    let trimmed = text.drop(while: \.isWhitespace)
    guard trimmed.first == "<", let next = trimmed.dropFirst().first, next.isLetter || "/!".contains(next) else {
      return "<p>\(text)</p>"
    }
    var tidying = HTMLTidying()
    return tidying.tidied(trimmed)
  }

  /// The body of an article: every paragraph says that it has no margin (api-behaviour.md, 9).
  static func article(_ text: String) -> String {
    guard text.hasPrefix("<") else { return text.isEmpty ? "" : "\(paragraph)\(text)</p>" }
    return text.split(separator: "<p>", omittingEmptySubsequences: false).joined(separator: paragraph)
  }

  private static let paragraph = "<p class=\"no-margin\">"

  /// A plain text with the characters that HTML gives a meaning to written out.
  static func escaped(_ text: some StringProtocol) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
    return out
  }
}
