import HashTreeCollections
@testable import Store

/// A map from string to rows with the operations that a collection needs of its indexes.
protocol KeyTable {
  init()
  func postings(under key: String) -> PostingList?
  mutating func add(_ row: Row, under key: String)
}

extension PartitionedDictionary: KeyTable {
  func postings(under key: String) -> PostingList? { self[key] }
  mutating func add(_ row: Row, under key: String) { updateRows(under: key) { PostingList.add(row, to: &$0) } }
}

extension Dictionary: KeyTable where Key == String, Value == PostingList {
  func postings(under key: String) -> PostingList? { self[key] }
  mutating func add(_ row: Row, under key: String) { PostingList.add(row, to: &self[key]) }
}

extension TreeDictionary: KeyTable where Key == String, Value == PostingList {
  func postings(under key: String) -> PostingList? { self[key] }
  mutating func add(_ row: Row, under key: String) { PostingList.add(row, to: &self[key]) }
}

/// Object ids as the server draws them: 24 hexadecimal digits that differ at the end.
func objectIDs(count: Int) -> [String] {
  var generator = IDGenerator(seed: 1)
  return (0..<count).map { generator.objectID(at: 1_700_000_000 + Int64($0)) }
}

func filled<Table: KeyTable>(_ type: Table.Type, with keys: [String]) -> Table {
  var table = Table()
  for (number, key) in keys.enumerated() { table.add(Row(number), under: key) }
  return table
}

func measureKeyTable<Table: KeyTable>(_ type: Table.Type, named name: String, count: Int) {
  let keys = objectIDs(count: count)
  let (stored, missing) = (Array(keys.shuffled().prefix(10_000)), objectIDs(count: count + 5_000).suffix(5_000))
  let label = "\(name), \(count) keys: "
  measureMemory(label + "memory per key", elements: count) { filled(type, with: keys) }
  measure(label + "insertion", operations: count) { keep(filled(type, with: keys)) }
  let table = filled(type, with: keys)
  measure(label + "lookup, found", operations: stored.count) { for key in stored { keep(table.postings(under: key)) } }
  measure(label + "lookup, not found", operations: missing.count) {
    for key in missing { keep(table.postings(under: key)) }
  }
  measureSnapshots(of: table, keys: missing, label: label)
  measureRelease(label: label) { filled(type, with: keys) }
}

/// The cost of a write after a snapshot: the copy that copy-on-write defers.
func measureSnapshots<Table: KeyTable>(of table: Table, keys: some Collection<String>, label: String) {
  let writes = keys.prefix(50)
  measure(label + "snapshot and one write", operations: writes.count) {
    var current = table
    for key in writes {
      let snapshot = current
      current.add(Row(1), under: key)
      keep(snapshot)
    }
  }
}

/// The time for which the event loop is blocked when the last reference to a table goes.
func measureRelease<Table: KeyTable>(label: String, make: () -> Table) {
  var least = Double.infinity
  for _ in 0..<3 {
    var table: Table? = make()
    let start = ContinuousClock.now
    keep(table)
    table = nil
    least = min(least, Double(start.duration(to: .now).components.attoseconds) / 1e12)
  }
  report(label + "release of the whole table", value: least, unit: "µs")
}

/// The longest step when a table is released in parts: the least of several runs.
func measurePartialRelease(count: Int) {
  let keys = objectIDs(count: count)
  let longest =
    (0..<repetitions).map { _ in longestStep(of: filled(PartitionedDictionary.self, with: keys)) }.min() ?? 0
  report("PartitionedDictionary, \(count) keys: longest step of a release in parts", value: longest, unit: "µs")
}

private func longestStep(of table: consuming PartitionedDictionary) -> Double {
  var longest: Double = 0
  var isDone = false
  while !isDone {
    let start = ContinuousClock.now
    isDone = !table.releasePart()
    longest = max(longest, Double(start.duration(to: .now).components.attoseconds) / 1e12)
  }
  return longest
}

/// What a contact does when it is rendered: ask small indexes for a key that they do not contain.
func measureKeyFilter() {
  let queries = objectIDs(count: 20_000).suffix(10_000)
  for count in [10, 100, 1_000] {
    let keys = objectIDs(count: count)
    let (index, table) = (HashIndex(), filled(PartitionedDictionary.self, with: keys))
    for (number, key) in keys.enumerated() { index.insert(Row(number), under: key) }
    measure("missing key, \(count) keys: with filter", operations: queries.count) {
      for key in queries { keep(index.isEmpty(under: key)) }
    }
    measure("missing key, \(count) keys: without filter", operations: queries.count) {
      for key in queries { keep(table[key] == nil) }
    }
  }
}
