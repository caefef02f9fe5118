/// Rows of one collection: a mask for each leaf that may have any, by the leaf's number.
public struct RowSet: Sendable, Equatable {
  private struct Part: Sendable, Equatable {
    let group: Int
    var bitmap: RowBitmap
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
  init(groupCapacity: Int) {
    parts.reserveCapacity(groupCapacity)
  }

  /// The lowest row.
  var first: Row? {
    for part in parts {
      if let offset = part.bitmap.first { return Row(group: part.group, offset: offset) }
    }
    return nil
  }

  /// All rows, ascending.
  var rows: [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(count)
    for part in parts {
      part.bitmap.forEach { rows.append(Row(group: part.group, offset: $0)) }
    }
    return rows
  }

  /// The leaves that may have rows, ascending.
  var groups: [Int] { parts.map(\.group) }

  /// The rows that lie in this leaf.
  func bitmap(ofGroup leaf: Int) -> RowBitmap {
    // Of a set that has every leaf, without a search.
    if leaf < parts.count, parts[leaf].group == leaf { return parts[leaf].bitmap }
    let place = partIndex(ofGroup: leaf)
    return place < parts.count && parts[place].group == leaf ? parts[place].bitmap : RowBitmap()
  }

  func contains(_ row: Row) -> Bool {
    bitmap(ofGroup: row.group).contains(row.offset)
  }

  mutating func insert(_ row: Row) {
    let place = partIndex(ofGroup: row.group)
    if place == parts.count || parts[place].group != row.group {
      parts.insert(Part(group: row.group, bitmap: RowBitmap()), at: place)
    }
    guard !parts[place].bitmap.contains(row.offset) else { return }
    parts[place].bitmap.insert(row.offset)
    count += 1
  }

  mutating func remove(_ row: Row) {
    let place = partIndex(ofGroup: row.group)
    guard place < parts.count, parts[place].group == row.group, parts[place].bitmap.contains(row.offset) else { return }
    parts[place].bitmap.remove(row.offset)
    if parts[place].bitmap.isEmpty { parts.remove(at: place) }
    count -= 1
  }

  /// Adds the rows of a leaf after all those that were added.
  mutating func append(group: Int, rows mask: RowBitmap) {
    assert(parts.last.map { $0.group < group } ?? true, "leaf \(group) comes too late")
    parts.append(Part(group: group, bitmap: mask))
    count += mask.count
  }

  /// Where the mask of this leaf stands, or belongs. New rows lie in the last leaf: that is looked at first.
  private func partIndex(ofGroup leaf: Int) -> Int {
    guard let last = parts.last, leaf <= last.group else { return parts.count }
    if leaf == last.group { return parts.count - 1 }
    var low = 0
    var high = parts.count
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].group < leaf { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A set of the 256 rows of one leaf.
public struct RowBitmap: Sendable, Equatable {
  /// How many rows a leaf has.
  static let capacity = 256
  private var words: SIMD4<UInt64>

  /// No row.
  init() {
    words = .zero
  }

  private init(_ words: SIMD4<UInt64>) {
    self.words = words
  }

  /// Every row.
  static var all: RowBitmap { RowBitmap(SIMD4(repeating: .max)) }

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

  static func & (left: RowBitmap, right: RowBitmap) -> RowBitmap { RowBitmap(left.words & right.words) }
  static func | (left: RowBitmap, right: RowBitmap) -> RowBitmap { RowBitmap(left.words | right.words) }
  static prefix func ~ (mask: RowBitmap) -> RowBitmap { RowBitmap(~mask.words) }

  /// The rows, of the first `count`, that pass the test; without a branch a row.
  static func matching(count: Int, where test: (Int) -> Bool) -> RowBitmap {
    var mask = RowBitmap()
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

  init(group: Int, offset: Int) {
    self.init(group << 8 | offset)
  }

  var group: Int { Int(number >> 8) }
  var offset: Int { Int(number & 255) }
}
