/// What a predicate selected.
public struct Selection {
  private var masks: [RowMask]
  /// How many rows there are.
  public private(set) var count = 0

  init(leaves: Int) {
    masks = Array(repeating: RowMask(), count: leaves)
  }

  mutating func insert(leaf: Int, _ mask: RowMask) {
    count += mask.count - masks[leaf].count
    masks[leaf] = mask
  }

  func contains(_ row: Row) -> Bool {
    masks[row.leaf].contains(row.offset)
  }

  /// The rows, by leaf and place.
  var rows: [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(count)
    for (leaf, mask) in masks.enumerated() {
      mask.forEach { rows.append(Row(leaf: leaf, offset: $0)) }
    }
    return rows
  }
}
