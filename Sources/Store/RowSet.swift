import TimeZones

/// A set of records of one collection, such as the result of a search.
///
/// It is valid until the next write to the collection. Stored as one bitmap for each row group, in ascending order of group
/// numbers.
public struct RowSet: Sendable, Equatable {
  private struct Part: Sendable, Equatable {
    let group: Int
    var bitmap: RowBitmap
  }

  private var parts: [Part] = []
  /// Number of records.
  public private(set) var count = 0

  init() {}

  init(_ rows: some Sequence<Row>) {
    for row in rows { insert(row) }
  }

  /// Creates an empty set and reserves space for a number of row groups.
  init(groupCapacity: Int) {
    parts.reserveCapacity(groupCapacity)
  }

  /// The lowest row; nil if the set is empty.
  var first: Row? {
    for part in parts {
      if let offset = part.bitmap.first { return Row(group: part.group, offset: offset) }
    }
    return nil
  }

  /// The rows, ascending.
  var rows: [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(count)
    for part in parts {
      part.bitmap.forEach { rows.append(Row(group: part.group, offset: $0)) }
    }
    return rows
  }

  /// Number of parts: bitmaps of at most 256 records.
  public var partCount: Int { parts.count }

  /// The rows of one part, ascending.
  func rows(ofPart index: Int) -> [Row] {
    var rows: [Row] = []
    let part = parts[index]
    part.bitmap.forEach { rows.append(Row(group: part.group, offset: $0)) }
    return rows
  }

  /// The numbers of the groups that have a bitmap, ascending. A bitmap may be empty.
  var groups: [Int] { parts.map(\.group) }

  /// The rows of one group.
  func bitmap(ofGroup group: Int) -> RowBitmap {
    // If every group has a bitmap, its position is the group number.
    if group < parts.count, parts[group].group == group { return parts[group].bitmap }
    let index = partIndex(ofGroup: group)
    return index < parts.count && parts[index].group == group ? parts[index].bitmap : RowBitmap()
  }

  func contains(_ row: Row) -> Bool {
    bitmap(ofGroup: row.group).contains(row.offset)
  }

  mutating func insert(_ row: Row) {
    let index = partIndex(ofGroup: row.group)
    if index == parts.count || parts[index].group != row.group {
      parts.insert(Part(group: row.group, bitmap: RowBitmap()), at: index)
    }
    guard !parts[index].bitmap.contains(row.offset) else { return }
    parts[index].bitmap.insert(row.offset)
    count += 1
  }

  mutating func remove(_ row: Row) {
    let index = partIndex(ofGroup: row.group)
    guard index < parts.count, parts[index].group == row.group, parts[index].bitmap.contains(row.offset) else { return }
    parts[index].bitmap.remove(row.offset)
    if parts[index].bitmap.isEmpty { parts.remove(at: index) }
    count -= 1
  }

  /// Appends the rows of a group. Groups must be appended in ascending order.
  mutating func append(group: Int, rows bitmap: RowBitmap) {
    assert(parts.last.map { $0.group < group } ?? true, "group \(group) is not in ascending order")
    parts.append(Part(group: group, bitmap: bitmap))
    count += bitmap.count
  }

  /// The index of the first bitmap whose group number is not less than `group`. O(1) for the last group, which has the newest
  /// rows; else O(log n).
  private func partIndex(ofGroup group: Int) -> Int {
    guard let last = parts.last, group <= last.group else { return parts.count }
    if group == last.group { return parts.count - 1 }
    return parts.partitioningIndex { $0.group >= group }
  }
}
