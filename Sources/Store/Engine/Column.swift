import Glibc

/// One searchable field of the rows of a leaf, laid out for scanning.
enum Column {
  case text(TextColumn)
  case number(NumberColumn)

  init(_ records: [Record?], _ source: ColumnSource) {
    switch source {
    case .text(let read): self = .text(TextColumn(records.lazy.map { $0.flatMap(read) }))
    case .number(let read): self = .number(NumberColumn(records.lazy.map { $0.flatMap(read) }))
    }
  }

  /// The rows that hold a value and pass the test.
  func rows(_ test: ColumnTest) -> RowMask {
    switch (self, test) {
    case (_, .present): present
    case (.text(let column), .text(let how, let needle)): column.rows(how, needle)
    case (.text(let column), .textAmong(let texts)): column.rows(among: texts)
    case (.text(let column), .wordAmong(let words)): column.rows(withAWordAmong: words)
    case (.number(let column), .number(let how, let bound)): column.rows(how, bound)
    case (.number(let column), .numberAmong(let numbers)): column.rows(among: numbers)
    default: RowMask()
    }
  }

  private var present: RowMask {
    switch self {
    case .text(let column): column.present
    case .number(let column): column.present
    }
  }
}

/// What is asked of a column.
public enum ColumnTest: Sendable {
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
  private static let end: UInt8 = 0xFF
  private var bytes: [UInt8] = []
  /// Where each row's text starts; one more than there are rows.
  private var starts: [Int] = [0]
  /// The first eight bytes of each row's text and its end: one comparison of two numbers tells most texts apart.
  private var heads: [UInt64] = []
  private(set) var present = RowMask()

  init(_ texts: some Collection<String?>) {
    starts.reserveCapacity(texts.count + 1)
    for (row, text) in texts.enumerated() {
      if let text {
        TextFolding.append(text, to: &bytes)
        present.insert(row)
      }
      bytes.append(Self.end)
      heads.append(Self.head(bytes[starts[row]...]))
      starts.append(bytes.count)
    }
  }

  /// The first eight bytes, the first in the lowest place, zero where there are fewer.
  private static func head(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  func rows(_ comparison: TextComparison, _ needle: [UInt8]) -> RowMask {
    guard !needle.contains(Self.end) else { return RowMask() }
    return switch comparison {
    case .contains: scan(needle)
    case .equals: equal(needle)
    case .startsWith, .endsWith: compare(comparison, needle)
    }
  }

  func rows(among texts: Set<[UInt8]>) -> RowMask {
    RowMask.filled(starts.count - 1) { texts.contains(Array(text($0))) } & present
  }

  func rows(withAWordAmong words: Set<[UInt8]>) -> RowMask {
    RowMask.filled(starts.count - 1) { row in
      text(row).split(separator: UInt8(ascii: " ")).contains { words.contains(Array($0)) }
    } & present
  }

  private func text(_ row: Int) -> ArraySlice<UInt8> {
    bytes[starts[row]..<(starts[row + 1] - 1)]
  }

  /// A text of up to seven bytes is its head; a longer one is looked at where the heads agree.
  private func equal(_ needle: [UInt8]) -> RowMask {
    let wanted = Self.head(needle + [Self.end])
    let alike = heads.withUnsafeBufferPointer { heads in RowMask.filled(heads.count) { heads[$0] == wanted } } & present
    guard needle.count >= 8, !alike.isEmpty else { return alike }
    return compare(.equals, needle) & alike
  }

  private func compare(_ comparison: TextComparison, _ needle: [UInt8]) -> RowMask {
    bytes.withUnsafeBufferPointer { bytes in
      needle.withUnsafeBufferPointer { needle in
        RowMask.filled(starts.count - 1) { row in
          let length = starts[row + 1] - 1 - starts[row]
          guard length == needle.count || (comparison != .equals && length > needle.count) else { return false }
          let start = comparison == .endsWith ? starts[row + 1] - 1 - needle.count : starts[row]
          return Self.same(bytes, start, needle)
        }
      }
    } & present
  }

  private func scan(_ needle: [UInt8]) -> RowMask {
    guard let first = needle.first else { return present }
    var mask = RowMask()
    bytes.withUnsafeBufferPointer { bytes in
      needle.withUnsafeBufferPointer { needle in
        var position = 0
        var row = 0
        while let hit = Self.next(bytes, position, first), hit + needle.count <= bytes.count {
          position = hit + 1
          guard Self.same(bytes, hit, needle) else { continue }
          while starts[row + 1] <= hit { row += 1 }
          mask.insert(row)
          position = starts[row + 1]
        }
      }
    }
    return mask & present
  }

  private static func next(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ byte: UInt8) -> Int? {
    guard let base = bytes.baseAddress, from < bytes.count else { return nil }
    guard let hit = memchr(base + from, Int32(byte), bytes.count - from) else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }

  private static func same(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ needle: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard let base = bytes.baseAddress, let wanted = needle.baseAddress else { return true }
    return memcmp(base + start, wanted, needle.count) == 0
  }
}

/// Numbers side by side.
struct NumberColumn {
  private var values: [Double] = []
  private(set) var present = RowMask()

  init(_ values: some Collection<Double?>) {
    self.values.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      self.values.append(value ?? 0)
      if value != nil { present.insert(row) }
    }
  }

  func rows(among numbers: Set<Double>) -> RowMask {
    RowMask.filled(values.count) { numbers.contains(values[$0]) } & present
  }

  func rows(_ comparison: NumberComparison, _ bound: Double) -> RowMask {
    let found = values.withUnsafeBufferPointer { values in
      switch comparison {
      case .equals: RowMask.filled(values.count) { values[$0] == bound }
      case .less: RowMask.filled(values.count) { values[$0] < bound }
      case .lessOrEqual: RowMask.filled(values.count) { values[$0] <= bound }
      case .greater: RowMask.filled(values.count) { values[$0] > bound }
      case .greaterOrEqual: RowMask.filled(values.count) { values[$0] >= bound }
      }
    }
    return found & present
  }
}
