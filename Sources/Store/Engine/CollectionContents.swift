/// What a collection holds, as a value: a copy is a few references, and a change copies only what it touches.
struct CollectionContents {
  var rowGroups: [RowGroup] = []
  /// By id.
  var idIndex = HashIndex()
  var indexes: [HashIndex]
  var orders: [OrderedIndex]
  var freeRows: [Row] = []
  /// Changed whenever the contents are.
  var revision = 0

  init(for definition: CollectionDefinition) {
    indexes = definition.indexes.map { _ in HashIndex() }
    orders = Array(repeating: OrderedIndex(), count: definition.orders.count)
  }

  func record(at row: Row) -> Record? {
    rowGroups[row.group].records[row.offset]
  }

  mutating func insert(_ record: Record, id: String, definition: CollectionDefinition) {
    let row = allocateRow(for: record)
    Self.makeUnique(&idIndex)
    idIndex.insert(row, under: id)
    addToIndexes(record, id: id, at: row, definition: definition)
    revision += 1
  }

  mutating func replace(_ record: Record, id: String, at row: Row, definition: CollectionDefinition) {
    guard let old = self.record(at: row) else { return }
    removeFromIndexes(old, id: id, at: row, definition: definition, differingFrom: record)
    makeUnique(row.group)
    rowGroups[row.group].put(record, at: row.offset)
    addToIndexes(record, id: id, at: row, definition: definition, differingFrom: old)
    revision += 1
  }

  mutating func remove(id: String, at row: Row, definition: CollectionDefinition) {
    guard let old = record(at: row) else { return }
    removeFromIndexes(old, id: id, at: row, definition: definition)
    makeUnique(row.group)
    rowGroups[row.group].put(nil, at: row.offset)
    Self.makeUnique(&idIndex)
    idIndex.remove(row, under: id)
    freeRows.append(row)
    revision += 1
  }

  private mutating func allocateRow(for record: Record) -> Row {
    if let row = freeRows.popLast() {
      makeUnique(row.group)
      rowGroups[row.group].put(record, at: row.offset)
      return row
    }
    if rowGroups.last?.isFull ?? true { rowGroups.append(RowGroup()) }
    makeUnique(rowGroups.count - 1)
    return Row(group: rowGroups.count - 1, offset: rowGroups[rowGroups.count - 1].append(record))
  }

  private mutating func makeUnique(_ leaf: Int) {
    if !isKnownUniquelyReferenced(&rowGroups[leaf]) { rowGroups[leaf] = rowGroups[leaf].copy() }
  }

  private static func makeUnique(_ index: inout HashIndex) {
    if !isKnownUniquelyReferenced(&index) { index = index.copy() }
  }

  /// Enters a record into every index whose keys differ from those of `other`.
  private mutating func addToIndexes(
    _ record: Record, id: String, at row: Row, definition: CollectionDefinition, differingFrom other: Record? = nil
  ) {
    for (number, index) in definition.indexes.enumerated() {
      let keys = index.keys(record)
      if let other, index.keys(other) == keys { continue }
      if !keys.isEmpty { Self.makeUnique(&indexes[number]) }
      for key in keys { indexes[number].insert(row, under: key) }
    }
    let rank = IDOrder.rank(of: id)
    for (number, order) in definition.orders.enumerated() {
      let key = order.key(record)
      if let other, order.key(other) == key { continue }
      guard let key else { continue }
      orders[number].insert(OrderedIndex.Entry(rank: rank, key: key, row: row))
    }
  }

  /// Takes a record out of every index whose keys differ from those of `other`.
  private mutating func removeFromIndexes(
    _ record: Record, id: String, at row: Row, definition: CollectionDefinition, differingFrom other: Record? = nil
  ) {
    for (number, index) in definition.indexes.enumerated() {
      let keys = index.keys(record)
      if let other, index.keys(other) == keys { continue }
      if !keys.isEmpty { Self.makeUnique(&indexes[number]) }
      for key in keys { indexes[number].remove(row, under: key) }
    }
    for (number, order) in definition.orders.enumerated() {
      let key = order.key(record)
      if let other, order.key(other) == key { continue }
      guard let key else { continue }
      orders[number].remove(OrderedIndex.Entry(rank: IDOrder.rank(of: id), key: key, row: row))
    }
  }
}

/// 256 rows behind one reference, shared by every workspace that has not changed one of them.
///
/// Columns are cut from the rows when a search first asks for them and are dropped when a row changes: what nobody
/// searches costs nothing, and a write costs the same however many fields can be searched.
final class RowGroup {
  /// Most columns that are kept at once: more than a resource has search fields.
  private static let maxColumns = 128

  private(set) var records: [Record?]
  private(set) var liveRows = RowBitmap()
  /// Few: a search asks for one or two.
  private var columns: [(key: ColumnKey, column: Column)] = []

  init() {
    records = []
    records.reserveCapacity(RowBitmap.capacity)
  }

  private init(copying other: RowGroup) {
    records = other.records
    liveRows = other.liveRows
    columns = other.columns
  }

  func copy() -> RowGroup {
    RowGroup(copying: self)
  }

  var isFull: Bool { records.count == RowBitmap.capacity }

  /// Appends a row and returns its offset.
  func append(_ record: Record) -> Int {
    records.append(record)
    liveRows.insert(records.count - 1)
    dropColumns()
    return records.count - 1
  }

  /// Replaces, revives or, with nil, removes the row at an offset.
  func put(_ record: Record?, at offset: Int) {
    records[offset] = record
    if record == nil { liveRows.remove(offset) } else { liveRows.insert(offset) }
    dropColumns()
  }

  /// The column of this key, cut now if it is not there yet.
  func column(for key: ColumnKey, source: ColumnSource) -> Column {
    if let place = columns.firstIndex(where: { $0.key == key }) { return columns[place].column }
    // Anyone may search by attributes that no record has: their columns make room for each other.
    if columns.count >= Self.maxColumns { dropColumns() }
    let column = Column(records: records, source: source)
    columns.append((key, column))
    return column
  }

  private func dropColumns() {
    if !columns.isEmpty { columns.removeAll(keepingCapacity: true) }
  }
}
