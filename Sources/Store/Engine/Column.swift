import CGlibc
import Glibc

/// One searchable field of the records of a row group, in columnar form.
enum Column {
  case text(TextColumn)
  case number(NumberColumn)

  init(records: [Record?], source: ColumnSource) {
    switch source {
    case .text(let read): self = .text(TextColumn(texts: records.lazy.map { $0.flatMap(read) }))
    case .number(let read): self = .number(NumberColumn(values: records.lazy.map { $0.flatMap(read) }))
    }
  }

  /// The rows that have a value and match the predicate.
  func rows(matching predicate: ColumnPredicate) -> RowBitmap {
    switch (self, predicate) {
    case (_, .present): present
    case (.text(let column), .text(let comparison, let needle)): column.rows(comparison: comparison, needle: needle)
    case (.text(let column), .textAmong(let texts)): column.rows(among: texts)
    case (.text(let column), .wordAmong(let words)): column.rows(withWordAmong: words)
    case (.number(let column), .number(let comparison, let bound)): column.rows(comparison: comparison, bound: bound)
    case (.number(let column), .numberAmong(let numbers)): column.rows(among: numbers)
    default: RowBitmap()
    }
  }

  private var present: RowBitmap {
    switch self {
    case .text(let column): column.present
    case .number(let column): column.present
    }
  }
}

/// The folded strings of a column in one buffer.
///
/// Each string is terminated by a byte that does not occur in UTF-8. So a substring search scans the whole buffer and cannot
/// match across two strings.
struct TextColumn {
  private static let terminator: UInt8 = 0xFF
  private var bytes: [UInt8] = []
  /// Start of each row's string in `bytes`, and the end of the last one.
  private var starts: [Int] = [0]
  /// First eight bytes of each row's string with its terminator: most unequal strings differ in this number. It makes a search
  /// for equality three times as fast (`make bench-engine ARGS=texts`).
  private var prefixes: [UInt64] = []
  private(set) var present = RowBitmap()

  init(texts: some Collection<String?>) {
    starts.reserveCapacity(texts.count + 1)
    for (row, text) in texts.enumerated() {
      if let text {
        CaseFolding.appendFolded(text, to: &bytes)
        present.insert(row)
      }
      bytes.append(Self.terminator)
      prefixes.append(Self.prefix(of: bytes[starts[row]...]))
      starts.append(bytes.count)
    }
  }

  /// The first eight bytes as a little-endian number, padded with zeros.
  private static func prefix(of bytes: some Collection<UInt8>) -> UInt64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  func rows(comparison: TextComparison, needle: [UInt8]) -> RowBitmap {
    guard !needle.contains(Self.terminator) else { return RowBitmap() }
    return switch comparison {
    case .contains: rows(containing: needle)
    case .equals: rows(equalTo: needle)
    case .startsWith, .endsWith: compareBytes(comparison: comparison, needle: needle)
    }
  }

  func rows(among texts: Set<[UInt8]>) -> RowBitmap {
    RowBitmap.matching(count: starts.count - 1) { texts.contains(Array(text(at: $0))) } & present
  }

  func rows(withWordAmong words: Set<[UInt8]>) -> RowBitmap {
    RowBitmap.matching(count: starts.count - 1) { row in
      text(at: row).split(separator: UInt8(ascii: " ")).contains { words.contains(Array($0)) }
    } & present
  }

  private func text(at row: Int) -> ArraySlice<UInt8> {
    bytes[starts[row]..<(starts[row + 1] - 1)]
  }

  /// Compares the prefixes, and for needles of eight or more bytes the whole strings of the rows with an equal prefix.
  private func rows(equalTo needle: [UInt8]) -> RowBitmap {
    let wanted = Self.prefix(of: needle + [Self.terminator])
    let candidates =
      prefixes.withUnsafeBufferPointer { prefixes in
        RowBitmap.matching(count: prefixes.count) { prefixes[$0] == wanted }
      } & present
    guard needle.count >= 8, !candidates.isEmpty else { return candidates }
    return compareBytes(comparison: .equals, needle: needle) & candidates
  }

  private func compareBytes(comparison: TextComparison, needle: [UInt8]) -> RowBitmap {
    bytes.withUnsafeBufferPointer { bytes in
      needle.withUnsafeBufferPointer { needle in
        RowBitmap.matching(count: starts.count - 1) { row in
          let length = starts[row + 1] - 1 - starts[row]
          guard length == needle.count || (comparison != .equals && length > needle.count) else { return false }
          let start = comparison == .endsWith ? starts[row + 1] - 1 - needle.count : starts[row]
          return Self.isEqual(bytes, at: start, to: needle)
        }
      }
    } & present
  }

  private func rows(containing needle: [UInt8]) -> RowBitmap {
    guard !needle.isEmpty else { return present }
    var found = RowBitmap()
    bytes.withUnsafeBufferPointer { bytes in
      needle.withUnsafeBufferPointer { needle in
        var search = SubstringSearch(for: needle, in: bytes)
        var (position, row) = (0, 0)
        while let hit = search.next(from: position) {
          while starts[row + 1] <= hit { row += 1 }
          found.insert(row)
          position = starts[row + 1]
        }
      }
    }
    return found & present
  }

  private static func isEqual(
    _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, to needle: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard let base = bytes.baseAddress, let wanted = needle.baseAddress else { return true }
    return memcmp(base + start, wanted, needle.count) == 0
  }
}

/// Finds a string of bytes in a buffer, in linear time.
///
/// It finds the first byte of the needle with `memchr` and compares the rest, which is fast for words: 0.48 ms for 100,000
/// strings (`make bench-engine ARGS=texts`). But it is quadratic for a needle such as `aaab` in a
/// text of `a`. So after many comparisons that failed, `memmem` does the rest: the two-way algorithm (Crochemore, Perrin:
/// *Two-way string-matching*, 1991, <https://doi.org/10.1145/116825.116845>), which is linear for every needle.
private struct SubstringSearch {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let needle: UnsafeBufferPointer<UInt8>
  /// Number of bytes that may still be compared before `memmem` is used.
  private var allowance: Int

  init(for needle: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>) {
    self.needle = needle
    self.bytes = bytes
    allowance = 4 * bytes.count
  }

  /// The first occurrence at a position or after it.
  mutating func next(from start: Int) -> Int? {
    guard let base = bytes.baseAddress, let wanted = needle.baseAddress else { return nil }
    var position = start
    while position + needle.count <= bytes.count {
      guard allowance > 0 else { return rest(from: position) }
      guard let hit = memchr(base + position, Int32(wanted[0]), bytes.count - position) else { return nil }
      position = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
      guard position + needle.count <= bytes.count else { return nil }
      if memcmp(base + position, wanted, needle.count) == 0 { return position }
      allowance -= needle.count
      position += 1
    }
    return nil
  }

  private func rest(from position: Int) -> Int? {
    guard let base = bytes.baseAddress, let wanted = needle.baseAddress,
      let hit = memmem(base + position, bytes.count - position, wanted, needle.count)
    else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }
}

/// The numbers of a column; 0 for rows without a value.
struct NumberColumn {
  private var values: [Double] = []
  /// The differences between the numbers and the doubles; empty if all are 0, as in nearly every column.
  private var remainders: [Int16] = []
  private(set) var present = RowBitmap()

  init(values: some Collection<ExactNumber?>) {
    self.values.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      self.values.append(value?.nearest ?? 0)
      guard let value else { continue }
      present.insert(row)
      if value.remainder != 0, remainders.isEmpty { remainders = Array(repeating: 0, count: values.count) }
      if !remainders.isEmpty { remainders[row] = value.remainder }
    }
  }

  func rows(among numbers: Set<ExactNumber>) -> RowBitmap {
    RowBitmap.matching(count: values.count) { numbers.contains(number(at: $0)) } & present
  }

  func rows(comparison: NumberComparison, bound: ExactNumber) -> RowBitmap {
    let found =
      remainders.isEmpty && bound.remainder == 0
      ? rows(comparison: comparison, double: bound.nearest) : rows(comparison: comparison, exact: bound)
    return found & present
  }

  private func number(at row: Int) -> ExactNumber {
    ExactNumber(nearest: values[row], remainder: remainders.isEmpty ? 0 : remainders[row])
  }

  private func rows(comparison: NumberComparison, double bound: Double) -> RowBitmap {
    values.withUnsafeBufferPointer { values in
      switch comparison {
      case .equals: RowBitmap.matching(count: values.count) { values[$0] == bound }
      case .less: RowBitmap.matching(count: values.count) { values[$0] < bound }
      case .lessOrEqual: RowBitmap.matching(count: values.count) { values[$0] <= bound }
      case .greater: RowBitmap.matching(count: values.count) { values[$0] > bound }
      case .greaterOrEqual: RowBitmap.matching(count: values.count) { values[$0] >= bound }
      }
    }
  }

  private func rows(comparison: NumberComparison, exact bound: ExactNumber) -> RowBitmap {
    switch comparison {
    case .equals: RowBitmap.matching(count: values.count) { number(at: $0) == bound }
    case .less: RowBitmap.matching(count: values.count) { number(at: $0) < bound }
    case .lessOrEqual: RowBitmap.matching(count: values.count) { number(at: $0) <= bound }
    case .greater: RowBitmap.matching(count: values.count) { number(at: $0) > bound }
    case .greaterOrEqual: RowBitmap.matching(count: values.count) { number(at: $0) >= bound }
    }
  }
}
