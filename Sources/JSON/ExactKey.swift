/// A key that is hashed and compared by its bytes.
struct ExactKey: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: ExactKey, other: ExactKey) -> Bool { one.text.hasSameBytes(as: other.text) }

  func hash(into hasher: inout Hasher) {
    text.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
