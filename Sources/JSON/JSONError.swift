/// Why a text is not JSON, and where that shows.
public struct JSONError: Error, Sendable, Equatable {
  /// The bytes before the place, from 0.
  public var offset: Int
  /// The line of the place, from 1. Lines end with a line feed.
  public var line: Int
  /// The column of the place, from 1, in Unicode scalars.
  public var column: Int
  /// What is wrong: a phrase without its place.
  public var reason: String

  /// An error at a place that is already known.
  public init(offset: Int, line: Int, column: Int, reason: String) {
    self.offset = offset
    self.line = line
    self.column = column
    self.reason = reason
  }

  /// An error at an offset of a text, whose line and column are counted.
  init(reason: String, at offset: Int, in bytes: Span<UInt8>) {
    self.init(offset: offset, line: 1, column: 1, reason: reason)
    for index in 0..<min(offset, bytes.count) {
      let byte = bytes[index]
      if byte == .newline {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }
}

extension JSONError: CustomStringConvertible {
  /// The place and the reason: `line 3, column 14: expected ':' after a key`.
  public var description: String { "line \(line), column \(column): \(reason)" }
}
