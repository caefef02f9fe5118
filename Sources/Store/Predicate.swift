/// The condition of a search: a Boolean expression over columns.
public indirect enum Predicate: Sendable {
  /// Matches every record.
  case everything
  /// Matches no record.
  case nothing
  /// Matches the records of a set.
  case rows(RowSet)
  case column(ColumnKey, ColumnSource, ColumnPredicate)
  /// A number that changes without a write to the record, such as the number of records that refer to it. It is computed
  /// once in a search for all conditions on the same key.
  case computed(ColumnKey, @Sendable (Record, Workspace) -> Int, ColumnPredicate)
  /// Matches the records whose keys in an index contain the id of a record of another collection that matches a predicate.
  case linked(to: Schema, index: String, Predicate)
  /// Matches the records whose ids `id` reads from records of another collection: those under a key of an index.
  case named(by: Schema, index: String, key: String, id: @Sendable (Record) -> String?)
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
  ///   - group: the group and its number; links must be resolved
  ///   - within: the rows that are examined
  func rows(of group: SearchedGroup, within: RowBitmap) -> RowBitmap {
    switch self {
    case .everything: within
    case .nothing, .linked, .named: RowBitmap()
    case .rows(let set): set.bitmap(ofGroup: group.number) & within
    case .column(let key, let source, let test): group.rows(where: test, on: key, source: source) & within
    case .computed(let key, let value, let test): group.rows(where: test, on: key, computedBy: value) & within
    case .not(let term): ~term.rows(of: group, within: within) & within
    case .all(let terms):
      terms.reduce(within) { rest, term in
        rest.isEmpty ? rest : term.rows(of: group, within: rest)
      }
    case .any(let terms):
      terms.reduce(RowBitmap()) { found, term in
        found | term.rows(of: group, within: ~found & within)
      }
    }
  }

  /// The terms of a group; nil for a condition.
  var terms: [Predicate]? {
    switch self {
    case .all(let terms), .any(let terms): terms
    case .not(let term): [term]
    default: nil
    }
  }

  /// Number of conditions.
  var conditionCount: Int {
    terms?.reduce(0) { $0 + $1.conditionCount } ?? 1
  }
}

// MARK: Links

extension Predicate {
  /// A link of a predicate to another collection.
  struct Link {
    enum Direction {
      /// The searched records refer to those of the other collection that match the predicate.
      case toOther(Predicate)
      /// The records of the other collection under a key refer to the searched ones.
      case fromOther(key: String, id: @Sendable (Record) -> String?)
    }

    let schema: Schema
    let index: String
    let direction: Direction

    /// The name of a link to every record of the other collection; nil for other links.
    var completeName: String? {
      if case .toOther(.everything) = direction { "\(schema.name) \(index)" } else { nil }
    }
  }

  /// The links, in order.
  var links: [Link] {
    switch self {
    case .linked(let schema, let index, let predicate):
      [Link(schema: schema, index: index, direction: .toOther(predicate))]
    case .named(let schema, let index, let key, let id):
      [Link(schema: schema, index: index, direction: .fromOther(key: key, id: id))]
    default: terms?.flatMap(\.links) ?? []
    }
  }

  /// The predicate with the matching records in the place of each link.
  func resolvingLinks(with sets: inout ArraySlice<RowSet>) -> Predicate {
    switch self {
    case .linked, .named: .rows(sets.popFirst() ?? RowSet())
    case .not(let term): .not(term.resolvingLinks(with: &sets))
    case .all(let terms): .all(terms.map { $0.resolvingLinks(with: &sets) })
    case .any(let terms): .any(terms.map { $0.resolvingLinks(with: &sets) })
    default: self
    }
  }

  /// The predicate in which alternatives that follow the same link follow it once.
  var joiningLinks: Predicate {
    switch self {
    case .not(let term): .not(term.joiningLinks)
    case .all(let terms): .all(terms.map(\.joiningLinks))
    case .any(let terms): Self.joined(terms.flatMap { $0.joiningLinks.alternatives })
    default: self
    }
  }

  private var alternatives: [Predicate] {
    if case .any(let terms) = self { terms } else { [self] }
  }

  private static func joined(_ terms: [Predicate]) -> Predicate {
    var rest: [Predicate] = []
    var joined: [(schema: Schema, index: String, terms: [Predicate])] = []
    for term in terms {
      guard case .linked(let schema, let index, let predicate) = term else {
        rest.append(term)
        continue
      }
      if let known = joined.firstIndex(where: { $0.schema === schema && $0.index == index }) {
        joined[known].terms.append(predicate)
      } else {
        joined.append((schema, index, [predicate]))
      }
    }
    return .any(rest + joined.map { .linked(to: $0.schema, index: $0.index, .any($0.terms)) })
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
  /// A column of the program's own. It has a case of its own, because custom attributes can have any name.
  case named(String)
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
