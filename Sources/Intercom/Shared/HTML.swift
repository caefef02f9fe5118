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
}
