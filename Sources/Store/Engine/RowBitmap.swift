/// The position of a record in its collection: row group and offset in the group, in 32 bits.
struct Row: Sendable, Hashable {
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

/// A bitmap of the 256 rows of one row group.
struct RowBitmap: Sendable, Equatable {
  /// Number of rows in a group.
  static let capacity = 256
  private var words: SIMD4<UInt64>

  /// Creates an empty bitmap.
  init() {
    words = .zero
  }

  private init(_ words: SIMD4<UInt64>) {
    self.words = words
  }

  /// The bitmap of all rows.
  static var all: RowBitmap { RowBitmap(SIMD4(repeating: .max)) }

  var isEmpty: Bool { words == .zero }

  /// Number of rows in the bitmap.
  var count: Int {
    words[0].nonzeroBitCount + words[1].nonzeroBitCount + words[2].nonzeroBitCount + words[3].nonzeroBitCount
  }

  /// The lowest row; nil if the bitmap is empty.
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
      var bits = words[word]
      while bits != 0 {
        body(word << 6 | bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }

  static func & (left: RowBitmap, right: RowBitmap) -> RowBitmap { RowBitmap(left.words & right.words) }
  static func | (left: RowBitmap, right: RowBitmap) -> RowBitmap { RowBitmap(left.words | right.words) }
  static prefix func ~ (bitmap: RowBitmap) -> RowBitmap { RowBitmap(~bitmap.words) }

  /// The rows below `count` that satisfy a predicate. The loop is free of branches, so that it can be vectorised.
  static func matching(count: Int, where predicate: (Int) -> Bool) -> RowBitmap {
    var bitmap = RowBitmap()
    for word in 0..<4 {
      let start = word << 6
      guard start < count else { break }
      var bits: UInt64 = 0
      for row in start..<Swift.min(start + 64, count) {
        bits |= (predicate(row) ? 1 : 0) << UInt64(row - start)
      }
      bitmap.words[word] = bits
    }
    return bitmap
  }
}
