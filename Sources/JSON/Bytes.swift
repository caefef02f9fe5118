/// The bytes that mean something in JSON (RFC 8259 §2 and §7).
extension UInt8 {
  @usableFromInline static let tab: UInt8 = 0x09
  @usableFromInline static let newline: UInt8 = 0x0A
  @usableFromInline static let carriageReturn: UInt8 = 0x0D
  @usableFromInline static let space: UInt8 = 0x20
  @usableFromInline static let quote: UInt8 = 0x22
  @usableFromInline static let plus: UInt8 = 0x2B
  @usableFromInline static let comma: UInt8 = 0x2C
  @usableFromInline static let minus: UInt8 = 0x2D
  @usableFromInline static let point: UInt8 = 0x2E
  @usableFromInline static let slash: UInt8 = 0x2F
  @usableFromInline static let zero: UInt8 = 0x30
  @usableFromInline static let nine: UInt8 = 0x39
  @usableFromInline static let colon: UInt8 = 0x3A
  @usableFromInline static let leftBracket: UInt8 = 0x5B
  @usableFromInline static let backslash: UInt8 = 0x5C
  @usableFromInline static let rightBracket: UInt8 = 0x5D
  @usableFromInline static let leftBrace: UInt8 = 0x7B
  @usableFromInline static let rightBrace: UInt8 = 0x7D
}

extension UInt8 {
  /// Whether the byte may not stand for itself in a string (RFC 8259 §7).
  @inlinable var isSpecial: Bool { self < 0x20 || self == 0x22 || self == 0x5C }
}

extension UInt64 {
  /// Eight bytes at once: the high bit of the lowest byte that may not stand for itself in a string is set, and none
  /// below it; 0 when all eight may. Bits above the lowest mean nothing.
  @inlinable var specialBytes: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let control = self &- 0x2020_2020_2020_2020
    let quote = (self ^ 0x2222_2222_2222_2222) &- ones
    let backslash = (self ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
    return (control | quote | backslash) & ~self & 0x8080_8080_8080_8080
  }
}

extension String {
  /// Whether both strings are the same bytes. `==` also takes different spellings of one text for the same.
  @inlinable func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable {
        UnsafeRawBufferPointer(mine).isEqual(to: UnsafeRawBufferPointer($0))
      }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether both, which are of the same length, hold the same bytes.
  @inlinable func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    guard count >= 8 else { return isEqualShort(to: other) }
    var index = 0
    while index < count - 8 {
      guard word(at: index) == other.word(at: index) else { return false }
      index += 8
    }
    // The last eight, some of which may have been compared already.
    return word(at: count - 8) == other.word(at: count - 8)
  }

  @inlinable func isEqualShort(to other: UnsafeRawBufferPointer) -> Bool {
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  @inlinable func word(at index: Int) -> UInt64 {
    loadUnaligned(fromByteOffset: index, as: UInt64.self)
  }
}
