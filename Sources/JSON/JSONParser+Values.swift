extension JSONParser {
  /// Reads a value with everything in it.
  ///
  /// What is open is kept on stacks of our own: recursion would take a kilobyte a level from a thread's.
  mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    while true {
      guard var value = try simpleValue(bytes) else { continue }
      while containers.count > 0 {
        put(value)
        if try hasNext(bytes) { break }
        value = close()
      }
      if containers.count == 0 { return value }
    }
  }

  /// Reads a value that has no others in it; `nil` when one begins that has, of which the first comes next.
  private mutating func simpleValue(_ bytes: Span<UInt8>) throws(JSONError) -> JSON? {
    guard position < bytes.count else { throw error("expected a value", bytes) }
    switch bytes[position] {
    case .quote: return .string(try string(bytes))
    case .leftBrace: return try openObject(bytes) ? nil : .object(JSONObject())
    case .leftBracket: return try openArray(bytes) ? nil : .array([])
    case UInt8(ascii: "n"): return acceptNull(bytes) ? JSON.null : try word("null", .null, bytes)
    case UInt8(ascii: "t"): return try word("true", .boolean(true), bytes)
    case UInt8(ascii: "f"): return try word("false", .boolean(false), bytes)
    case .minus, .zero ... .nine: return try number(bytes)
    default: throw error("expected a value", bytes)
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON, _ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    for offset in 0..<word.utf8CodeUnitCount {
      guard accept(word.utf8Start[offset], bytes) else { throw error("expected '\(word)'", bytes) }
    }
    return value
  }

  /// Gives the innermost container a value.
  private mutating func put(_ value: consuming JSON) {
    let container = containers.count - 1
    if containers[container].isObject {
      members[containers[container].member].value = value
    } else {
      elements.push(value)
    }
  }

  /// Whether the innermost container has another value, which then comes next; else its bracket was read.
  private mutating func hasNext(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    skipWhitespace(bytes)
    let isObject = containers[containers.count - 1].isObject
    guard accept(.comma, bytes) else {
      try isObject
        ? expect(.rightBrace, "expected ',' or '}'", bytes) : expect(.rightBracket, "expected ',' or ']'", bytes)
      return false
    }
    skipWhitespace(bytes)
    if isObject { try key(bytes) }
    return true
  }

  /// Makes a value of the innermost container.
  private mutating func close() -> JSON {
    let container = containers.pop()
    guard container.isObject else { return .array(elements.pop(above: container.start)) }
    let members = members.pop(above: container.start)
    return .object(JSONObject(distinct: members, positions: container.seen.positions))
  }

  /// Steps into an array; false when it is empty and already over.
  private mutating func openArray(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enter(bytes)
    if accept(.rightBracket, bytes) { return false }
    containers.push(OpenContainer(isObject: false, start: elements.count))
    return true
  }

  /// Steps into an object, up to its first value; false when it is empty and already over.
  private mutating func openObject(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    try enter(bytes)
    if accept(.rightBrace, bytes) { return false }
    containers.push(OpenContainer(isObject: true, start: members.count))
    try key(bytes)
    return true
  }

  private mutating func enter(_ bytes: Span<UInt8>) throws(JSONError) {
    guard containers.count + depth < Self.maximumDepth else { throw error("nested too deeply", bytes) }
    position += 1
    skipWhitespace(bytes)
  }
}
