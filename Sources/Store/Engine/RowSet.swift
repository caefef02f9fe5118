/// Rows of one collection: a mask for each leaf that may have any, by the leaf's number.
public struct RowSet: Sendable, Equatable {
  private struct Part: Sendable, Equatable {
    let leaf: Int
    var mask: RowMask
  }

  /// By leaf, ascending.
  private var parts: [Part] = []
  /// How many rows there are.
  public private(set) var count = 0

  init() {}

  init(_ rows: some Sequence<Row>) {
    for row in rows { insert(row) }
  }

  /// Room for so many leaves.
  init(leaves: Int) {
    parts.reserveCapacity(leaves)
  }

  /// The lowest row.
  var first: Row? {
    for part in parts {
      if let offset = part.mask.first { return Row(leaf: part.leaf, offset: offset) }
    }
    return nil
  }

  /// All rows, ascending.
  var rows: [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(count)
    for part in parts {
      part.mask.forEach { rows.append(Row(leaf: part.leaf, offset: $0)) }
    }
    return rows
  }

  /// The leaves that may have rows, ascending.
  var leaves: [Int] { parts.map(\.leaf) }

  /// The rows that lie in this leaf.
  func mask(ofLeaf leaf: Int) -> RowMask {
    // Of a set that has every leaf, without a search.
    if leaf < parts.count, parts[leaf].leaf == leaf { return parts[leaf].mask }
    let place = place(ofLeaf: leaf)
    return place < parts.count && parts[place].leaf == leaf ? parts[place].mask : RowMask()
  }

  func contains(_ row: Row) -> Bool {
    mask(ofLeaf: row.leaf).contains(row.offset)
  }

  mutating func insert(_ row: Row) {
    let place = place(ofLeaf: row.leaf)
    if place == parts.count || parts[place].leaf != row.leaf {
      parts.insert(Part(leaf: row.leaf, mask: RowMask()), at: place)
    }
    guard !parts[place].mask.contains(row.offset) else { return }
    parts[place].mask.insert(row.offset)
    count += 1
  }

  mutating func remove(_ row: Row) {
    let place = place(ofLeaf: row.leaf)
    guard place < parts.count, parts[place].leaf == row.leaf, parts[place].mask.contains(row.offset) else { return }
    parts[place].mask.remove(row.offset)
    if parts[place].mask.isEmpty { parts.remove(at: place) }
    count -= 1
  }

  /// Adds the rows of a leaf after all those that were added.
  mutating func append(leaf: Int, _ mask: RowMask) {
    assert(parts.last.map { $0.leaf < leaf } ?? true, "leaf \(leaf) comes too late")
    parts.append(Part(leaf: leaf, mask: mask))
    count += mask.count
  }

  /// Where the mask of this leaf stands, or belongs. New rows lie in the last leaf: that is looked at first.
  private func place(ofLeaf leaf: Int) -> Int {
    guard let last = parts.last, leaf <= last.leaf else { return parts.count }
    if leaf == last.leaf { return parts.count - 1 }
    var low = 0
    var high = parts.count
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].leaf < leaf { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A set of the 256 rows of one leaf.
public struct RowMask: Sendable, Equatable {
  /// How many rows a leaf has.
  static let rows = 256
  private var words: SIMD4<UInt64>

  /// No row.
  init() {
    words = .zero
  }

  private init(_ words: SIMD4<UInt64>) {
    self.words = words
  }

  /// Every row.
  static var all: RowMask { RowMask(SIMD4(repeating: .max)) }

  var isEmpty: Bool { words == .zero }

  var count: Int {
    words[0].nonzeroBitCount + words[1].nonzeroBitCount + words[2].nonzeroBitCount + words[3].nonzeroBitCount
  }

  /// The lowest row.
  var first: Int? {
    for word in 0..<4 where words[word] != 0 { return word << 6 | words[word].trailingZeroBitCount }
    return nil
  }

  mutating func insert(_ row: Int) {
    words[row >> 6] |= 1 << UInt64(row & 63)
  }

  mutating func remove(_ row: Int) {
    words[row >> 6] &= ~(1 << UInt64(row & 63))
  }

  func contains(_ row: Int) -> Bool {
    words[row >> 6] & (1 << UInt64(row & 63)) != 0
  }

  /// Calls `body` with each row, ascending.
  func forEach(_ body: (Int) -> Void) {
    for word in 0..<4 {
      var rest = words[word]
      while rest != 0 {
        body(word << 6 | rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  static func & (left: RowMask, right: RowMask) -> RowMask { RowMask(left.words & right.words) }
  static func | (left: RowMask, right: RowMask) -> RowMask { RowMask(left.words | right.words) }
  static prefix func ~ (mask: RowMask) -> RowMask { RowMask(~mask.words) }

  /// The rows, of the first `count`, that pass the test; without a branch a row.
  static func filled(_ count: Int, where test: (Int) -> Bool) -> RowMask {
    var mask = RowMask()
    for word in 0..<4 {
      let start = word << 6
      guard start < count else { break }
      var bits: UInt64 = 0
      for row in start..<Swift.min(start + 64, count) {
        bits |= (test(row) ? 1 : 0) << UInt64(row - start)
      }
      mask.words[word] = bits
    }
    return mask
  }
}

/// Where a record lies in its collection: the number of its leaf and its place there.
public struct Row: Sendable, Hashable {
  private let number: UInt32

  init(_ number: Int) {
    self.number = UInt32(truncatingIfNeeded: number)
  }

  init(leaf: Int, offset: Int) {
    self.init(leaf << 8 | offset)
  }

  var leaf: Int { Int(number >> 8) }
  var offset: Int { Int(number & 255) }
}
