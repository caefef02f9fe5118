/// Says of most texts that are not in a small index that they are not, at a tenth of the price of a look-up: a contact
/// asks four indexes what hangs on it whenever it is shown, and most often nothing does. A text that was removed may still
/// be said to be there; an index of more than a thousand texts learns nothing from it.
struct KeyFilter {
  private var bits = InlineArray<16, UInt64>(repeating: 0)

  mutating func insert(_ key: String) {
    let place = Self.place(of: key)
    bits[place >> 6] |= 1 << UInt64(place & 63)
  }

  func mayContain(_ key: String) -> Bool {
    let place = Self.place(of: key)
    return bits[place >> 6] & (1 << UInt64(place & 63)) != 0
  }

  /// One of 1,024 places.
  private static func place(of key: String) -> Int {
    Int(truncatingIfNeeded: key.fingerprint >> 54)
  }
}
