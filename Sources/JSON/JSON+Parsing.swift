extension JSON {
  /// Reads one JSON text (RFC 8259 §2), strictly: nothing follows it, and no byte order mark precedes it.
  ///
  /// Of a repeated key the last value counts, in the place of the first. Nesting ends at a depth of 512.
  public init(parsing bytes: Span<UInt8>) throws(JSONError) {
    var parser = JSONParser()
    self = try parser.document(bytes)
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
  public static func parseArrayWithLines(_ bytes: [UInt8]) throws(JSONError) -> [(value: JSON, line: Int)] {
    var reader = try JSONReader(bytes.span)
    var lined: [(value: JSON, line: Int)] = []
    try reader.beginArray(bytes.span)
    while try reader.nextElement(bytes.span) {
      let line = reader.line
      lined.append((value: try reader.value(bytes.span), line: line))
    }
    try reader.finish(bytes.span)
    return lined
  }
}
