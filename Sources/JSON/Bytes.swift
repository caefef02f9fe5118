/// The bytes with a meaning in the JSON grammar (RFC 8259 §2 and §7).
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
  /// Whether the byte cannot occur unescaped in a string: a control character, a quote or a backslash (RFC 8259 §7).
  @inlinable var isSpecial: Bool { self < 0x20 || self == 0x22 || self == 0x5C }
}

extension UInt64 {
  /// A mask of the bytes of this word, the first in the lowest position, that cannot occur unescaped in a string.
  ///
  /// The lowest set bit is the high bit of the first such byte. Higher bits may be false positives. The mask is 0 if no
  /// byte needs an escape. See "Determine if a word has a byte less than n" in
  /// https://graphics.stanford.edu/~seander/bithacks.html.
  @inlinable var specialBytes: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let control = self &- 0x2020_2020_2020_2020
    let quote = (self ^ 0x2222_2222_2222_2222) &- ones
    let backslash = (self ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
    return (control | quote | backslash) & ~self & 0x8080_8080_8080_8080
  }
}

extension Span<UInt8> {
  /// A fast, unseeded 64-bit hash of the length and of the first and last eight bytes. The high bits are mixed best.
  ///
  /// For hash tables of constant keys and for Bloom filters. A client can construct keys with equal hashes.
  @inlinable package var fingerprint: UInt64 {
    var mixed = UInt64(truncatingIfNeeded: count)
    if count >= 8 {
      mixed ^= bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else {
      for index in indices { mixed = mixed &<< 8 ^ UInt64(self[index]) }
    }
    return (mixed ^ mixed &>> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Whether both spans contain the same bytes.
  @inlinable package func hasSameBytes(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return withUnsafeBytes { mine in other.withUnsafeBytes { mine.isEqual(to: $0) } }
  }
}

extension String {
  /// The `fingerprint` of the string's UTF-8 encoding.
  @inlinable package var fingerprint: UInt64 {
    utf8.withContiguousStorageIfAvailable { $0.span.fingerprint } ?? 0
  }

  /// Whether both strings have the same UTF-8 encoding. `==` compares by canonical equivalence instead.
  @inlinable package func hasSameBytes(as other: String) -> Bool {
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
  /// Whether both buffers, which must be of the same length, contain the same bytes.
  @inlinable func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    guard count >= 8 else { return isEqualShort(to: other) }
    var index = 0
    while index < count - 8 {
      guard word(at: index) == other.word(at: index) else { return false }
      index += 8
    }
    // The last eight bytes; they may overlap the word before.
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
