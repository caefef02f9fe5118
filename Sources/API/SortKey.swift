import JSON
import Store

/// A value that results are sorted by.
enum SortKey: Equatable {
  case none
  case number(Double)
  case text(String)

  init(_ json: JSON) {
    if let number = json.number {
      self = .number(number)
    } else if let text = json.string {
      self = .text(text)
    } else {
      self = .none
    }
  }

  var json: JSON {
    switch self {
    case .none: .null
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    }
  }
}

/// A record with its sort value; none for the place where a cursor points.
struct SortRow {
  let key: SortKey
  let rank: UInt128
  let record: Record?

  /// Whether this row comes before the other.
  func precedes(_ other: SortRow, _ descending: Bool) -> Bool {
    switch (key, other.key) {
    case (.number(let left), .number(let right)) where left != right: descending ? left > right : left < right
    case (.text(let left), .text(let right)) where left != right: descending ? left > right : left < right
    case (.number, .text): !descending
    case (.text, .number): descending
    case (.none, .number), (.none, .text): false
    case (.number, .none), (.text, .none): true
    default: descending ? rank > other.rank : rank < other.rank
    }
  }
}

extension SearchField {
  /// The record's value, for sorting; texts without regard to case.
  func sortKey(of record: Record, in workspace: Workspace) -> SortKey {
    switch kind {
    case .text(.text(let read)): read(record).map { .text($0.lowercased()) } ?? .none
    case .integer(.number(let read)), .serial(_, .number(let read)), .boolean(.number(let read)),
      .date(.number(let read)):
      read(record).map(SortKey.number) ?? .none
    case .counted(_, let count): .number(Double(count(record, workspace)))
    case .attribute(let read): SortKey(read(record)?.folded ?? .null)
    default: .none
    }
  }
}

extension JSON {
  /// A text without regard to case, a truth as a number, anything else as it is.
  fileprivate var folded: JSON {
    switch self {
    case .string(let text): .string(text.lowercased())
    case .boolean(let flag): .integer(flag ? 1 : 0)
    default: self
    }
  }
}
