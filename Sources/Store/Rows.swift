/// The rows that stand under one text. Most texts are one record's own.
enum Rows {
  case one(Row)
  case many(RowPostings)

  var count: Int {
    switch self {
    case .one: 1
    case .many(let postings): postings.rows.count
    }
  }

  /// One of them: of one, that one.
  var first: Row? {
    switch self {
    case .one(let row): row
    case .many(let postings): postings.rows.first
    }
  }

  /// All of them, ascending.
  var all: [Row] {
    switch self {
    case .one(let row): [row]
    case .many(let postings): postings.rows.rows
    }
  }

  /// The same as a set.
  var set: RowSet {
    switch self {
    case .one(let row): RowSet(CollectionOfOne(row))
    case .many(let postings): postings.rows
    }
  }

  /// Adds a row to what stands under a text, which may be nothing.
  static func add(_ row: Row, to rows: inout Rows?) {
    switch rows {
    case nil: rows = .one(row)
    case .one(row): break
    case .one(let other): rows = .many(RowPostings(RowSet([other, row])))
    case .many(var postings):
      // The text's own reference goes first, or the postings would be copied as if another workspace had them.
      rows = nil
      if !isKnownUniquelyReferenced(&postings) { postings = postings.copy() }
      postings.rows.insert(row)
      rows = .many(postings)
    }
  }

  /// Takes a row out of what stands under a text; nil when nothing is left.
  static func remove(_ row: Row, from rows: inout Rows?) {
    switch rows {
    case .one(row): rows = nil
    case .many(var postings):
      rows = nil
      if !isKnownUniquelyReferenced(&postings) { postings = postings.copy() }
      postings.rows.remove(row)
      rows = postings.rows.count > 1 ? .many(postings) : postings.rows.first.map(Rows.one)
    default: break
    }
  }
}
