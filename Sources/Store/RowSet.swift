/// Rows that are known beforehand, such as those of an index or a relation: a mask for each leaf that has any.
public struct RowSet: Sendable {
  private var masks: [Int: RowMask] = [:]
  let rows: [Row]

  init(_ rows: [Row]) {
    self.rows = rows
    for row in rows {
      masks[row.leaf, default: RowMask()].insert(row.offset)
    }
  }

  /// The rows that lie in this leaf.
  func mask(ofLeaf leaf: Int) -> RowMask {
    masks[leaf] ?? RowMask()
  }
}
