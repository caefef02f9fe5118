import JSON

/// A hash index: a map from key to posting list, with a Bloom filter for missing keys. A reference type, which
/// `CollectionContents` copies before the first write to a shared instance.
final class HashIndex {
  private var table = PartitionedDictionary()
  private var filter = BloomFilter()

  func copy() -> HashIndex {
    let copy = HashIndex()
    copy.table = table
    copy.filter = filter
    return copy
  }

  /// Number of keys.
  var count: Int { table.count }

  /// The keys, unordered.
  var keys: [String] { table.keys }

  func insert(_ row: Row, under key: String) {
    filter.insert(key)
    table.updateRows(under: key) { PostingList.add(row, to: &$0) }
  }

  func remove(_ row: Row, under key: String) {
    table.updateRows(under: key) { PostingList.remove(row, from: &$0) }
  }

  /// The rows of a key, ascending.
  func rows(under key: String) -> [Row] {
    filter.mayContain(key) ? table[key]?.rows ?? [] : []
  }

  /// The rows of a key as a set.
  func rowSet(under key: String) -> RowSet {
    filter.mayContain(key) ? table[key]?.rowSet ?? RowSet() : RowSet()
  }

  /// The lowest row of a key; nil if the key is missing.
  func row(under key: String) -> Row? {
    filter.mayContain(key) ? table[key]?.first : nil
  }

  func isEmpty(under key: String) -> Bool {
    !filter.mayContain(key) || table[key] == nil
  }

  /// Number of rows of a key.
  func count(under key: String) -> Int {
    filter.mayContain(key) ? table[key]?.count ?? 0 : 0
  }

  /// Releases a part of the index. Returns false if nothing is left.
  func releasePart() -> Bool {
    table.releasePart()
  }
}

/// A Bloom filter of 1,024 bits with one hash function.
///
/// Rendering a contact looks it up in four indexes, mostly without a match; the filter answers that in a fraction of the time of
/// a lookup (`make bench-engine ARGS=filter`). Removed keys stay in the filter, and above about a thousand keys it is full and
/// has no effect.
struct BloomFilter {
  private var bits = InlineArray<16, UInt64>(repeating: 0)

  mutating func insert(_ key: String) {
    let bit = Self.bit(of: key)
    bits[bit >> 6] |= 1 << UInt64(bit & 63)
  }

  func mayContain(_ key: String) -> Bool {
    let bit = Self.bit(of: key)
    return bits[bit >> 6] & (1 << UInt64(bit & 63)) != 0
  }

  /// The bit of a key, below 1,024.
  private static func bit(of key: String) -> Int {
    Int(truncatingIfNeeded: key.fingerprint >> 54)
  }
}

/// The rows of one key. Most keys have one row, which is stored without an allocation.
enum PostingList {
  case one(Row)
  case many(PostingListStorage)

  /// Number of rows.
  var count: Int {
    switch self {
    case .one: 1
    case .many(let storage): storage.rowSet.count
    }
  }

  /// The lowest row.
  var first: Row? {
    switch self {
    case .one(let row): row
    case .many(let storage): storage.rowSet.first
    }
  }

  /// The rows, ascending.
  var rows: [Row] {
    switch self {
    case .one(let row): [row]
    case .many(let storage): storage.rowSet.rows
    }
  }

  /// The rows as a set.
  var rowSet: RowSet {
    switch self {
    case .one(let row): RowSet(CollectionOfOne(row))
    case .many(let storage): storage.rowSet
    }
  }

  /// Adds a row to a posting list; nil is the empty list.
  static func add(_ row: Row, to list: inout PostingList?) {
    switch list {
    case nil: list = .one(row)
    case .one(row): break
    case .one(let other): list = .many(PostingListStorage(rows: RowSet([other, row])))
    case .many(var storage):
      // Without this the storage would have two references and would always be copied.
      list = nil
      if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
      storage.rowSet.insert(row)
      list = .many(storage)
    }
  }

  /// Removes a row from a posting list, which becomes nil if it is empty.
  static func remove(_ row: Row, from list: inout PostingList?) {
    switch list {
    case .one(row): list = nil
    case .many(var storage):
      list = nil
      if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
      storage.rowSet.remove(row)
      list = storage.rowSet.count > 1 ? .many(storage) : storage.rowSet.first.map(PostingList.one)
    default: break
    }
  }
}

/// The row set of a key with several rows, shared copy-on-write between workspaces.
final class PostingListStorage {
  var rowSet: RowSet

  init(rows: RowSet) {
    self.rowSet = rows
  }

  func copy() -> PostingListStorage {
    PostingListStorage(rows: rowSet)
  }
}
