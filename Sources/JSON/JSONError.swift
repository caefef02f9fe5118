/// A JSON syntax error and its position.
public struct JSONError: Error, Sendable, Equatable {
  /// Byte offset of the error, from 0.
  public var offset: Int
  /// Line of the error, from 1. Lines end with a line feed.
  public var line: Int
  /// Column of the error, from 1, in Unicode scalars.
  public var column: Int
  /// Description of the error, without its position.
  public var reason: String

  /// Creates an error at a known position.
  public init(offset: Int, line: Int, column: Int, reason: String) {
    self.offset = offset
    self.line = line
    self.column = column
    self.reason = reason
  }

  /// Creates an error at an offset in a text. Line and column are counted in O(offset).
  init(reason: String, at offset: Int, in bytes: Span<UInt8>) {
    self.init(offset: offset, line: 1, column: 1, reason: reason)
    // Two loops without branches: the compiler vectorizes them, and the text may have hundreds of megabytes.
    let text = bytes.extracting(first: min(offset, bytes.count))
    var lineStart = text.count
    while lineStart > 0, text[lineStart - 1] != .newline { lineStart -= 1 }
    for index in 0..<lineStart { line &+= text[index] == .newline ? 1 : 0 }
    for index in lineStart..<text.count { column &+= text[index] & 0xC0 != 0x80 ? 1 : 0 }
  }
}

extension JSONError: CustomStringConvertible {
  /// The position and the reason: `line 3, column 14: expected ':' after a key`.
  public var description: String { "line \(line), column \(column): \(reason)" }
}
