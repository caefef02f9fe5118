extension JSON {
  /// Reads one JSON text (RFC 8259 §2), strictly: nothing follows it, and no byte order mark precedes it.
  ///
  /// Of a repeated key the last value counts, in the place of the first. Nesting ends at a depth of 512.
  public init(parsing bytes: Span<UInt8>) throws(JSONError) {
    var parser = JSONParser()
    self = try parser.parseDocument(in: bytes)
  }

  /// Reads one JSON text (RFC 8259 §2), as `init(parsing:)` of a span does.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    try self.init(parsing: bytes.span)
  }

  /// Reads one JSON text (RFC 8259 §2), as `init(parsing:)` of a span does.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: text.utf8Span.span)
  }

  /// Reads a JSON text that is an array, and says on which line, from 1, each of its elements starts.
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
  /// The value as compact UTF-8 without spaces.
  public var bytes: [UInt8] {
    var writer = JSONWriter(reserving: 4096)
    writer.write(self)
    return writer.bytes
  }

  /// The value as compact text without spaces.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The value over several lines, each level indented by so many spaces more. Empty arrays and objects stay closed.
  public func pretty(indent: Int = 2) -> String {
    var printer = PrettyPrinter(indent: max(0, indent))
    printer.write(self)
    return String(decoding: printer.bytes, as: UTF8.self)
  }

  /// A key as it stands before its value, `"key":`, to be prepared once and written raw.
  public static func encodedKey(_ key: String) -> [UInt8] {
    var writer = JSONWriter(reserving: key.utf8.count + 3)
    writer.write(string: key)
    writer.write(byte: .colon)
    return writer.bytes
  }
}

extension JSON: CustomStringConvertible {
  /// The value as compact text.
  public var description: String { text }
}

/// Writes a value over several lines.
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
