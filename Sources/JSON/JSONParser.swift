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

  var containers = Stack<OpenContainer>(capacity: 8)
  var elements = Stack<JSON>(capacity: 16)
  var members = Stack<JSONObject.Element>(capacity: 32)

  /// Reads a whole text.
  mutating func parseDocument(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    try start(in: bytes)
    let value = try parseValue(in: bytes)
    try expectEnd(of: bytes)
    return value
  }

  /// Checks a text and steps to its value.
  mutating func start(in bytes: Span<UInt8>) throws(JSONError) {
    try Self.validateUTF8(in: bytes)
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw error("a byte order mark is not JSON", in: bytes)
    }
    skipWhitespace(in: bytes)
  }

  /// Checks that nothing follows the value.
  mutating func expectEnd(of bytes: Span<UInt8>) throws(JSONError) {
    skipWhitespace(in: bytes)
    guard position == bytes.count else { throw error("unexpected text after the value", in: bytes) }
  }
}

// MARK: Single bytes

extension JSONParser {
  /// An error at the position.
  func error(_ reason: String, in bytes: Span<UInt8>) -> JSONError {
    JSONError(reason: position < bytes.count ? reason : "unexpected end of the text", at: position, in: bytes)
  }

  @inline(__always) mutating func skipWhitespace(in bytes: Span<UInt8>) {
    // What has none, as most of a text written by a program, is done here.
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

  /// Steps over the byte if it is the next.
  @inline(__always) mutating func accept(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  @inline(__always) mutating func expect(_ byte: UInt8, orThrow reason: String, in bytes: Span<UInt8>) throws(JSONError)
  {
    guard accept(byte, in: bytes) else { throw error(reason, in: bytes) }
  }

  /// Steps over `null` if it comes next.
  @inline(__always) mutating func acceptNull(in bytes: Span<UInt8>) -> Bool {
    guard position + 4 <= bytes.count,
      bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian == 0x6C6C_756E
    else { return false }
    position += 4
    return true
  }
}

extension JSONParser {
  /// Reads a value with everything in it.
  ///
  /// What is open is kept on stacks of our own: recursion would take a kilobyte a level from a thread's.
  mutating func parseValue(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    while true {
      guard var value = try parseScalarOrOpen(in: bytes) else { continue }
      while containers.count > 0 {
        addToContainer(value)
        if try advanceToNextValue(in: bytes) { break }
        value = closeContainer()
      }
      if containers.count == 0 { return value }
    }
  }

  /// Reads a value that has no others in it; `nil` when one begins that has, of which the first comes next.
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

  /// Gives the innermost container a value.
  private mutating func addToContainer(_ value: consuming JSON) {
    let container = containers.count - 1
    if containers[container].isObject {
      members[containers[container].member].value = value
    } else {
      elements.push(value)
    }
  }

  /// Whether the innermost container has another value, which then comes next; else its bracket was read.
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

  /// Makes a value of the innermost container.
  private mutating func closeContainer() -> JSON {
    let container = containers.pop()
    guard container.isObject else { return .array(elements.pop(above: container.start)) }
    let members = members.pop(above: container.start)
    return .object(JSONObject(distinct: members, positions: container.seen.positions))
  }

  /// Steps into an array; false when it is empty and already over.
  private mutating func openArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enterContainer(in: bytes)
    if accept(.rightBracket, in: bytes) { return false }
    containers.push(OpenContainer(isObject: false, start: elements.count))
    return true
  }

  /// Steps into an object, up to its first value; false when it is empty and already over.
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
  /// Reads a key of the innermost object, up to where its value starts, and makes it the one that gets that value.
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

  /// Where the object already has a member with the key.
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

/// An array or an object of which the end has not been read yet.
struct OpenContainer {
  let isObject: Bool
  /// Where its elements or members start in the stack of all of them.
  let start: Int
  /// Where the member stands whose value is being read.
  var member = 0
  /// The keys so far.
  var seen = SeenKeys()
}

/// The keys that an object had so far: finds a repeated one without comparing every key with every other.
///
/// Few keys leave a mark in a filter, and only a key whose mark is already there is searched for; many are hashed.
struct SeenKeys {
  private var filter = SIMD8<UInt64>()
  private(set) var positions: [BytewiseKey: Int]?

  /// Whether a key with this fingerprint may have been here before; it has been from now on.
  mutating func testAndInsert(fingerprint: UInt64) -> Bool {
    let lane = Int(truncatingIfNeeded: fingerprint >> 61)
    let bit: UInt64 = 1 << ((fingerprint >> 55) & 63)
    let isMarked = filter[lane] & bit != 0
    filter[lane] |= bit
    return isMarked
  }

  /// The position where the key already stood; `nil` when it is new, and stands at this position from now on.
  mutating func position(of key: String, orRecord position: Int) -> Int? {
    if let known = positions?[BytewiseKey(key)] { return known }
    positions?[BytewiseKey(key)] = position
    return nil
  }

  /// Turns from marks to hashes.
  mutating func startHashing(with positions: [BytewiseKey: Int]) {
    self.positions = positions
  }

  /// A number that differs for most keys that differ: made of the length, the first and the last eight bytes.
  static func fingerprint(of key: Span<UInt8>) -> UInt64 {
    let raw = key.bytes
    var mixed = UInt64(truncatingIfNeeded: key.count)
    if key.count >= 8 {
      mixed ^= raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= raw.unsafeLoadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
    } else {
      for index in key.indices { mixed = mixed << 8 ^ UInt64(key[index]) }
    }
    return (mixed ^ mixed >> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}

extension JSONParser {
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// Throws when a text is not UTF-8.
  ///
  /// Most of most texts is ASCII, which many bytes at once are seen to be; only stretches that are not get the full
  /// look, which costs thirty times as much.
  static func validateUTF8(in bytes: Span<UInt8>) throws(JSONError) {
    var start = asciiEnd(in: bytes, from: 0)
    while start < bytes.count {
      let end = nonASCIIEnd(in: bytes, from: start)
      do {
        _ = try UTF8Span(validating: bytes.extracting(start..<end))
      } catch {
        throw JSONError(reason: "invalid UTF-8", at: start + error.byteOffsets.lowerBound, in: bytes)
      }
      start = asciiEnd(in: bytes, from: end)
    }
  }

  /// The first byte that is not ASCII.
  private static func asciiEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    while index + 32 <= bytes.count {
      let words = raw.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
      guard (words[0] | words[1] | words[2] | words[3]) & highBits == 0 else { break }
      index += 32
    }
    while index + 8 <= bytes.count {
      let high = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian & highBits
      if high != 0 { return index + high.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, bytes[index] < 0x80 { index += 1 }
    return index
  }

  /// Where eight bytes of ASCII follow, or the end: no character goes beyond.
  private static func nonASCIIEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    while index + 8 <= bytes.count {
      guard raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & highBits != 0 else { return index }
      index += 8
    }
    return bytes.count
  }
}
