/// Reads one text by recursive descent.
///
/// The text is handed from function to function, because a stored `Span` would need lifetime annotations that are
/// still experimental. It is validated as UTF-8 once, so that no string has to be validated again.
struct JSONParser: ~Copyable {
  /// Deeper texts are refused: the depth of the stack must not be a client's choice.
  static let maximumDepth = 512

  var position = 0
  var scratch: [UInt8] = []
  var isASCII = false
  private var depth = 0
  private var elements = MoveStack<JSON>(capacity: 16)
  private var members = MoveStack<JSONObject.Element>(capacity: 32)

  /// Reads a whole text.
  mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    try start(bytes)
    let value = try value(bytes)
    try finish(bytes)
    return value
  }

  /// Reads a whole text that is an array.
  mutating func arrayWithLines(_ bytes: Span<UInt8>) throws(JSONError) -> [(value: JSON, line: Int)] {
    var lined: [(value: JSON, line: Int)] = []
    var (line, counted) = (1, 0)
    try start(bytes)
    try expect(.leftBracket, "expected an array", bytes)
    skipWhitespace(bytes)
    if !accept(.rightBracket, bytes) {
      repeat {
        skipWhitespace(bytes)
        while counted < position {
          if bytes[counted] == .newline { line += 1 }
          counted += 1
        }
        lined.append((value: try value(bytes), line: line))
        skipWhitespace(bytes)
      } while accept(.comma, bytes)
      try expect(.rightBracket, "expected ',' or ']'", bytes)
    }
    try finish(bytes)
    return lined
  }

  func error(_ reason: String, _ bytes: Span<UInt8>) -> JSONError {
    JSONError(position < bytes.count ? reason : "unexpected end of the text", at: position, of: bytes)
  }
}

// MARK: Around the value

extension JSONParser {
  private mutating func start(_ bytes: Span<UInt8>) throws(JSONError) {
    do {
      isASCII = try UTF8Span(validating: bytes).isKnownASCII
    } catch {
      throw JSONError("invalid UTF-8", at: error.byteOffsets.lowerBound, of: bytes)
    }
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw error("a byte order mark is not JSON", bytes)
    }
    skipWhitespace(bytes)
  }

  private mutating func finish(_ bytes: Span<UInt8>) throws(JSONError) {
    skipWhitespace(bytes)
    guard position == bytes.count else { throw error("unexpected text after the value", bytes) }
  }

  private mutating func skipWhitespace(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case .space, .newline, .carriageReturn, .tab: position += 1
      default: return
      }
    }
  }

  private mutating func accept(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8, _ reason: String, _ bytes: Span<UInt8>) throws(JSONError) {
    guard accept(byte, bytes) else { throw error(reason, bytes) }
  }
}

// MARK: Values

extension JSONParser {
  private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    guard position < bytes.count else { throw error("expected a value", bytes) }
    switch bytes[position] {
    case .quote: return .string(try string(bytes).text)
    case .leftBrace: return .object(try object(bytes))
    case .leftBracket: return .array(try array(bytes))
    case UInt8(ascii: "n"): return try word("null", .null, bytes)
    case UInt8(ascii: "t"): return try word("true", .boolean(true), bytes)
    case UInt8(ascii: "f"): return try word("false", .boolean(false), bytes)
    case .minus, .zero ... .nine: return try number(bytes)
    default: throw error("expected a value", bytes)
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSON, _ bytes: Span<UInt8>
  ) throws(JSONError) -> JSON {
    for offset in 0..<word.utf8CodeUnitCount {
      guard accept(word.utf8Start[offset], bytes) else { throw error("expected '\(word)'", bytes) }
    }
    return value
  }

  private mutating func array(_ bytes: Span<UInt8>) throws(JSONError) -> [JSON] {
    try enter(bytes)
    let start = elements.count
    if !accept(.rightBracket, bytes) {
      repeat {
        skipWhitespace(bytes)
        elements.push(try value(bytes))
        skipWhitespace(bytes)
      } while accept(.comma, bytes)
      try expect(.rightBracket, "expected ',' or ']'", bytes)
    }
    depth -= 1
    return elements.pop(above: start)
  }

  private mutating func object(_ bytes: Span<UInt8>) throws(JSONError) -> JSONObject {
    try enter(bytes)
    let start = members.count
    var seen = SeenKeys()
    if !accept(.rightBrace, bytes) {
      repeat {
        skipWhitespace(bytes)
        let key = try key(bytes)
        add(key.text, key.fingerprint, try value(bytes), &seen, above: start)
        skipWhitespace(bytes)
      } while accept(.comma, bytes)
      try expect(.rightBrace, "expected ',' or '}'", bytes)
    }
    depth -= 1
    return JSONObject(distinct: members.pop(above: start), positions: seen.positions)
  }

  /// Reads a key up to where its value starts.
  private mutating func key(_ bytes: Span<UInt8>) throws(JSONError) -> (text: String, fingerprint: UInt64) {
    guard position < bytes.count, bytes[position] == .quote else { throw error("expected a key", bytes) }
    let key = try string(bytes)
    skipWhitespace(bytes)
    try expect(.colon, "expected ':' after a key", bytes)
    skipWhitespace(bytes)
    return key
  }

  /// Steps into an array or an object.
  private mutating func enter(_ bytes: Span<UInt8>) throws(JSONError) {
    guard depth < Self.maximumDepth else { throw error("nested too deeply", bytes) }
    depth += 1
    position += 1
    skipWhitespace(bytes)
  }

  /// Adds a member to the object that starts in the stack, or gives the member that has its key this value.
  private mutating func add(
    _ key: String, _ fingerprint: UInt64, _ value: JSON, _ seen: inout SeenKeys, above start: Int
  ) {
    let count = members.count - start
    let isMarked = seen.mayHave(fingerprint)
    if count > JSONObject.unhashedCount {
      if seen.positions == nil { seen.startHashing(positions(above: start)) }
      if let known = seen.position(of: key, orRecord: count) { return members[start + known].value = value }
    } else if isMarked, let known = (start..<members.count).first(where: { members[$0].key.hasSameBytes(as: key) }) {
      return members[known].value = value
    }
    members.push((key: key, value: value))
  }

  private func positions(above start: Int) -> [ExactKey: Int] {
    var positions: [ExactKey: Int] = [:]
    for index in start..<members.count { positions[ExactKey(members[index].key)] = index - start }
    return positions
  }
}
