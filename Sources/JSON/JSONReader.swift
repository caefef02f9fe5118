/// Reads a text step by step, so that not all of its values need to be held at once.
///
/// The text is the same in every call: it is handed over each time, as `JSONParser` says why.
public struct JSONReader: ~Copyable {
  /// A place in the text to come back to.
  public struct Mark: Sendable {
    fileprivate let position: Int
    fileprivate let depth: Int
    fileprivate let isAtStart: Bool
    fileprivate let newlines: Int
  }

  /// A member of an object.
  public enum Member {
    /// The member that was expected; its value comes next.
    case expected
    /// The bytes of its key, which stand for themselves; its value comes next.
    case key(Range<Int>)
    /// A member whose key has escapes, or does not end; the object has to be read with `value`.
    case escaped
    /// There was none; the object is over.
    case end
  }

  private var parser = JSONParser()
  /// Whether nothing of the innermost array or object was read yet.
  private var isAtStart = false

  /// Begins a text; throws when it is not UTF-8.
  public init(reading bytes: Span<UInt8>) throws(JSONError) {
    try parser.start(in: bytes)
  }

  /// Where the next call reads on.
  public var mark: Mark {
    Mark(position: parser.position, depth: parser.depth, isAtStart: isAtStart, newlines: parser.newlines)
  }

  /// Goes back to a place.
  public mutating func rewind(to mark: Mark) {
    (parser.position, parser.depth, parser.newlines) = (mark.position, mark.depth, mark.newlines)
    isAtStart = mark.isAtStart
  }

  /// The line, from 1, of what comes next.
  public var line: Int { parser.newlines + 1 }

  /// Reads the value that comes next, with everything in it.
  public mutating func readValue(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    try parser.parseValue(in: bytes)
  }

  /// Steps over `null` if that comes next, as it does more often than anything else.
  public mutating func acceptNull(in bytes: Span<UInt8>) -> Bool {
    parser.acceptNull(in: bytes)
  }

  /// Checks that the text is over.
  public mutating func expectEnd(of bytes: Span<UInt8>) throws(JSONError) {
    try parser.expectEnd(of: bytes)
  }
}

// MARK: Arrays and objects

extension JSONReader {
  /// Steps into the array that the text is.
  public mutating func beginArray(in bytes: Span<UInt8>) throws(JSONError) {
    try parser.expect(.leftBracket, orThrow: "expected an array", in: bytes)
    isAtStart = true
  }

  /// Steps into an array that is in another value; false, where it stood, when something else comes.
  public mutating func enterArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enter(.leftBracket, in: bytes)
  }

  /// Steps into an object; false, where it stood, when something else comes.
  public mutating func enterObject(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enter(.leftBrace, in: bytes)
  }

  /// Steps to the next element of an array; false when there is none, and the array is over.
  public mutating func nextElement(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try next(until: .rightBracket, orThrow: "expected ',' or ']'", in: bytes)
  }

  /// Steps over the next key of an object.
  /// - Parameter expected: a key, in UTF-8, that is likely to come: it need not be searched for then; none when empty
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
