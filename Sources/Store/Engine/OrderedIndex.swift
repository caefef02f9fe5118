import TimeZones

/// A sorted index of rows by (sort key, rank of the id, id): a sorted list in blocks of up to 512 entries, like the leaf
/// level of a B+ tree.
///
/// Copy-on-write for each block. Insertion and removal are O(log n) comparisons plus moves in one block; the start of a
/// page is found by O(log n) comparisons.
///
/// The index does not store ids. Their strings matter only if two ranks are equal, which those of most ids are not; then
/// the functions call `ids` for the id in a row.
struct OrderedIndex {
  /// The sort key, the rank of the id and the row of one record.
  struct Entry {
    let rank: UInt128
    let key: Int64
    let row: Row
  }

  /// A position in the order. A record in this position need not exist.
  struct Position: Comparable {
    let key: Int64
    let rank: UInt128
    let id: String

    /// - Parameter rank: the rank of the id, if the caller knows it already
    init(key: Int64, rank: UInt128? = nil, id: String) {
      self.key = key
      self.rank = rank ?? IDOrder.rank(of: id)
      self.id = id
    }

    static func < (left: Position, right: Position) -> Bool {
      if left.key != right.key { return left.key < right.key }
      return left.rank != right.rank ? left.rank < right.rank : left.id < right.id
    }

    /// Whether an entry comes before this position.
    func isAfter(_ entry: Entry, ids: (Row) -> String) -> Bool {
      if entry.key != key { return entry.key < key }
      return entry.rank != rank ? entry.rank < rank : ids(entry.row) < id
    }

    /// Whether an entry comes after this position.
    func isBefore(_ entry: Entry, ids: (Row) -> String) -> Bool {
      if entry.key != key { return entry.key > key }
      return entry.rank != rank ? entry.rank > rank : ids(entry.row) > id
    }
  }

  /// The place between two entries: before the entry with this offset in the block.
  private typealias Place = (block: Int, offset: Int)

  private static let blockSize = 512
  private var blocks: [[Entry]] = []
  private(set) var count = 0

  var lowestKey: Int64? { blocks.first?.first?.key }

  mutating func insert(_ row: Row, at position: Position, ids: (Row) -> String) {
    let entry = Entry(rank: position.rank, key: position.key, row: row)
    count += 1
    guard !blocks.isEmpty else { return blocks.append([entry]) }
    let (block, offset) = place { !position.isAfter($0, ids: ids) }
    let number = min(block, blocks.count - 1)
    blocks[number].insert(entry, at: block == number ? offset : blocks[number].count)
    if blocks[number].count > Self.blockSize { splitBlock(at: number) }
  }

  mutating func remove(_ row: Row, at position: Position, ids: (Row) -> String) {
    let (number, offset) = place { !position.isAfter($0, ids: ids) }
    guard number < blocks.count, blocks[number][offset].row == row else { return }
    blocks[number].remove(at: offset)
    if blocks[number].isEmpty { blocks.remove(at: number) }
    count -= 1
  }

  /// Calls `body` with rows in order until it returns false.
  /// - Parameters:
  ///   - after: excludes the rows up to and including this position, which need not be in the index
  ///   - skipping: the number of further rows to exclude
  func forEach(
    descending: Bool, after position: Position? = nil, skipping: Int = 0, ids: (Row) -> String, _ body: (Row) -> Bool
  ) {
    if descending {
      let end = position.map { position in place { !position.isAfter($0, ids: ids) } } ?? (blocks.count, 0)
      forEachDescending(before: end, skipping: skipping, body)
    } else {
      let start = position.map { position in place { position.isBefore($0, ids: ids) } } ?? (0, 0)
      forEachAscending(from: start, skipping: skipping, body)
    }
  }

  private func forEachAscending(from start: Place, skipping: Int, _ body: (Row) -> Bool) {
    var offset = start.offset + skipping
    for block in blocks[min(start.block, blocks.count)...] {
      if offset < block.count {
        for entry in block[offset...] { guard body(entry.row) else { return } }
      }
      offset = max(offset - block.count, 0)
    }
  }

  private func forEachDescending(before end: Place, skipping: Int, _ body: (Row) -> Bool) {
    var skip = skipping
    for number in (0...end.block).reversed() where number < blocks.count {
      let block = number == end.block ? blocks[number][..<end.offset] : blocks[number][...]
      for entry in block.dropLast(skip).reversed() { guard body(entry.row) else { return } }
      skip = max(skip - block.count, 0)
    }
  }

  /// The place before the first entry that satisfies `predicate`, which all later entries satisfy.
  private func place(beforeFirst predicate: (Entry) -> Bool) -> Place {
    let number = blocks.partitioningIndex { block in block.last.map(predicate) ?? true }
    return (number, number < blocks.count ? blocks[number].partitioningIndex(where: predicate) : 0)
  }

  /// Splits a full block. Most insertions are at the end, so the last block stays nearly full.
  private mutating func splitBlock(at number: Int) {
    let cut = number == blocks.count - 1 ? Self.blockSize * 7 / 8 : Self.blockSize / 2
    let tail = Array(blocks[number][cut...])
    blocks[number].removeSubrange(cut...)
    blocks.insert(tail, at: number + 1)
  }
}
