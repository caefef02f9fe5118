/// Rows by the texts that an index finds them under. Behind a reference, as every shown contact asks four of them what
/// hangs on it: shared until it is changed.
final class HashIndex {
  private var table = KeyTable()
  private var filter = KeyFilter()

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
    table.change(key) { Rows.add(row, to: &$0) }
  }

  func remove(_ row: Row, under key: String) {
    table.change(key) { Rows.remove(row, from: &$0) }
  }

  /// The rows under a text, ascending.
  func rows(under key: String) -> [Row] {
    filter.mayContain(key) ? table[key]?.all ?? [] : []
  }

  /// The same as a set.
  func set(under key: String) -> RowSet {
    filter.mayContain(key) ? table[key]?.set ?? RowSet() : RowSet()
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
  func dropPart() -> Bool {
    table.dropPart()
  }
}
