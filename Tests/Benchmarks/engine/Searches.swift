@testable import Store

/// Number of records in one row group.
private let groupSize = 256
/// Number of row groups: 100,000 records.
private let groupCount = 391

func measureBitmaps() {
  let bitmaps = (0..<groupCount).map { group in RowBitmap.matching(count: groupSize) { ($0 ^ group) % 3 == 0 } }
  let others = (0..<groupCount).map { group in RowBitmap.matching(count: groupSize) { ($0 ^ group) % 5 == 0 } }
  let (sets, otherSets) = (bitmaps.map(rows), others.map(rows))
  let (arrays, otherArrays) = (bitmaps.map(words), others.map(words))
  measure("intersection and count over 100,000 rows: RowBitmap (SIMD4)", operations: 1) {
    keep(zip(bitmaps, others).reduce(0) { $0 + ($1.0 & $1.1).count })
  }
  measure("intersection and count over 100,000 rows: four UInt64 in a tuple", operations: 1) {
    keep(
      zip(arrays, otherArrays).reduce(0) { count, pair in
        let (one, other) = pair
        return count + (one.0 & other.0).nonzeroBitCount + (one.1 & other.1).nonzeroBitCount
          + (one.2 & other.2).nonzeroBitCount + (one.3 & other.3).nonzeroBitCount
      })
  }
  measure("intersection and count over 100,000 rows: Set<Int>", operations: 1) {
    keep(zip(sets, otherSets).reduce(0) { $0 + $1.0.intersection($1.1).count })
  }
}

private func rows(of bitmap: RowBitmap) -> Set<Int> {
  Set((0..<groupSize).filter(bitmap.contains))
}

private typealias Words = (UInt64, UInt64, UInt64, UInt64)

private func words(of bitmap: RowBitmap) -> Words {
  func word(_ number: Int) -> UInt64 {
    (0..<64).reduce(0) { $0 | (bitmap.contains(number * 64 + $1) ? 1 << UInt64($1) : 0) }
  }
  return (word(0), word(1), word(2), word(3))
}

func measureTextColumns() {
  let texts = (0..<groupCount).map { group in (0..<groupSize).map { "Person.\(group * groupSize + $0)@Example.com" } }
  let columns = texts.map { TextColumn(texts: $0) }
  let folded = texts.map { $0.map(CaseFolding.folded) }
  let bytes = folded.map { $0.map { Array($0.utf8) } }
  for needle in ["77123", "example.org", "person.4711@example.com"] {
    measureText(needle: needle, columns: columns, folded: folded, bytes: bytes)
  }
  measure("building the text columns of 100,000 records", operations: 1) { keep(texts.map { TextColumn(texts: $0) }) }
  measureMemory("text columns: memory per record", elements: groupCount * groupSize) {
    texts.map { TextColumn(texts: $0) }
  }
}

private func measureText(needle: String, columns: [TextColumn], folded: [[String]], bytes: [[[UInt8]]]) {
  let pattern = Array(needle.utf8)
  measure("'\(needle)' contained: TextColumn", operations: 1) {
    for column in columns { keep(column.rows(comparison: .contains, needle: pattern)) }
  }
  measure("'\(needle)' contained: [[UInt8]], byte by byte", operations: 1) {
    for group in bytes { keep(RowBitmap.matching(count: groupSize) { contains(pattern, in: group[$0]) }) }
  }
  measure("'\(needle)' equal: TextColumn", operations: 1) {
    for column in columns { keep(column.rows(comparison: .equals, needle: pattern)) }
  }
  measure("'\(needle)' equal: folded strings, ==", operations: 1) {
    for group in folded { keep(RowBitmap.matching(count: groupSize) { group[$0] == needle }) }
  }
  measure("'\(needle)' equal: [[UInt8]], ==", operations: 1) {
    for group in bytes { keep(RowBitmap.matching(count: groupSize) { group[$0] == pattern }) }
  }
  measure("'\(needle)' as prefix: TextColumn", operations: 1) {
    for column in columns { keep(column.rows(comparison: .startsWith, needle: pattern)) }
  }
}

private func contains(_ pattern: [UInt8], in text: [UInt8]) -> Bool {
  guard text.count >= pattern.count else { return false }
  return (0...(text.count - pattern.count)).contains { text[$0...].starts(with: pattern) }
}

func measureNumberColumns() {
  let values: [[Double?]] = (0..<groupCount).map { group in
    (0..<groupSize).map { $0 % 9 == 0 ? nil : Double(group ^ $0) }
  }
  let columns = values.map { NumberColumn(values: $0.map { $0.flatMap(ExactNumber.init) }) }
  measure("number less than a bound: NumberColumn", operations: 1) {
    for column in columns { keep(column.rows(comparison: .less, bound: 100)) }
  }
  measure("number less than a bound: [Double?]", operations: 1) {
    for group in values { keep(RowBitmap.matching(count: groupSize) { group[$0].map { $0 < 100 } ?? false }) }
  }
  measureUncached()
}

/// What a search costs that reads the records instead of columns.
private func measureUncached() {
  let schema = Schema(name: "contact", slots: contactFields)
  let source = ColumnSource.number { $0["created_at"].exactNumber }
  let text = ColumnSource.text { $0["email"].string }
  let groups = (0..<groupCount).map { group in
    (0..<groupSize).map { row in
      var record = Record(schema: schema)
      record.set([
        "created_at": .integer(Int64(group ^ row)), "email": .string("Person.\(group * groupSize + row)@Example.com"),
      ])
      return record as Record?
    }
  }
  measure("number less than a bound: records, no cached column", operations: 1) {
    for group in groups { keep(Column(records: group, source: source).rows(matching: .number(.less, 100))) }
  }
  measure("text contained: records, no cached column", operations: 1) {
    let needle = Array("77123".utf8)
    for group in groups { keep(Column(records: group, source: text).rows(matching: .text(.contains, needle: needle))) }
  }
  measure("text contained: records, folded one by one", operations: 1) {
    let needle = Array("77123".utf8)
    for group in groups {
      for case let record? in group {
        keep(contains(needle, in: CaseFolding.foldedBytes(of: record["email"].string ?? "")))
      }
    }
  }
}

func measureOrderedIndex() {
  let ids = objectIDs(count: 100_000)
  measure("rank of an id", operations: ids.count) { for id in ids { keep(IDOrder.rank(of: id)) } }
  let ranks = ids.map(IDOrder.rank)
  let (shuffled, shuffledIDs) = (ranks.shuffled(), ids.shuffled())
  measure("sorting 100,000 ids by rank", operations: 1) { keep(shuffled.sorted()) }
  measure("sorting 100,000 ids as strings", operations: 1) { keep(shuffledIDs.sorted()) }
  let entries = ids.enumerated().map {
    IndexEntry(position: OrderedIndex.Position(key: Int64($0 / 3), id: $1), row: $0)
  }
  var index = OrderedIndex()
  measure("OrderedIndex: insertion in ascending order", operations: entries.count) {
    index = OrderedIndex()
    for entry in entries { entry.insert(into: &index) }
  }
  let random = entries.shuffled()
  measure("OrderedIndex: insertion in random order", operations: entries.count) {
    var index = OrderedIndex()
    for entry in random { entry.insert(into: &index) }
  }
  measure("OrderedIndex: a page of 50 from the end", operations: 1) { keep(page(of: index, after: nil)) }
  measure("OrderedIndex: a page of 50 from the middle", operations: 1) {
    keep(page(of: index, after: entries[50_000].position))
  }
  measure("sort of all rows for a page of 50", operations: 1) {
    keep(random.sorted { $0.position < $1.position }.suffix(50))
  }
  measureOrderSnapshots(of: index, entries: entries)
}

private struct IndexEntry {
  let position: OrderedIndex.Position
  let row: Int

  func insert(into index: inout OrderedIndex) {
    index.insert(Row(row), at: position) { String($0.group) }
  }
}

private func page(of index: OrderedIndex, after position: OrderedIndex.Position?) -> [Row] {
  var rows: [Row] = []
  index.forEach(descending: true, after: position, ids: { String($0.group) }) {
    rows.append($0)
    return rows.count < 50
  }
  return rows
}

private func measureOrderSnapshots(of index: OrderedIndex, entries: [IndexEntry]) {
  measure("OrderedIndex: snapshot and one write, 100,000 records", operations: 50) {
    var current = index
    for entry in entries.prefix(50) {
      let snapshot = current
      entry.insert(into: &current)
      keep(snapshot)
    }
  }
  measure("one sorted array: snapshot and one write, 100,000 records", operations: 50) {
    var current = entries
    for entry in entries.prefix(50) {
      let snapshot = current
      current.insert(entry, at: 50_000)
      keep(snapshot)
    }
  }
}
