/// What a collection holds, as a value: a copy is a few references, and a change copies only what it touches.
struct CollectionContents {
  var leaves: [Leaf] = []
  /// By id.
  var ids = HashIndex()
  var indexes: [HashIndex]
  var orders: [OrderedIndex]
  var free: [Row] = []
  /// Changed whenever the contents are.
  var revision = 0

  init(_ definition: CollectionDefinition) {
    indexes = definition.indexes.map { _ in HashIndex() }
    orders = Array(repeating: OrderedIndex(), count: definition.orders.count)
  }

  func record(at row: Row) -> Record? {
    leaves[row.leaf].records[row.offset]
  }

  mutating func insert(_ record: Record, id: String, _ definition: CollectionDefinition) {
    let row = place(record)
    Self.own(&ids)
    ids.insert(row, under: id)
    link(record, id, row, definition)
    revision += 1
  }

  mutating func replace(_ record: Record, id: String, at row: Row, _ definition: CollectionDefinition) {
    guard let old = self.record(at: row) else { return }
    unlink(old, id, row, definition, unless: record)
    own(row.leaf)
    leaves[row.leaf].put(record, at: row.offset)
    link(record, id, row, definition, unless: old)
    revision += 1
  }

  mutating func remove(id: String, at row: Row, _ definition: CollectionDefinition) {
    guard let old = record(at: row) else { return }
    unlink(old, id, row, definition)
    own(row.leaf)
    leaves[row.leaf].put(nil, at: row.offset)
    Self.own(&ids)
    ids.remove(row, under: id)
    free.append(row)
    revision += 1
  }

  private mutating func place(_ record: Record) -> Row {
    if let row = free.popLast() {
      own(row.leaf)
      leaves[row.leaf].put(record, at: row.offset)
      return row
    }
    if leaves.last?.isFull ?? true { leaves.append(Leaf()) }
    own(leaves.count - 1)
    return Row(leaf: leaves.count - 1, offset: leaves[leaves.count - 1].append(record))
  }

  private mutating func own(_ leaf: Int) {
    if !isKnownUniquelyReferenced(&leaves[leaf]) { leaves[leaf] = leaves[leaf].copy() }
  }

  private static func own(_ index: inout HashIndex) {
    if !isKnownUniquelyReferenced(&index) { index = index.copy() }
  }

  /// Enters a record into every index whose keys differ from those of `other`.
  private mutating func link(
    _ record: Record, _ id: String, _ row: Row, _ definition: CollectionDefinition, unless other: Record? = nil
  ) {
    for (number, index) in definition.indexes.enumerated() {
      let keys = index.keys(record)
      if let other, index.keys(other) == keys { continue }
      if !keys.isEmpty { Self.own(&indexes[number]) }
      for key in keys { indexes[number].insert(row, under: key) }
    }
    let rank = IDOrder.rank(id)
    for (number, order) in definition.orders.enumerated() {
      let key = order.key(record)
      if let other, order.key(other) == key { continue }
      guard let key else { continue }
      orders[number].insert(OrderedIndex.Entry(rank: rank, key: key, row: row))
    }
  }

  /// Takes a record out of every index whose keys differ from those of `other`.
  private mutating func unlink(
    _ record: Record, _ id: String, _ row: Row, _ definition: CollectionDefinition, unless other: Record? = nil
  ) {
    for (number, index) in definition.indexes.enumerated() {
      let keys = index.keys(record)
      if let other, index.keys(other) == keys { continue }
      if !keys.isEmpty { Self.own(&indexes[number]) }
      for key in keys { indexes[number].remove(row, under: key) }
    }
    for (number, order) in definition.orders.enumerated() {
      let key = order.key(record)
      if let other, order.key(other) == key { continue }
      guard let key else { continue }
      orders[number].remove(OrderedIndex.Entry(rank: IDOrder.rank(id), key: key, row: row))
    }
  }
}

/// 256 rows behind one reference, shared by every workspace that has not changed one of them.
///
/// Columns are cut from the rows when a search first asks for them and are dropped when a row changes: what nobody
/// searches costs nothing, and a write costs the same however many fields can be searched.
final class Leaf {
  /// Most columns that are kept at once: more than a resource has search fields.
  private static let mostColumns = 128

  private(set) var records: [Record?]
  private(set) var live = RowMask()
  /// Few: a search asks for one or two.
  private var columns: [(key: ColumnKey, column: Column)] = []

  init() {
    records = []
    records.reserveCapacity(RowMask.rows)
  }

  private init(copying other: Leaf) {
    records = other.records
    live = other.live
    columns = other.columns
  }

  func copy() -> Leaf {
    Leaf(copying: self)
  }

  var isFull: Bool { records.count == RowMask.rows }

  /// Appends a row and returns its offset.
  func append(_ record: Record) -> Int {
    records.append(record)
    live.insert(records.count - 1)
    dropColumns()
    return records.count - 1
  }

  /// Replaces, revives or, with nil, removes the row at an offset.
  func put(_ record: Record?, at offset: Int) {
    records[offset] = record
    if record == nil { live.remove(offset) } else { live.insert(offset) }
    dropColumns()
  }

  /// The column of this key, cut now if it is not there yet.
  func column(_ key: ColumnKey, _ source: ColumnSource) -> Column {
    if let place = columns.firstIndex(where: { $0.key == key }) { return columns[place].column }
    // Anyone may search by attributes that no record has: their columns make room for each other.
    if columns.count >= Self.mostColumns { dropColumns() }
    let column = Column(records, source)
    columns.append((key, column))
    return column
  }

  private func dropColumns() {
    if !columns.isEmpty { columns.removeAll(keepingCapacity: true) }
  }
}
