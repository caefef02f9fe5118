extension String {
  /// Whether both strings are the same bytes. `==` also takes different spellings of one text for the same.
  @inlinable func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { UnsafeRawBufferPointer(mine).isEqual(UnsafeRawBufferPointer($0)) }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether both, which are of the same length, hold the same bytes.
  @inlinable func isEqual(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count >= 8 else { return isEqualShort(other) }
    var index = 0
    while index < count - 8 {
      guard word(at: index) == other.word(at: index) else { return false }
      index += 8
    }
    // The last eight, some of which may have been compared already.
    return word(at: count - 8) == other.word(at: count - 8)
  }

  @inlinable func isEqualShort(_ other: UnsafeRawBufferPointer) -> Bool {
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  @inlinable func word(at index: Int) -> UInt64 {
    loadUnaligned(fromByteOffset: index, as: UInt64.self)
  }
}
