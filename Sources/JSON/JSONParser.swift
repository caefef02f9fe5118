/// Reads one text.
///
/// The text is handed from function to function, because a stored `Span` would need lifetime annotations that are
/// still experimental. It is validated as UTF-8 once, so that no string has to be validated again.
struct JSONParser: ~Copyable {
  /// Deeper texts are refused: what is done with a value later may recurse.
  static let maximumDepth = 512

  var position = 0
  /// How many line feeds were passed. They stand between values only: within a string they are refused.
  var newlines = 0
  var scratch: [UInt8] = []
  var keyFingerprint: UInt64 = 0
  /// How many arrays and objects are open around the value that is being read, beside those in `containers`.
  var depth = 0

  var containers = MoveStack<OpenContainer>(capacity: 8)
  var elements = MoveStack<JSON>(capacity: 16)
  var members = MoveStack<JSONObject.Element>(capacity: 32)

  /// Reads a whole text.
  mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    try start(bytes)
    let value = try value(bytes)
    try finish(bytes)
    return value
  }

  /// Checks a text and steps to its value.
  mutating func start(_ bytes: Span<UInt8>) throws(JSONError) {
    try Self.validate(bytes)
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw error("a byte order mark is not JSON", bytes)
    }
    skipWhitespace(bytes)
  }

  /// Checks that nothing follows the value.
  mutating func finish(_ bytes: Span<UInt8>) throws(JSONError) {
    skipWhitespace(bytes)
    guard position == bytes.count else { throw error("unexpected text after the value", bytes) }
  }
}

// MARK: Single bytes

extension JSONParser {
  /// An error at the position.
  func error(_ reason: String, _ bytes: Span<UInt8>) -> JSONError {
    JSONError(position < bytes.count ? reason : "unexpected end of the text", at: position, of: bytes)
  }

  @inline(__always) mutating func skipWhitespace(_ bytes: Span<UInt8>) {
    // What has none, as most of a text written by a program, is done here.
    if position < bytes.count, bytes[position] <= .space { skipSpaces(bytes) }
  }

  private mutating func skipSpaces(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case .newline: newlines += 1
      case .space, .carriageReturn, .tab: break
      default: return
      }
      position += 1
    }
  }

  /// Steps over the byte if it is the next.
  @inline(__always) mutating func accept(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  @inline(__always) mutating func expect(_ byte: UInt8, _ reason: String, _ bytes: Span<UInt8>) throws(JSONError) {
    guard accept(byte, bytes) else { throw error(reason, bytes) }
  }

  /// Steps over `null` if it comes next.
  @inline(__always) mutating func acceptNull(_ bytes: Span<UInt8>) -> Bool {
    guard position + 4 <= bytes.count,
      bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian == 0x6C6C_756E
    else { return false }
    position += 4
    return true
  }
}
