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
