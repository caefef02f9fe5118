/// Texts as HTML, the way the service stores what is sent plain (state-machine.md, 3).
enum HTML {
  /// Wraps a plain text in a paragraph; one that is HTML already stays as it is.
  static func paragraphs(_ text: String) -> String {
    text.hasPrefix("<") ? text : "<p>\(text)</p>"
  }
}
