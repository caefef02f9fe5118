extension JSONParser {
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// Throws when a text is not UTF-8.
  ///
  /// Most of most texts is ASCII, which many bytes at once are seen to be; only stretches that are not get the full
  /// look, which costs thirty times as much.
  static func validate(_ bytes: Span<UInt8>) throws(JSONError) {
    var start = asciiEnd(bytes, from: 0)
    while start < bytes.count {
      let end = stretchEnd(bytes, from: start)
      do {
        _ = try UTF8Span(validating: bytes.extracting(start..<end))
      } catch {
        throw JSONError("invalid UTF-8", at: start + error.byteOffsets.lowerBound, of: bytes)
      }
      start = asciiEnd(bytes, from: end)
    }
  }

  /// The first byte that is not ASCII.
  private static func asciiEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    while index + 32 <= bytes.count {
      let words = raw.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
      guard (words[0] | words[1] | words[2] | words[3]) & highBits == 0 else { break }
      index += 32
    }
    while index + 8 <= bytes.count {
      let high = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian & highBits
      if high != 0 { return index + high.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, bytes[index] < 0x80 { index += 1 }
    return index
  }

  /// Where eight bytes of ASCII follow, or the end: no character goes beyond.
  private static func stretchEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    while index + 8 <= bytes.count {
      guard raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & highBits != 0 else { return index }
      index += 8
    }
    return bytes.count
  }
}
