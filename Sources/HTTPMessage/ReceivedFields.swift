public import HTTPTypes

/// The header fields of a request, kept as the bytes that came in: a look-up scans the few lines there are, which costs
/// less than building a dictionary that most requests never ask.
public struct ReceivedFields: Sendable {
  /// One field line: where its name and its value lie in `bytes`.
  public struct Line: Sendable {
    public var name: Range<Int>
    public var value: Range<Int>

    public init(name: Range<Int>, value: Range<Int>) {
      self.name = name
      self.value = value
    }
  }

  /// The lines as they came, each ended by CR LF.
  public let bytes: [UInt8]
  private let lines: [Line]

  /// The lines of a header block; values without the white space around them.
  public init(bytes: [UInt8] = [], lines: [Line] = []) {
    self.bytes = bytes
    self.lines = lines
  }

  /// The fields of a request made in a test.
  public init(_ fields: HTTPFields) {
    self.init(lines: FieldBlock(fields).bytes)
  }

  /// Lines that were received before.
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

  /// The first value under this name, whatever its case; nil when the field is absent.
  public subscript(name: HTTPField.Name) -> String? {
    guard let line = lines.first(where: { matches(range: $0.name, name: name) }) else { return nil }
    return string(in: line.value)
  }

  /// Every value under this name, in order.
  public func values(for name: HTTPField.Name) -> [String] {
    lines.filter { matches(range: $0.name, name: name) }.map { string(in: $0.value) }
  }

  /// All fields in order, for the journal.
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

  /// Most names are told apart by their length.
  private func matches(range: Range<Int>, name: HTTPField.Name) -> Bool {
    let wanted = name.canonicalName.utf8
    guard wanted.count == range.count else { return false }
    var index = range.lowerBound
    for letter in wanted {
      let byte = bytes[index]
      guard byte == letter || (byte >= 0x41 && byte <= 0x5A && byte | 0x20 == letter) else { return false }
      index += 1
    }
    return true
  }
}
