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
