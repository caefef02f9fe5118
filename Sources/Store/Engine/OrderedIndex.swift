/// The rows of a collection by (sort key, id), ascending, in leaves that are copied only when shared.
struct OrderedIndex {
  /// One row's place.
  struct Entry: Comparable {
    let rank: UInt128
    let key: Int64
    let row: Row

    static func < (left: Entry, right: Entry) -> Bool {
      left.key != right.key ? left.key < right.key : left.rank < right.rank
    }

    static func == (left: Entry, right: Entry) -> Bool {
      left.key == right.key && left.rank == right.rank
    }
  }

  private static let leafSize = 512
  private var leaves: [[Entry]] = []
  private(set) var count = 0

  var lowestKey: Int64? { leaves.first?.first?.key }

  mutating func insert(_ entry: Entry) {
    count += 1
    guard !leaves.isEmpty else { return leaves.append([entry]) }
    let leaf = min(self.leaf(for: entry), leaves.count - 1)
    leaves[leaf].insert(entry, at: Self.position(of: entry, in: leaves[leaf]))
    if leaves[leaf].count > Self.leafSize { splitLeaf(at: leaf) }
  }

  mutating func remove(_ entry: Entry) {
    var leaf = self.leaf(for: entry)
    while leaf < leaves.count, let first = leaves[leaf].first, first <= entry {
      if let place = leaves[leaf].firstIndex(where: { $0 == entry && $0.row == entry.row }) {
        leaves[leaf].remove(at: place)
        if leaves[leaf].isEmpty { leaves.remove(at: leaf) }
        count -= 1
        return
      }
      leaf += 1
    }
  }

  /// Calls `body` with rows in order until it returns false. `after` skips up to and with that (key, rank), whether or
  /// not a row is there; `skipping` then leaves out so many rows.
  func forEach(
    descending: Bool, after: (key: Int64, rank: UInt128)? = nil, skipping: Int = 0, _ body: (Row) -> Bool
  ) {
    let bound = after.map { Entry(rank: $0.rank, key: $0.key, row: Row(0)) }
    var skip = skipping
    for index in leaves.indices {
      let leaf = leaves[descending ? leaves.count - 1 - index : index]
      if bound == nil, skip >= leaf.count {
        skip -= leaf.count
        continue
      }
      guard visit(leaf, descending: descending, after: bound, skipping: &skip, body: body) else { return }
    }
  }

  private func visit(
    _ leaf: [Entry], descending: Bool, after bound: Entry?, skipping skip: inout Int, body: (Row) -> Bool
  ) -> Bool {
    if let bound, let last = descending ? leaf.first : leaf.last, descending ? last >= bound : last <= bound {
      return true
    }
    for place in leaf.indices {
      let entry = leaf[descending ? leaf.count - 1 - place : place]
      if let bound, descending ? entry >= bound : entry <= bound { continue }
      if skip > 0 {
        skip -= 1
        continue
      }
      guard body(entry.row) else { return false }
    }
    return true
  }

  /// The first leaf whose last entry is not before this one.
  private func leaf(for entry: Entry) -> Int {
    var low = 0
    var high = leaves.count
    while low < high {
      let middle = (low + high) / 2
      if let last = leaves[middle].last, last < entry { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func position(of entry: Entry, in leaf: [Entry]) -> Int {
    var low = 0
    var high = leaf.count
    while low < high {
      let middle = (low + high) / 2
      if leaf[middle] < entry { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Ascending keys are the rule, so a full last leaf is left nearly full.
  private mutating func splitLeaf(at leaf: Int) {
    let cut = leaf == leaves.count - 1 ? Self.leafSize * 7 / 8 : Self.leafSize / 2
    let tail = Array(leaves[leaf][cut...])
    leaves[leaf].removeSubrange(cut...)
    leaves.insert(tail, at: leaf + 1)
  }
}
