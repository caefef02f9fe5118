import TimeZones

/// A sorted index of rows by (sort key, rank of the id): a sorted list in blocks of up to 512 entries, like the leaf level of
/// a B+ tree.
///
/// Copy-on-write for each block. Insertion and removal are O(log n) comparisons plus moves in one block.
struct OrderedIndex {
  /// The sort key, the rank of the id and the row of one record.
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

  private static let blockSize = 512
  private var blocks: [[Entry]] = []
  private(set) var count = 0

  var lowestKey: Int64? { blocks.first?.first?.key }

  mutating func insert(_ entry: Entry) {
    count += 1
    guard !blocks.isEmpty else { return blocks.append([entry]) }
    let number = min(block(for: entry), blocks.count - 1)
    blocks[number].insert(entry, at: blocks[number].partitioningIndex { $0 >= entry })
    if blocks[number].count > Self.blockSize { splitBlock(at: number) }
  }

  mutating func remove(_ entry: Entry) {
    var number = block(for: entry)
    while number < blocks.count, let first = blocks[number].first, first <= entry {
      if let index = blocks[number].firstIndex(where: { $0 == entry && $0.row == entry.row }) {
        blocks[number].remove(at: index)
        if blocks[number].isEmpty { blocks.remove(at: number) }
        count -= 1
        return
      }
      number += 1
    }
  }

  /// Calls `body` with rows in order until it returns false.
  /// - Parameters:
  ///   - after: excludes the rows up to and including this position, which need not be in the index
  ///   - skipping: the number of further rows to exclude
  func forEach(
    descending: Bool, after: (key: Int64, rank: UInt128)? = nil, skipping: Int = 0, _ body: (Row) -> Bool
  ) {
    let bound = after.map { Entry(rank: $0.rank, key: $0.key, row: Row(0)) }
    var skip = skipping
    for index in blocks.indices {
      let block = blocks[descending ? blocks.count - 1 - index : index]
      if bound == nil, skip >= block.count {
        skip -= block.count
        continue
      }
      guard visit(block, descending: descending, after: bound, skipping: &skip, body: body) else { return }
    }
  }

  private func visit(
    _ block: [Entry], descending: Bool, after bound: Entry?, skipping skip: inout Int, body: (Row) -> Bool
  ) -> Bool {
    if let bound, let last = descending ? block.first : block.last, descending ? last >= bound : last <= bound {
      return true
    }
    for index in block.indices {
      let entry = block[descending ? block.count - 1 - index : index]
      if let bound, descending ? entry >= bound : entry <= bound { continue }
      if skip > 0 {
        skip -= 1
        continue
      }
      guard body(entry.row) else { return false }
    }
    return true
  }

  /// The number of the first block whose last entry is not less than `entry`.
  private func block(for entry: Entry) -> Int {
    blocks.partitioningIndex { block in block.last.map { $0 >= entry } ?? true }
  }

  /// Splits a full block. Most insertions are at the end, so the last block stays nearly full.
  private mutating func splitBlock(at number: Int) {
    let cut = number == blocks.count - 1 ? Self.blockSize * 7 / 8 : Self.blockSize / 2
    let tail = Array(blocks[number][cut...])
    blocks[number].removeSubrange(cut...)
    blocks.insert(tail, at: number + 1)
  }
}
