/// The header of a data block: how many entries of each kind follow it (RFC 9636, 3.1).
struct ZoneHeader {
  static let size = 44

  /// 1 for a file with a block of 32-bit times only.
  let version: Int
  let utcIndicators: Int
  let standardIndicators: Int
  let leapSeconds: Int
  let transitions: Int
  let types: Int
  let designationBytes: Int

  /// Nil unless there is a header.
  init?(_ reader: inout ZoneReader) {
    guard reader.remaining >= Self.size, reader.bytes(4).elementsEqual("TZif".utf8) else { return nil }
    let digit = reader.bytes(1).first ?? 0
    version = digit == 0 ? 1 : Int(digit) - Int(UInt8(ascii: "0"))
    // Reserved.
    _ = reader.bytes(15)
    utcIndicators = Int(reader.unsigned(4))
    standardIndicators = Int(reader.unsigned(4))
    leapSeconds = Int(reader.unsigned(4))
    transitions = Int(reader.unsigned(4))
    types = Int(reader.unsigned(4))
    designationBytes = Int(reader.unsigned(4))
  }

  /// The bytes of the data block, where a time takes `timeSize` bytes (RFC 9636, 3.2).
  func blockSize(timeSize: Int) -> Int {
    transitions * (timeSize + 1) + types * 6 + designationBytes + leapSeconds * (timeSize + 4)
      + standardIndicators + utcIndicators
  }
}
