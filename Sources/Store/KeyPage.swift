/// Up to 32 texts with what stands under them: what a write to a shared `KeyTable` copies. More only when they could not
/// be told apart by their hashes.
///
/// A byte of each text's hash stands in the page itself: most look-ups that find nothing need not read the texts.
final class KeyPage {
  /// One text.
  struct Entry {
    let key: String
    var rows: Rows
    let hash: UInt32
  }

  /// How many entries have a mark.
  static let room = 32

  /// How many first bits of their hashes the texts of this page have in common.
  private(set) var depth: Int
  private(set) var entries: [Entry]
  /// A byte of each of the first 32 entries' hashes, never 0; 0 where there is no entry.
  private var marks = InlineArray<4, UInt64>(repeating: 0)

  init(depth: Int) {
    self.depth = depth
    entries = []
  }

  private init(copying other: KeyPage) {
    depth = other.depth
    entries = other.entries
    marks = other.marks
  }

  func copy() -> KeyPage {
    KeyPage(copying: self)
  }

  var isOverfull: Bool { entries.count > Self.room }

  func rows(under key: String, _ hash: UInt32) -> Rows? {
    place(of: key, hash).map { entries[$0].rows }
  }

  /// Lets `body` change what stands under a text, which is nil when nothing does. Returns by how many the texts grew.
  func change(_ key: String, _ hash: UInt32, _ body: (inout Rows?) -> Void) -> Int {
    guard let place = place(of: key, hash) else {
      var rows: Rows? = Optional.none
      body(&rows)
      guard let rows else { return 0 }
      append(Entry(key: key, rows: rows, hash: hash))
      return 1
    }
    // Taken out meanwhile, so that many rows are not copied for being in two places.
    var rows: Rows? = entries[place].rows
    entries[place].rows = .one(Row(0))
    body(&rows)
    if let rows {
      entries[place].rows = rows
      return 0
    }
    remove(at: place)
    return -1
  }

  /// Moves the texts whose hashes have a 1 in the next bit to a page of their own, which is returned.
  func split() -> KeyPage {
    let bit = UInt32(1) << UInt32(31 - depth)
    depth += 1
    let other = KeyPage(depth: depth)
    let all = entries
    entries = []
    marks = InlineArray(repeating: 0)
    for entry in all {
      if entry.hash & bit == 0 { append(entry) } else { other.append(entry) }
    }
    return other
  }

  private func append(_ entry: Entry) {
    mark(entries.count, Self.mark(of: entry.hash))
    entries.append(entry)
  }

  /// Puts the last entry in the place of the removed one.
  private func remove(at place: Int) {
    let last = entries.removeLast()
    mark(entries.count, 0)
    guard place < entries.count else { return }
    entries[place] = last
    mark(place, Self.mark(of: last.hash))
  }

  private func place(of key: String, _ hash: UInt32) -> Int? {
    let pattern = UInt64(Self.mark(of: hash)) &* Self.everyByte
    for word in 0..<4 {
      var found = Self.zeroBytes(marks[word] ^ pattern)
      while found != 0 {
        let place = word << 3 | found.trailingZeroBitCount >> 3
        if entries[place].hash == hash, entries[place].key == key { return place }
        found &= found - 1
      }
    }
    guard isOverfull else { return nil }
    return entries[Self.room...].firstIndex { $0.hash == hash && $0.key == key }
  }

  private func mark(_ place: Int, _ mark: UInt8) {
    guard place < Self.room else { return }
    let shift = UInt64(place & 7) << 3
    marks[place >> 3] = marks[place >> 3] & ~(0xFF << shift) | UInt64(mark) << shift
  }

  /// Of the bits that tell pages apart last.
  private static func mark(of hash: UInt32) -> UInt8 {
    max(1, UInt8(truncatingIfNeeded: hash))
  }

  private static let everyByte: UInt64 = 0x0101_0101_0101_0101

  /// The highest bit of every byte that is 0.
  private static func zeroBytes(_ word: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return ~((word & low) &+ low | word | low)
  }
}
