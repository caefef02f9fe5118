/// What a search asks of every record, in terms of columns.
public indirect enum Predicate: Sendable {
  case everything
  case nothing
  /// These rows, whatever their columns hold.
  case rows(RowSet)
  case column(ColumnKey, ColumnSource, ColumnPredicate)
  case not(Predicate)
  case all([Predicate])
  case any([Predicate])

  /// The leaves that may have rows that match, ascending, when that is known without a look at each; nil otherwise.
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
      guard let more = term.candidates else { return nil }
      found.formUnion(more)
    }
    return found.sorted()
  }

  /// The matching rows of one leaf, among those in `within`.
  func rows(of leaf: RowGroup, number: Int, within: RowBitmap) -> RowBitmap {
    switch self {
    case .everything: within
    case .nothing: RowBitmap()
    case .rows(let set): set.bitmap(ofGroup: number) & within
    case .column(let key, let source, let test): leaf.column(for: key, source: source).rows(matching: test) & within
    case .not(let term): ~term.rows(of: leaf, number: number, within: within) & within
    case .all(let terms):
      terms.reduce(within) { rest, term in
        rest.isEmpty ? rest : term.rows(of: leaf, number: number, within: rest)
      }
    case .any(let terms):
      terms.reduce(RowBitmap()) { found, term in
        found | term.rows(of: leaf, number: number, within: ~found & within)
      }
    }
  }
}

/// Which column of a leaf.
public enum ColumnKey: Sendable, Hashable {
  /// The search field of this number.
  case field(Int)
  /// A custom attribute, by name, as text.
  case attributeText(String)
  /// A custom attribute, by name, as a number.
  case attributeNumber(String)
}

/// What a column takes from a record.
public enum ColumnSource: Sendable {
  /// A text, compared without regard to case; nil when there is none.
  case text(@Sendable (Record) -> String?)
  /// A number, such as a time in seconds; nil when there is none.
  case number(@Sendable (Record) -> Double?)
}
