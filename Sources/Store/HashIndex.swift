import HashTreeCollections

/// Rows by the texts that an index finds them under.
struct HashIndex {
  /// The rows of one text. Most texts are one record's own.
  private enum Rows {
    case one(Row)
    case many(TreeSet<Row>)
  }

  private var entries = TreeDictionary<String, Rows>()
  private var filter = KeyFilter()

  mutating func insert(_ row: Row, under key: String) {
    filter.insert(key)
    // Most texts are new: one look-up serves them.
    switch entries.updateValue(.one(row), forKey: key) {
    case nil: break
    case .one(let other): entries[key] = .many([other, row])
    case .many(var rows):
      rows.insert(row)
      entries[key] = .many(rows)
    }
  }

  mutating func remove(_ row: Row, under key: String) {
    switch entries[key] {
    case .one(row): entries[key] = nil
    case .many(var rows):
      rows.remove(row)
      entries[key] = rows.isEmpty ? nil : .many(rows)
    default: break
    }
  }

  /// The rows under a text, in no order.
  func rows(under key: String) -> [Row] {
    guard filter.mayContain(key) else { return [] }
    return switch entries[key] {
    case nil: []
    case .one(let row): [row]
    case .many(let rows): Array(rows)
    }
  }

  func isEmpty(under key: String) -> Bool {
    guard filter.mayContain(key) else { return true }
    return entries[key] == nil
  }

  func count(under key: String) -> Int {
    guard filter.mayContain(key) else { return 0 }
    return switch entries[key] {
    case nil: 0
    case .one: 1
    case .many(let rows): rows.count
    }
  }
}
