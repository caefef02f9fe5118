/// Parses one JSON text.
///
/// The text is a parameter of every function, because a stored `Span` needs lifetime annotations that are still
/// experimental. It is validated as UTF-8 once, so that the strings in it need no validation of their own.
struct JSONParser: ~Copyable {
  /// Maximum nesting depth. It bounds the recursion of functions that traverse a value.
  static let maximumDepth = 512

  var position = 0
  /// Number of line feeds before the position. Line feeds occur between tokens only: a string cannot contain one unescaped.
  var newlines = 0
  var scratch: [UInt8] = []
  var keyFingerprint: UInt64 = 0
  /// Number of enclosing arrays and objects that were entered with `JSONReader` and are not in `containers`.
  var depth = 0

  var containers = Stack<OpenContainer>(capacity: 8)
  var elements = Stack<JSON>(capacity: 16)
  var members = Stack<JSONObject.Element>(capacity: 32)

  /// Parses a whole text.
  mutating func parseDocument(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    try start(in: bytes)
    let value = try parseValue(in: bytes)
    try expectEnd(of: bytes)
    return value
  }

  /// Validates the encoding and skips the whitespace before the value.
  mutating func start(in bytes: Span<UInt8>) throws(JSONError) {
    try validateUTF8(in: bytes)
    try skipStart(of: bytes)
  }

  /// Skips the whitespace before the value of a text in valid UTF-8.
  mutating func skipStart(of bytes: Span<UInt8>) throws(JSONError) {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw error("a byte order mark is not JSON", in: bytes)
    }
    skipWhitespace(in: bytes)
  }

  private func validateUTF8(in bytes: Span<UInt8>) throws(JSONError) {
    do {
      _ = try UTF8Span(validating: bytes)
    } catch {
      throw JSONError(reason: "invalid UTF-8", at: error.byteOffsets.lowerBound, in: bytes)
    }
  }

  /// Throws if anything but whitespace follows the value.
  mutating func expectEnd(of bytes: Span<UInt8>) throws(JSONError) {
    skipWhitespace(in: bytes)
    guard position == bytes.count else { throw error("unexpected text after the value", in: bytes) }
  }
}

// MARK: Single bytes

extension JSONParser {
  /// Returns an error at the current position.
  func error(_ reason: String, in bytes: Span<UInt8>) -> JSONError {
    JSONError(reason: position < bytes.count ? reason : "unexpected end of the text", at: position, in: bytes)
  }

  @inline(__always) mutating func skipWhitespace(in bytes: Span<UInt8>) {
    // The common case of no whitespace is inlined.
    if position < bytes.count, bytes[position] <= .space { skipWhitespaceRun(in: bytes) }
  }

  private mutating func skipWhitespaceRun(in bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case .newline: newlines += 1
      case .space, .carriageReturn, .tab: break
      default: return
      }
      position += 1
    }
  }

  /// Skips the byte if it is next.
  @inline(__always) mutating func accept(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  @inline(__always) mutating func expect(_ byte: UInt8, orThrow reason: String, in bytes: Span<UInt8>) throws(JSONError)
  {
    guard accept(byte, in: bytes) else { throw error(reason, in: bytes) }
  }

  /// Skips `null` if it is next.
  @inline(__always) mutating func acceptNull(in bytes: Span<UInt8>) -> Bool {
    guard position + 4 <= bytes.count,
      bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian == 0x6C6C_756E
    else { return false }
    position += 4
    return true
  }
}

extension JSONParser {
  /// Parses a value.
  ///
  /// Open containers are on explicit stacks: recursion would use about a kilobyte of the thread's stack for each level.
  mutating func parseValue(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    guard let value = try parseValue(in: bytes, until: .max) else { throw error("expected a value", in: bytes) }
    return value
  }

  /// Parses a value, or a part of it: returns nil at the first scalar or container that begins at `limit` or later, and
  /// continues there in the next call.
  mutating func parseValue(in bytes: Span<UInt8>, until limit: Int) throws(JSONError) -> JSON? {
    while position < limit {
      guard var value = try parseScalarOrOpen(in: bytes) else { continue }
      while containers.count > 0 {
        addToContainer(value)
        if try advanceToNextValue(in: bytes) { break }
        value = closeContainer()
      }
      if containers.count == 0 { return value }
    }
    return nil
  }

  /// Parses a scalar or an empty container. Opens any other container and returns nil; its first value is next.
  private mutating func parseScalarOrOpen(in bytes: Span<UInt8>) throws(JSONError) -> JSON? {
    guard position < bytes.count else { throw error("expected a value", in: bytes) }
    switch bytes[position] {
    case .quote: return .string(try parseString(in: bytes))
    case .leftBrace: return try openObject(in: bytes) ? nil : .object(JSONObject())
    case .leftBracket: return try openArray(in: bytes) ? nil : .array([])
    case UInt8(ascii: "n"): return acceptNull(in: bytes) ? JSON.null : try parseLiteral("null", value: .null, in: bytes)
    case UInt8(ascii: "t"): return try parseLiteral("true", value: .boolean(true), in: bytes)
    case UInt8(ascii: "f"): return try parseLiteral("false", value: .boolean(false), in: bytes)
    case .minus, .zero ... .nine: return try parseNumber(in: bytes)
    default: throw error("expected a value", in: bytes)
    }
  }

  private mutating func parseLiteral(_ word: StaticString, value: JSON, in bytes: Span<UInt8>) throws(JSONError) -> JSON
  {
    for offset in 0..<word.utf8CodeUnitCount {
      guard accept(word.utf8Start[offset], in: bytes) else { throw error("expected '\(word)'", in: bytes) }
    }
    return value
  }

  /// Adds a value to the innermost container.
  private mutating func addToContainer(_ value: consuming JSON) {
    let container = containers.count - 1
    if containers[container].isObject {
      members[containers[container].member].value = value
    } else {
      elements.push(value)
    }
  }

  /// Skips the separator before the next value of the innermost container. Returns false after the closing bracket.
  private mutating func advanceToNextValue(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    skipWhitespace(in: bytes)
    let isObject = containers[containers.count - 1].isObject
    guard accept(.comma, in: bytes) else {
      try isObject
        ? expect(.rightBrace, orThrow: "expected ',' or '}'", in: bytes)
        : expect(.rightBracket, orThrow: "expected ',' or ']'", in: bytes)
      return false
    }
    skipWhitespace(in: bytes)
    if isObject { try parseKey(in: bytes) }
    return true
  }

  /// Removes the innermost container from the stack and returns it as a value.
  private mutating func closeContainer() -> JSON {
    let container = containers.pop()
    guard container.isObject else { return .array(elements.pop(above: container.start)) }
    let members = members.pop(above: container.start)
    return .object(JSONObject(distinct: members, positions: container.seen.positions))
  }

  /// Opens an array. Returns false if it is empty; its closing bracket is then skipped.
  private mutating func openArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enterContainer(in: bytes)
    if accept(.rightBracket, in: bytes) { return false }
    containers.push(OpenContainer(isObject: false, start: elements.count))
    return true
  }

  /// Opens an object and parses its first key. Returns false if it is empty; its closing brace is then skipped.
  private mutating func openObject(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enterContainer(in: bytes)
    if accept(.rightBrace, in: bytes) { return false }
    containers.push(OpenContainer(isObject: true, start: members.count))
    try parseKey(in: bytes)
    return true
  }

  private mutating func enterContainer(in bytes: Span<UInt8>) throws(JSONError) {
    guard containers.count + depth < Self.maximumDepth else { throw error("nested too deeply", in: bytes) }
    position += 1
    skipWhitespace(in: bytes)
  }
}

extension JSONParser {
  /// Parses a key of the innermost object and selects its member for the next value.
  mutating func parseKey(in bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count, bytes[position] == .quote else { throw error("expected a key", in: bytes) }
    let key = try parseString(in: bytes, isKey: true)
    skipWhitespace(in: bytes)
    try expect(.colon, orThrow: "expected ':' after a key", in: bytes)
    skipWhitespace(in: bytes)
    let container = containers.count - 1
    if let known = position(of: key, fingerprint: keyFingerprint, in: container) {
      containers[container].member = known
    } else {
      containers[container].member = members.count
      members.push((key: key, value: .null))
    }
  }

  /// The position of the member with this key in the stack of members; nil if the object has none yet.
  private mutating func position(of key: String, fingerprint: UInt64, in container: Int) -> Int? {
    let start = containers[container].start
    let count = members.count - start
    if count > JSONObject.unhashedCount {
      if containers[container].seen.positions == nil { hashKeys(of: container) }
      return containers[container].seen.position(of: key, orRecord: count).map { start + $0 }
    }
    guard containers[container].seen.testAndInsert(fingerprint: fingerprint) else { return nil }
    return (start..<members.count).first { members[$0].key.hasSameBytes(as: key) }
  }

  private mutating func hashKeys(of container: Int) {
    let start = containers[container].start
    var positions: [BytewiseKey: Int] = [:]
    for index in start..<members.count { positions[BytewiseKey(members[index].key)] = index - start }
    containers[container].seen.startHashing(with: positions)
  }
}

/// An array or object that is being parsed.
struct OpenContainer {
  let isObject: Bool
  /// Position of its first element or member in the stack.
  let start: Int
  /// Position of the member whose value is next.
  var member = 0
  /// Set of the keys parsed so far.
  var seen = SeenKeys()
}

/// Detects duplicate keys of an object without comparing all pairs.
///
/// Up to `JSONObject.unhashedCount` keys are recorded in a Bloom filter of 512 bits with one hash function, and a search
/// is only needed if the bit of a key is already set. More keys are stored in a dictionary.
struct SeenKeys {
  private var filter = SIMD8<UInt64>()
  private(set) var positions: [BytewiseKey: Int]?

  /// Adds a fingerprint to the filter. Returns false if it was certainly not present.
  mutating func testAndInsert(fingerprint: UInt64) -> Bool {
    let lane = Int(truncatingIfNeeded: fingerprint >> 61)
    let bit: UInt64 = 1 << ((fingerprint >> 55) & 63)
    let isMarked = filter[lane] & bit != 0
    filter[lane] |= bit
    return isMarked
  }

  /// The position of a known key; for a new key, records `position` and returns nil.
  mutating func position(of key: String, orRecord position: Int) -> Int? {
    if let known = positions?[BytewiseKey(key)] { return known }
    positions?[BytewiseKey(key)] = position
    return nil
  }

  /// Replaces the filter with a dictionary.
  mutating func startHashing(with positions: [BytewiseKey: Int]) {
    self.positions = positions
  }
}
