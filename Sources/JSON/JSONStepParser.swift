/// Parses a long JSON text in steps, so that a program can do other work between them.
public final class JSONStepParser {
  private let bytes: [UInt8]
  private var parser = JSONParser()
  /// Number of bytes whose encoding is checked.
  private var checkedCount = 0
  private var isStarted = false

  public init(parsing bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Parses a part of the text. Must not be called again after it returned a value or threw an error.
  ///
  /// - Parameter byteCount: the approximate length of the part
  /// - Returns: the value after the last part; nil before
  /// - Throws: the errors of `JSON.init(parsing:)`
  public func step(byteCount: Int) throws(JSONError) -> JSON? {
    let bytes = self.bytes
    guard checkedCount == bytes.count else {
      // The check is many times faster than parsing.
      checkedCount = try JSON.validateUTF8(in: bytes.span, from: checkedCount, count: 16 * byteCount)
      return nil
    }
    if !isStarted {
      try parser.skipStart(of: bytes.span)
      isStarted = true
    }
    let end = parser.position + byteCount
    guard let value = try parser.parseValue(in: bytes.span, until: end < bytes.count ? end : .max) else { return nil }
    try parser.expectEnd(of: bytes.span)
    return value
  }
}
