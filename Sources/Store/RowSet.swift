/// Rows of one collection: a mask for each leaf that may have any, by the leaf's number.
public struct RowSet: Sendable, Equatable {
  private struct Part: Sendable, Equatable {
    let leaf: Int
    var mask: RowMask
  }

  /// By leaf, ascending.
  private var parts: [Part] = []
  /// How many rows there are.
  public private(set) var count = 0

  init() {}

  init(_ rows: some Sequence<Row>) {
    for row in rows { insert(row) }
  }

  /// Room for so many leaves.
  init(leaves: Int) {
    parts.reserveCapacity(leaves)
  }

  /// The lowest row.
  var first: Row? {
    for part in parts {
      if let offset = part.mask.first { return Row(leaf: part.leaf, offset: offset) }
    }
    return nil
  }

  /// All rows, ascending.
  var rows: [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(count)
    for part in parts {
      part.mask.forEach { rows.append(Row(leaf: part.leaf, offset: $0)) }
    }
    return rows
  }

  /// The leaves that may have rows, ascending.
  var leaves: [Int] { parts.map(\.leaf) }

  /// The rows that lie in this leaf.
  func mask(ofLeaf leaf: Int) -> RowMask {
    // Of a set that has every leaf, without a search.
    if leaf < parts.count, parts[leaf].leaf == leaf { return parts[leaf].mask }
    let place = place(ofLeaf: leaf)
    return place < parts.count && parts[place].leaf == leaf ? parts[place].mask : RowMask()
  }

  func contains(_ row: Row) -> Bool {
    mask(ofLeaf: row.leaf).contains(row.offset)
  }

  mutating func insert(_ row: Row) {
    let place = place(ofLeaf: row.leaf)
    if place == parts.count || parts[place].leaf != row.leaf {
      parts.insert(Part(leaf: row.leaf, mask: RowMask()), at: place)
    }
    guard !parts[place].mask.contains(row.offset) else { return }
    parts[place].mask.insert(row.offset)
    count += 1
  }

  mutating func remove(_ row: Row) {
    let place = place(ofLeaf: row.leaf)
    guard place < parts.count, parts[place].leaf == row.leaf, parts[place].mask.contains(row.offset) else { return }
    parts[place].mask.remove(row.offset)
    if parts[place].mask.isEmpty { parts.remove(at: place) }
    count -= 1
  }

  /// Adds the rows of a leaf after all those that were added.
  mutating func append(leaf: Int, _ mask: RowMask) {
    assert(parts.last.map { $0.leaf < leaf } ?? true, "leaf \(leaf) comes too late")
    parts.append(Part(leaf: leaf, mask: mask))
    count += mask.count
  }

  /// Where the mask of this leaf stands, or belongs. New rows lie in the last leaf: that is looked at first.
  private func place(ofLeaf leaf: Int) -> Int {
    guard let last = parts.last, leaf <= last.leaf else { return parts.count }
    if leaf == last.leaf { return parts.count - 1 }
    var low = 0
    var high = parts.count
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].leaf < leaf { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
