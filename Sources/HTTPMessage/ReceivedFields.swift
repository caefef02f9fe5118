import ASCII
public import HTTPTypes

/// The header fields of a request, stored as received.
///
/// A lookup is a linear search. This is faster than building a dictionary, because most requests have few fields and are
/// asked for fewer.
public struct ReceivedFields: Sendable {
  /// The ranges of the name and the value of a field line in `bytes`.
  public struct Line: Sendable {
    public var name: Range<Int>
    public var value: Range<Int>

    public init(name: Range<Int>, value: Range<Int>) {
      self.name = name
      self.value = value
    }
  }

  /// The field lines, which end with CR LF.
  public let bytes: [UInt8]
  private let lines: [Line]

  /// - Parameters:
  ///   - bytes: the header section
  ///   - lines: the field lines in it; values without surrounding whitespace
  public init(bytes: [UInt8] = [], lines: [Line] = []) {
    self.bytes = bytes
    self.lines = lines
  }

  /// Serializes fields.
  public init(_ fields: HTTPFields) {
    self.init(lines: FieldBlock(fields).bytes)
  }

  /// Parses a valid header section.
  public init(lines bytes: [UInt8]) {
    var lines: [Line] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")),
      let colon = bytes[start..<end].firstIndex(of: UInt8(ascii: ":"))
    {
      let value = bytes[(colon + 1)..<end].drop(while: Self.isBlank)
      let trimmed = value[..<((value.lastIndex { !Self.isBlank($0) } ?? value.startIndex - 1) + 1)]
      lines.append(Line(name: start..<colon, value: trimmed.startIndex..<trimmed.endIndex))
      start = end + 1
    }
    self.init(bytes: bytes, lines: lines)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  /// The first value of the field; nil if it is absent. Names are case-insensitive.
  public subscript(name: HTTPField.Name) -> String? {
    guard let line = lines.first(where: { matches(range: $0.name, name: name) }) else { return nil }
    return string(in: line.value)
  }

  /// All values of the field, in order.
  public func values(for name: HTTPField.Name) -> [String] {
    lines.filter { matches(range: $0.name, name: name) }.map { string(in: $0.value) }
  }

  /// All fields, in order.
  public var all: HTTPFields {
    var fields = HTTPFields()
    for line in lines {
      guard let name = HTTPField.Name(string(in: line.name)) else { continue }
      fields.append(HTTPField(name: name, value: string(in: line.value)))
    }
    return fields
  }

  private func string(in range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// Compares the length first, because most names differ in it.
  private func matches(range: Range<Int>, name: HTTPField.Name) -> Bool {
    let wanted = name.canonicalName.utf8
    guard wanted.count == range.count else { return false }
    var index = range.lowerBound
    for letter in wanted {
      guard bytes[index].asciiLowercased == letter else { return false }
      index += 1
    }
    return true
  }
}
