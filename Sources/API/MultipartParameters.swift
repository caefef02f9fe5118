/// A field value with parameters: `form-data; name="catalog"; filename="a.json"` (RFC 9110, 5.6.6).
struct MultipartParameters {
  /// What stands before the parameters, in lower case.
  let value: String
  private var parameters: [(name: String, value: String)] = []

  /// Nil for what is no such value.
  init?(_ text: String) {
    value = Self.trimmed(text.prefix { $0 != ";" }).lowercased()
    var rest = text.drop { $0 != ";" }
    while rest.first == ";" {
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      // A semicolon at the end is nothing.
      if rest.isEmpty { break }
      let name = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest[name.endIndex...].dropFirst()
      guard !name.isEmpty, let read = Self.read(&rest) else { return nil }
      parameters.append((Self.trimmed(name).lowercased(), read))
      rest = rest.drop { $0 == " " || $0 == "\t" }
    }
    guard rest.isEmpty else { return nil }
  }

  subscript(name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }

  /// A token, or a quoted text; nil when its quote is never closed.
  private static func read(_ rest: inout Substring) -> String? {
    guard rest.first == "\"" else {
      let token = rest.prefix { $0 != ";" }
      rest = rest[token.endIndex...]
      return trimmed(token)
    }
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      // Browsers escape quotes as %22 and leave other backslashes alone.
      if character == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
        rest.removeFirst()
        text.append(escaped)
      } else {
        text.append(character)
      }
    }
    return nil
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
