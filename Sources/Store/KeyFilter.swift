/// Says of most texts that are not in a small index that they are not, at a tenth of the price of a look-up: a contact
/// asks four indexes what hangs on it whenever it is shown, and most often nothing does. A text that was removed may still
/// be said to be there; an index of more than a thousand texts learns nothing from it.
struct KeyFilter {
  private var bits = SIMD16<UInt64>.zero

  mutating func insert(_ key: String) {
    let place = Self.place(of: key)
    bits[place >> 6] |= 1 << UInt64(place & 63)
  }

  func mayContain(_ key: String) -> Bool {
    let place = Self.place(of: key)
    return bits[place >> 6] & (1 << UInt64(place & 63)) != 0
  }

  /// One of 1,024 places, by the last eight bytes: ids differ there.
  private static func place(of key: String) -> Int {
    let tail = key.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.count >= 8
        ? UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        : bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
    return Int(truncatingIfNeeded: ((tail ?? 0) &* 0x9E37_79B9_7F4A_7C15) >> 54)
  }
}
