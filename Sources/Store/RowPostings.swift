/// The many rows of one text: a mask for each leaf that has any, by the leaf's number. Shared until it is changed.
final class RowPostings {
  private struct Part {
    let leaf: Int
    var mask: RowMask
  }

  private var parts: [Part]
  private(set) var count: Int

  init(_ first: Row, _ second: Row) {
    parts = []
    count = 0
    insert(first)
    insert(second)
  }

  private init(copying other: RowPostings) {
    parts = other.parts
    count = other.count
  }

  func copy() -> RowPostings {
    RowPostings(copying: self)
  }

  var first: Row? {
    parts.first.flatMap { part in part.mask.first.map { Row(leaf: part.leaf, offset: $0) } }
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

  func insert(_ row: Row) {
    let place = place(ofLeaf: row.leaf)
    if place == parts.count || parts[place].leaf != row.leaf {
      parts.insert(Part(leaf: row.leaf, mask: RowMask()), at: place)
    }
    guard !parts[place].mask.contains(row.offset) else { return }
    parts[place].mask.insert(row.offset)
    count += 1
  }

  func remove(_ row: Row) {
    let place = place(ofLeaf: row.leaf)
    guard place < parts.count, parts[place].leaf == row.leaf, parts[place].mask.contains(row.offset) else { return }
    parts[place].mask.remove(row.offset)
    if parts[place].mask.isEmpty { parts.remove(at: place) }
    count -= 1
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
