extension JSON {
  /// Parses one JSON text (RFC 8259 §2).
  ///
  /// The last value of a duplicate key is used, at the position of the first.
  /// - Throws: `JSONError` if the text is malformed, starts with a byte order mark, is followed by other text, or is nested
  ///   more than 512 levels deep
  public init(parsing bytes: Span<UInt8>) throws(JSONError) {
    var parser = JSONParser()
    self = try parser.parseDocument(in: bytes)
  }

  /// Parses one JSON text, like `init(parsing:)` for a span.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    try self.init(parsing: bytes.span)
  }

  /// Parses one JSON text, like `init(parsing:)` for a span.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: text.utf8Span.span)
  }

  /// Checks that a part of a text is valid UTF-8, so that a long text can be checked in steps.
  ///
  /// - Parameters:
  ///   - start: the start of the part, at a character
  ///   - count: the length of the part in bytes; it ends earlier if a character would be cut
  /// - Returns: the start of the next part
  public static func validateUTF8(
    in bytes: Span<UInt8>, from start: Int, count: Int
  ) throws(JSONError) -> Int {
    var end = min(bytes.count, start + max(count, 4))
    if end < bytes.count {
      let limit = end - 3
      while end > limit, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    }
    do {
      _ = try UTF8Span(validating: bytes.extracting(start..<end))
    } catch {
      throw JSONError(reason: "invalid UTF-8", at: start + error.byteOffsets.lowerBound, in: bytes)
    }
    return end
  }

  /// Parses a JSON text that is an array. Returns its elements, each with the line, from 1, on which it starts.
  public static func parseArrayWithLines(from bytes: [UInt8]) throws(JSONError) -> [(value: JSON, line: Int)] {
    var reader = try JSONReader(reading: bytes.span)
    var lined: [(value: JSON, line: Int)] = []
    try reader.beginArray(in: bytes.span)
    while try reader.nextElement(in: bytes.span) {
      let line = reader.line
      lined.append((value: try reader.readValue(in: bytes.span), line: line))
    }
    try reader.expectEnd(of: bytes.span)
    return lined
  }
}

extension JSON {
  /// The value as compact JSON in UTF-8, without whitespace.
  public var bytes: [UInt8] {
    var writer = JSONWriter(reserving: 4096)
    writer.write(self)
    return writer.bytes
  }

  /// The value as compact JSON, without whitespace.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The value as JSON with line breaks. Empty arrays and objects are written as `[]` and `{}`.
  /// - Parameter indent: the number of spaces for each level of nesting
  public func pretty(indent: Int = 2) -> String {
    var printer = PrettyPrinter(indent: max(0, indent))
    printer.write(self)
    return String(decoding: printer.bytes, as: UTF8.self)
  }

  /// A key with quotes and colon, `"key":`, for `JSONWriter.write(raw:)`.
  public static func encodedKey(_ key: String) -> [UInt8] {
    var writer = JSONWriter(reserving: key.utf8.count + 3)
    writer.write(string: key)
    writer.write(byte: .colon)
    return writer.bytes
  }
}

extension JSON: CustomStringConvertible {
  /// The value as compact JSON.
  public var description: String { text }
}

/// Writes a value with line breaks and indentation.
struct PrettyPrinter: ~Copyable {
  private var writer = JSONWriter()
  private let indent: Int
  private var depth = 0

  init(indent: Int) { self.indent = indent }

  var bytes: [UInt8] { writer.bytes }

  mutating func write(_ json: JSON) {
    switch json {
    case .array(let elements) where !elements.isEmpty: write(elements)
    case .object(let members) where !members.isEmpty: write(members)
    default: writer.write(json)
    }
  }

  private mutating func write(_ elements: [JSON]) {
    open(.leftBracket)
    for index in elements.indices {
      startLine(afterComma: index > 0)
      write(elements[index])
    }
    close(.rightBracket)
  }

  private mutating func write(_ members: JSONObject) {
    open(.leftBrace)
    for index in members.indices {
      startLine(afterComma: index > 0)
      writer.write(string: members[index].key)
      writer.write(raw: ": ")
      write(members[index].value)
    }
    close(.rightBrace)
  }

  private mutating func open(_ bracket: UInt8) {
    writer.write(byte: bracket)
    depth += 1
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    startLine(afterComma: false)
    writer.write(byte: bracket)
  }

  private mutating func startLine(afterComma: Bool) {
    if afterComma { writer.write(byte: .comma) }
    writer.write(byte: .newline)
    for _ in 0..<(depth * indent) { writer.write(byte: .space) }
  }
}
