/// 256 rows behind one reference, shared by every workspace that has not changed one of them.
///
/// Columns are cut from the rows when a search first asks for them and are dropped when a row changes: what nobody
/// searches costs nothing, and a write costs the same however many fields can be searched.
final class Leaf {
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
    let column = Column(records, source)
    columns.append((key, column))
    return column
  }

  private func dropColumns() {
    if !columns.isEmpty { columns.removeAll(keepingCapacity: true) }
  }
}
