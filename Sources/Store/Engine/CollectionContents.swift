/// The records and indexes of a collection as a copy-on-write value.
///
/// Copying is O(1). The first write to a copy copies the arrays of references, the row group of the record and the affected
/// part of each index.
struct CollectionContents {
  var rowGroups: [RowGroup] = []
  /// Index of the ids.
  var idIndex = HashIndex()
  var indexes: [HashIndex]
  var orders: [OrderedIndex]
  /// Rows of removed records, which are reused.
  var freeRows: [Row] = []
  /// Number of writes.
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

  private mutating func makeUnique(_ group: Int) {
    if !isKnownUniquelyReferenced(&rowGroups[group]) { rowGroups[group] = rowGroups[group].copy() }
  }

  private static func makeUnique(_ index: inout HashIndex) {
    if !isKnownUniquelyReferenced(&index) { index = index.copy() }
  }

  /// Adds a record to every index in which its keys differ from those of `other`.
  private mutating func addToIndexes(
    _ record: Record, id: String, at row: Row, definition: CollectionDefinition, differingFrom other: Record? = nil
  ) {
    for (number, index) in definition.indexes.enumerated() {
      let keys = index.keys(record)
      if let other, index.keys(other) == keys { continue }
      if !keys.isEmpty { Self.makeUnique(&indexes[number]) }
      for key in keys { indexes[number].insert(row, under: key) }
    }
    let (rank, groups) = (IDOrder.rank(of: id), rowGroups)
    for (number, order) in definition.orders.enumerated() {
      let key = order.key(record)
      if let other, order.key(other) == key { continue }
      guard let key else { continue }
      orders[number].insert(row, at: OrderedIndex.Position(key: key, rank: rank, id: id)) { groups.id(at: $0) }
    }
  }

  /// Removes a record from every index in which its keys differ from those of `other`.
  private mutating func removeFromIndexes(
    _ record: Record, id: String, at row: Row, definition: CollectionDefinition, differingFrom other: Record? = nil
  ) {
    for (number, index) in definition.indexes.enumerated() {
      let keys = index.keys(record)
      if let other, index.keys(other) == keys { continue }
      if !keys.isEmpty { Self.makeUnique(&indexes[number]) }
      for key in keys { indexes[number].remove(row, under: key) }
    }
    let (rank, groups) = (IDOrder.rank(of: id), rowGroups)
    for (number, order) in definition.orders.enumerated() {
      let key = order.key(record)
      if let other, order.key(other) == key { continue }
      guard let key else { continue }
      orders[number].remove(row, at: OrderedIndex.Position(key: key, rank: rank, id: id)) { groups.id(at: $0) }
    }
  }
}

/// 256 rows of a collection, shared copy-on-write between workspaces.
///
/// Columns are built by the first search that needs them and discarded by a write to the group. So fields that are not
/// searched have no cost, and the cost of a write does not depend on the number of searchable fields.
final class RowGroup {
  /// Maximum number of cached columns; more than any resource has search fields.
  private static let maxColumns = 128

  private(set) var records: [Record?]
  private(set) var liveRows = RowBitmap()
  /// Cached columns. A linear search is fast enough: there are few.
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

  /// Sets the row at an offset; nil removes its record.
  func put(_ record: Record?, at offset: Int) {
    records[offset] = record
    if record == nil { liveRows.remove(offset) } else { liveRows.insert(offset) }
    dropColumns()
  }

  /// The cached column with this key.
  func cachedColumn(for key: ColumnKey) -> Column? {
    columns.first { $0.key == key }?.column
  }

  /// Builds and caches a column.
  func makeColumn(for key: ColumnKey, source: ColumnSource) -> Column {
    // Clients can search by any attribute name, which must not fill the memory.
    if columns.count >= Self.maxColumns { dropColumns() }
    let column = Column(records: records, source: source)
    columns.append((key, column))
    return column
  }

  private func dropColumns() {
    if !columns.isEmpty { columns.removeAll(keepingCapacity: true) }
  }
}

extension [RowGroup] {
  /// The id of the record in a row; empty if there is none.
  func id(at row: Row) -> String {
    self[row.group].records[row.offset]?.id ?? ""
  }
}

extension CollectionContents {
  /// Releases a row group, an order or a part of an index. Returns false if nothing is left.
  mutating func releasePart() -> Bool {
    if rowGroups.popLast() != nil || orders.popLast() != nil || releasePart(of: &idIndex) { return true }
    guard let last = indexes.indices.last else { return false }
    if !releasePart(of: &indexes[last]) { indexes.removeLast() }
    return true
  }

  /// Returns false if the index is empty or is shared with another state.
  private func releasePart(of index: inout HashIndex) -> Bool {
    isKnownUniquelyReferenced(&index) && index.releasePart()
  }
}
