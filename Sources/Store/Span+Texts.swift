extension Span<UInt8> {
  /// The `fingerprint` of the text that these bytes are.
  var fingerprint: UInt64 {
    var tail: UInt64 = 0
    if count >= 8 {
      tail = bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      tail ^= UInt64(truncatingIfNeeded: count) &<< 56
    } else {
      for index in indices { tail = tail &<< 8 | UInt64(self[index]) }
    }
    return tail &* 0x9E37_79B9_7F4A_7C15
  }

  /// Whether these are the same bytes as others.
  func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard count >= 8 else { return isSameShort(as: other) }
    var index = 0
    while index < count - 8 {
      guard word(at: index) == other.word(at: index) else { return false }
      index += 8
    }
    // The last eight, some of which may have been compared already.
    return word(at: count - 8) == other.word(at: count - 8)
  }

  private func isSameShort(as other: Span<UInt8>) -> Bool {
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  private func word(at index: Int) -> UInt64 {
    bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
  }
}
