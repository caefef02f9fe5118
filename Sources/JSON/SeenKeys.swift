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

  /// Counts the key at a position; answers with the position where it already stood, if it did.
  mutating func position(of key: String, orRecord position: Int) -> Int? {
    if let known = positions?[ExactKey(key)] { return known }
    positions?[ExactKey(key)] = position
    return nil
  }

  /// Turns from marks to hashes.
  mutating func startHashing(_ positions: [ExactKey: Int]) {
    self.positions = positions
  }
}
