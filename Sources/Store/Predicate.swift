/// The condition of a search: a Boolean expression over columns.
public indirect enum Predicate: Sendable {
  /// Matches every record.
  case everything
  /// Matches no record.
  case nothing
  /// Matches the records of a set.
  case rows(RowSet)
  case column(ColumnKey, ColumnSource, ColumnPredicate)
  case not(Predicate)
  case all([Predicate])
  case any([Predicate])

  /// The numbers of the row groups that may contain matches, ascending; nil if every group must be examined.
  var candidates: [Int]? {
    switch self {
    case .nothing: []
    case .rows(let set): set.groups
    case .all(let terms): terms.compactMap(\.candidates).min { $0.count < $1.count }
    case .any(let terms): Self.candidates(ofAny: terms)
    default: nil
    }
  }

  private static func candidates(ofAny terms: [Predicate]) -> [Int]? {
    var found: Set<Int> = []
    for term in terms {
      guard let candidates = term.candidates else { return nil }
      found.formUnion(candidates)
    }
    return found.sorted()
  }

  /// The matching rows of one row group.
  /// - Parameters:
  ///   - number: the number of the group
  ///   - within: the rows that are examined
  func rows(of group: RowGroup, number: Int, within: RowBitmap) -> RowBitmap {
    switch self {
    case .everything: within
    case .nothing: RowBitmap()
    case .rows(let set): set.bitmap(ofGroup: number) & within
    case .column(let key, let source, let test): group.column(for: key, source: source).rows(matching: test) & within
    case .not(let term): ~term.rows(of: group, number: number, within: within) & within
    case .all(let terms):
      terms.reduce(within) { rest, term in
        rest.isEmpty ? rest : term.rows(of: group, number: number, within: rest)
      }
    case .any(let terms):
      terms.reduce(RowBitmap()) { found, term in
        found | term.rows(of: group, number: number, within: ~found & within)
      }
    }
  }
}

/// The identity of a column, by which it is cached.
public enum ColumnKey: Sendable, Hashable {
  /// A search field, by its number.
  case field(Int)
  /// A custom attribute, by name, as a string.
  case attributeText(String)
  /// A custom attribute, by name, as a number.
  case attributeNumber(String)
}

/// How the values of a column are read from records.
public enum ColumnSource: Sendable {
  /// Reads a string, which is compared case-insensitively; nil for a record without a value.
  case text(@Sendable (Record) -> String?)
  /// Reads a number, such as a time in seconds; nil for a record without a value.
  case number(@Sendable (Record) -> ExactNumber?)
}

/// The condition on a column. Strings are compared in their folded form (`CaseFolding`).
public enum ColumnPredicate: Sendable {
  /// The record has a value.
  case present
  /// The string has the relation to `needle`, which is folded UTF-8.
  case text(TextComparison, needle: [UInt8])
  case number(NumberComparison, ExactNumber)
  /// The string is in the set of folded UTF-8 strings.
  case textAmong(Set<[UInt8]>)
  /// A space-separated word of the string is in the set of folded UTF-8 strings.
  case wordAmong(Set<[UInt8]>)
  case numberAmong(Set<ExactNumber>)
}

public enum TextComparison: Sendable {
  case equals, contains, startsWith, endsWith
}

public enum NumberComparison: Sendable {
  case equals, less, lessOrEqual, greater, greaterOrEqual
}
