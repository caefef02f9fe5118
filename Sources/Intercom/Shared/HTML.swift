/// Texts as HTML, the way the service stores what is sent plain (state-machine.md, 3).
enum HTML {
  /// Wraps a plain text in a paragraph; one that is HTML already stays as it is.
  static func paragraphs(_ text: String) -> String {
    text.hasPrefix("<") ? text : "<p>\(text)</p>"
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
