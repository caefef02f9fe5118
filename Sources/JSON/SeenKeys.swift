/// The keys that an object had so far: finds a repeated one without comparing every key with every other.
///
/// Few keys leave a mark in a filter, and only a key whose mark is already there is searched for; many are hashed.
struct SeenKeys {
  private var marks = SIMD8<UInt64>()
  private(set) var positions: [ExactKey: Int]?

  /// Whether a key with this fingerprint may have been here before; it has been from now on.
  mutating func mayHave(_ fingerprint: UInt64) -> Bool {
    let lane = Int(truncatingIfNeeded: fingerprint >> 61)
    let bit: UInt64 = 1 << ((fingerprint >> 55) & 63)
    let isMarked = marks[lane] & bit != 0
    marks[lane] |= bit
    return isMarked
  }

  /// The position where the key already stood; `nil` when it is new, and stands at this position from now on.
  mutating func position(of key: String, orRecord position: Int) -> Int? {
    if let known = positions?[ExactKey(key)] { return known }
    positions?[ExactKey(key)] = position
    return nil
  }

  /// Turns from marks to hashes.
  mutating func startHashing(_ positions: [ExactKey: Int]) {
    self.positions = positions
  }

  /// A number that differs for most keys that differ: made of the length, the first and the last eight bytes.
  static func fingerprint(_ key: Span<UInt8>) -> UInt64 {
    let raw = key.bytes
    var mixed = UInt64(truncatingIfNeeded: key.count)
    if key.count >= 8 {
      mixed ^= raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= raw.unsafeLoadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
    } else {
      for index in key.indices { mixed = mixed << 8 ^ UInt64(key[index]) }
    }
    return (mixed ^ mixed >> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}
