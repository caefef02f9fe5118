/// Rows by the texts that an index finds them under. Behind a reference, as every shown contact asks four of them what
/// hangs on it: shared until it is changed.
final class HashIndex {
  private var table = ExtendibleHashTable()
  private var filter = BloomFilter()

  func copy() -> HashIndex {
    let copy = HashIndex()
    copy.table = table
    copy.filter = filter
    return copy
  }

  /// How many texts there are.
  var count: Int { table.count }

  /// The texts, in no order.
  var keys: [String] { table.keys }

  func insert(_ row: Row, under key: String) {
    filter.insert(key)
    table.updateRows(under: key) { PostingList.add(row, to: &$0) }
  }

  func remove(_ row: Row, under key: String) {
    table.updateRows(under: key) { PostingList.remove(row, from: &$0) }
  }

  /// The rows under a text, ascending.
  func rows(under key: String) -> [Row] {
    filter.mayContain(key) ? table[key]?.rows ?? [] : []
  }

  /// The same as a set.
  func rowSet(under key: String) -> RowSet {
    filter.mayContain(key) ? table[key]?.rowSet ?? RowSet() : RowSet()
  }

  /// The row under a text that has no other.
  func row(under key: String) -> Row? {
    filter.mayContain(key) ? table[key]?.first : nil
  }

  func isEmpty(under key: String) -> Bool {
    !filter.mayContain(key) || table[key] == nil
  }

  func count(under key: String) -> Int {
    filter.mayContain(key) ? table[key]?.count ?? 0 : 0
  }

  /// Lets go of some texts; false when there are none.
  func releasePart() -> Bool {
    table.releasePart()
  }
}

/// Says of most texts that are not in a small index that they are not, at a tenth of the price of a look-up: a contact
/// asks four indexes what hangs on it whenever it is shown, and most often nothing does. A text that was removed may still
/// be said to be there; an index of more than a thousand texts learns nothing from it.
struct BloomFilter {
  private var bits = InlineArray<16, UInt64>(repeating: 0)

  mutating func insert(_ key: String) {
    let place = Self.bit(of: key)
    bits[place >> 6] |= 1 << UInt64(place & 63)
  }

  func mayContain(_ key: String) -> Bool {
    let place = Self.bit(of: key)
    return bits[place >> 6] & (1 << UInt64(place & 63)) != 0
  }

  /// One of 1,024 places.
  private static func bit(of key: String) -> Int {
    Int(truncatingIfNeeded: key.fingerprint >> 54)
  }
}

/// The rows that stand under one text. Most texts are one record's own.
enum PostingList {
  case one(Row)
  case many(PostingListStorage)

  var count: Int {
    switch self {
    case .one: 1
    case .many(let postings): postings.rowSet.count
    }
  }

  /// One of them: of one, that one.
  var first: Row? {
    switch self {
    case .one(let row): row
    case .many(let postings): postings.rowSet.first
    }
  }

  /// All of them, ascending.
  var rows: [Row] {
    switch self {
    case .one(let row): [row]
    case .many(let postings): postings.rowSet.rows
    }
  }

  /// The same as a set.
  var rowSet: RowSet {
    switch self {
    case .one(let row): RowSet(CollectionOfOne(row))
    case .many(let postings): postings.rowSet
    }
  }

  /// Adds a row to what stands under a text, which may be nothing.
  static func add(_ row: Row, to rows: inout PostingList?) {
    switch rows {
    case nil: rows = .one(row)
    case .one(row): break
    case .one(let other): rows = .many(PostingListStorage(rows: RowSet([other, row])))
    case .many(var postings):
      // The text's own reference goes first, or the postings would be copied as if another workspace had them.
      rows = nil
      if !isKnownUniquelyReferenced(&postings) { postings = postings.copy() }
      postings.rowSet.insert(row)
      rows = .many(postings)
    }
  }

  /// Takes a row out of what stands under a text; nil when nothing is left.
  static func remove(_ row: Row, from rows: inout PostingList?) {
    switch rows {
    case .one(row): rows = nil
    case .many(var postings):
      rows = nil
      if !isKnownUniquelyReferenced(&postings) { postings = postings.copy() }
      postings.rowSet.remove(row)
      rows = postings.rowSet.count > 1 ? .many(postings) : postings.rowSet.first.map(PostingList.one)
    default: break
    }
  }
}

/// The many rows of one text, behind a reference: shared by every workspace that has not changed them.
final class PostingListStorage {
  var rowSet: RowSet

  init(rows: RowSet) {
    self.rowSet = rows
  }

  func copy() -> PostingListStorage {
    PostingListStorage(rows: rowSet)
  }
}
