import Glibc

/// One searchable field of the rows of a leaf, laid out for scanning.
enum Column {
  case text(TextColumn)
  case number(NumberColumn)

  init(records: [Record?], source: ColumnSource) {
    switch source {
    case .text(let read): self = .text(TextColumn(texts: records.lazy.map { $0.flatMap(read) }))
    case .number(let read): self = .number(NumberColumn(values: records.lazy.map { $0.flatMap(read) }))
    }
  }

  /// The rows that hold a value and pass the test.
  func rows(matching test: ColumnPredicate) -> RowBitmap {
    switch (self, test) {
    case (_, .present): present
    case (.text(let column), .text(let how, let needle)): column.rows(comparison: how, needle: needle)
    case (.text(let column), .textAmong(let texts)): column.rows(among: texts)
    case (.text(let column), .wordAmong(let words)): column.rows(withWordAmong: words)
    case (.number(let column), .number(let how, let bound)): column.rows(comparison: how, bound: bound)
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

/// What is asked of a column.
public enum ColumnPredicate: Sendable {
  /// The row has a value at all.
  case present
  /// `needle` is folded as `TextFolding` does.
  case text(TextComparison, needle: [UInt8])
  case number(NumberComparison, Double)
  /// The whole text is one of these, which are folded: for more of them than are worth a scan each.
  case textAmong(Set<[UInt8]>)
  /// A word of the text, between two spaces, is one of these, which are folded.
  case wordAmong(Set<[UInt8]>)
  case numberAmong(Set<Double>)
}

public enum TextComparison: Sendable {
  case equals, contains, startsWith, endsWith
}

public enum NumberComparison: Sendable {
  case equals, less, lessOrEqual, greater, greaterOrEqual
}

/// Folded texts, one after the other, each ended by a byte that UTF-8 never holds: a search runs over all of them at
/// once and never matches across two.
struct TextColumn {
  private static let terminator: UInt8 = 0xFF
  private var bytes: [UInt8] = []
  /// Where each row's text starts; one more than there are rows.
  private var starts: [Int] = [0]
  /// The first eight bytes of each row's text and its end: one comparison of two numbers tells most texts apart.
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

  /// The first eight bytes, the first in the lowest place, zero where there are fewer.
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

  /// A text of up to seven bytes is its head; a longer one is looked at where the heads agree.
  private func rows(equalTo needle: [UInt8]) -> RowBitmap {
    let wanted = Self.prefix(of: needle + [Self.terminator])
    let alike =
      prefixes.withUnsafeBufferPointer { heads in RowBitmap.matching(count: heads.count) { heads[$0] == wanted } }
      & present
    guard needle.count >= 8, !alike.isEmpty else { return alike }
    return compareBytes(comparison: .equals, needle: needle) & alike
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
    guard let first = needle.first else { return present }
    var mask = RowBitmap()
    bytes.withUnsafeBufferPointer { bytes in
      needle.withUnsafeBufferPointer { needle in
        var position = 0
        var row = 0
        while let hit = Self.nextOccurrence(in: bytes, from: position, of: first), hit + needle.count <= bytes.count {
          position = hit + 1
          guard Self.isEqual(bytes, at: hit, to: needle) else { continue }
          while starts[row + 1] <= hit { row += 1 }
          mask.insert(row)
          position = starts[row + 1]
        }
      }
    }
    return mask & present
  }

  private static func nextOccurrence(in bytes: UnsafeBufferPointer<UInt8>, from: Int, of byte: UInt8) -> Int? {
    guard let base = bytes.baseAddress, from < bytes.count else { return nil }
    guard let hit = memchr(base + from, Int32(byte), bytes.count - from) else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }

  private static func isEqual(
    _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, to needle: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard let base = bytes.baseAddress, let wanted = needle.baseAddress else { return true }
    return memcmp(base + start, wanted, needle.count) == 0
  }
}

/// Numbers side by side.
struct NumberColumn {
  private var values: [Double] = []
  private(set) var present = RowBitmap()

  init(values: some Collection<Double?>) {
    self.values.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      self.values.append(value ?? 0)
      if value != nil { present.insert(row) }
    }
  }

  func rows(among numbers: Set<Double>) -> RowBitmap {
    RowBitmap.matching(count: values.count) { numbers.contains(values[$0]) } & present
  }

  func rows(comparison: NumberComparison, bound: Double) -> RowBitmap {
    let found = values.withUnsafeBufferPointer { values in
      switch comparison {
      case .equals: RowBitmap.matching(count: values.count) { values[$0] == bound }
      case .less: RowBitmap.matching(count: values.count) { values[$0] < bound }
      case .lessOrEqual: RowBitmap.matching(count: values.count) { values[$0] <= bound }
      case .greater: RowBitmap.matching(count: values.count) { values[$0] > bound }
      case .greaterOrEqual: RowBitmap.matching(count: values.count) { values[$0] >= bound }
      }
    }
    return found & present
  }
}
