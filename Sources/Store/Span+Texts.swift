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

  /// Whether these are the bytes of a text.
  func isSame(as text: String) -> Bool {
    guard count == text.utf8.count else { return false }
    return text.utf8.withContiguousStorageIfAvailable { isSame(as: $0.span) } ?? false
  }

  /// Whether these are the same bytes as others.
  func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    var index = 0
    while index + 8 <= count {
      let mine = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard mine == other.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) else { return false }
      index += 8
    }
    while index < count {
      guard self[index] == other[index] else { return false }
      index += 1
    }
    return true
  }
}
