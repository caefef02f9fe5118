/// A pull parser: reads a text token by token, without building a value of the whole text.
///
/// Every call takes the same text as a parameter, for the reason given at `JSONParser`.
public struct JSONReader: ~Copyable {
  /// A saved position.
  public struct Mark: Sendable {
    fileprivate let position: Int
    fileprivate let depth: Int
    fileprivate let isAtStart: Bool
    fileprivate let newlines: Int
  }

  /// A member of an object.
  public enum Member {
    /// The expected key; its value is next.
    case expected
    /// The range of another key without escapes; its value is next.
    case key(Range<Int>)
    /// A key that contains an escape or is not terminated; it is not skipped. Read the object with `readValue`.
    case escaped
    /// The end of the object.
    case end
  }

  private var parser = JSONParser()
  /// Whether the innermost array or object was just entered.
  private var isAtStart = false

  /// Starts reading a text. Throws if it is not valid UTF-8.
  public init(reading bytes: Span<UInt8>) throws(JSONError) {
    try parser.start(in: bytes)
  }

  /// Starts reading a text that is known to be valid UTF-8. Throws if it begins with a byte order mark.
  public init(readingValidUTF8 bytes: Span<UInt8>) throws(JSONError) {
    try parser.skipStart(of: bytes)
  }

  /// The current position.
  public var mark: Mark {
    Mark(position: parser.position, depth: parser.depth, isAtStart: isAtStart, newlines: parser.newlines)
  }

  /// Returns to a saved position.
  public mutating func rewind(to mark: Mark) {
    (parser.position, parser.depth, parser.newlines) = (mark.position, mark.depth, mark.newlines)
    isAtStart = mark.isAtStart
  }

  /// The line of the next token, from 1.
  public var line: Int { parser.newlines + 1 }

  /// Reads the next value.
  public mutating func readValue(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    try parser.parseValue(in: bytes)
  }

  /// Skips `null`, the most frequent value of fixtures, if it is next.
  public mutating func acceptNull(in bytes: Span<UInt8>) -> Bool {
    parser.acceptNull(in: bytes)
  }

  /// Throws if anything but whitespace follows.
  public mutating func expectEnd(of bytes: Span<UInt8>) throws(JSONError) {
    try parser.expectEnd(of: bytes)
  }
}

// MARK: Arrays and objects

extension JSONReader {
  /// Enters the array at the top level. Throws if the text is not an array.
  public mutating func beginArray(in bytes: Span<UInt8>) throws(JSONError) {
    try parser.expect(.leftBracket, orThrow: "expected an array", in: bytes)
    isAtStart = true
  }

  /// Enters a nested array. Returns false, without a change, if the next value is not an array.
  public mutating func enterArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enter(.leftBracket, in: bytes)
  }

  /// Enters an object. Returns false, without a change, if the next value is not an object.
  public mutating func enterObject(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enter(.leftBrace, in: bytes)
  }

  /// Moves to the next element of the innermost array. Returns false at its end.
  public mutating func nextElement(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try next(until: .rightBracket, orThrow: "expected ',' or ']'", in: bytes)
  }

  /// Reads the next key of the innermost object; its value is next. Returns nil at the end of the object.
  public mutating func nextKey(in bytes: Span<UInt8>) throws(JSONError) -> String? {
    guard try next(until: .rightBrace, orThrow: "expected ',' or '}'", in: bytes) else { return nil }
    guard parser.position < bytes.count, bytes[parser.position] == .quote else {
      throw parser.error("expected a key", in: bytes)
    }
    let key = try parser.parseString(in: bytes)
    try expectColon(in: bytes)
    return key
  }

  /// Skips the next key of the innermost object.
  /// - Parameter expected: the key, in UTF-8, that is compared first; no key if empty
  public mutating func nextMember(
    in bytes: Span<UInt8>, expecting expected: Span<UInt8>
  ) throws(JSONError) -> Member {
    guard try next(until: .rightBrace, orThrow: "expected ',' or '}'", in: bytes) else { return .end }
    if parser.acceptKey(expected, in: bytes) {
      try expectColon(in: bytes)
      return .expected
    }
    guard let key = try parser.parsePlainKey(in: bytes) else { return .escaped }
    try expectColon(in: bytes)
    return .key(key)
  }

  @inline(__always) private mutating func expectColon(in bytes: Span<UInt8>) throws(JSONError) {
    parser.skipWhitespace(in: bytes)
    try parser.expect(.colon, orThrow: "expected ':' after a key", in: bytes)
    parser.skipWhitespace(in: bytes)
  }

  private mutating func enter(_ bracket: UInt8, in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    guard parser.position < bytes.count, bytes[parser.position] == bracket else { return false }
    guard parser.depth < JSONParser.maximumDepth else { throw parser.error("nested too deeply", in: bytes) }
    parser.position += 1
    parser.depth += 1
    isAtStart = true
    return true
  }

  @inline(__always) private mutating func next(
    until bracket: UInt8, orThrow reason: String, in bytes: Span<UInt8>
  ) throws(JSONError) -> Bool {
    parser.skipWhitespace(in: bytes)
    let isFirst = isAtStart
    isAtStart = false
    if isFirst, !parser.accept(bracket, in: bytes) { return true }
    if !isFirst, parser.accept(.comma, in: bytes) {
      parser.skipWhitespace(in: bytes)
      return true
    }
    if !isFirst { try parser.expect(bracket, orThrow: reason, in: bytes) }
    parser.depth = max(parser.depth - 1, 0)
    return false
  }
}
