import TestSupport
import Testing
@testable import Store

/// `PartitionedDictionary` compared with a dictionary, with up to 256 partitions.
@Suite struct PartitionedDictionaryTests {
  private func add(_ number: Int, to table: inout PartitionedDictionary) {
    table.updateRows(under: "key \(number)") { PostingList.add(Row(number), to: &$0) }
  }

  private func remove(_ number: Int, from table: inout PartitionedDictionary) {
    table.updateRows(under: "key \(number)") { PostingList.remove(Row(number), from: &$0) }
  }

  private func table(of count: Int) -> PartitionedDictionary {
    var table = PartitionedDictionary()
    for number in 0..<count { add(number, to: &table) }
    return table
  }

  @Test(arguments: [0, 1, 512, 513, 8_192, 8_193, 60_000]) func `Finds every key that was added, and no other`(
    count: Int
  ) {
    let table = table(of: count)
    #expect(table.count == count)
    #expect((0..<count).allSatisfy { table["key \($0)"]?.rows == [Row($0)] })
    #expect((count..<count + 1_000).allSatisfy { table["key \($0)"] == nil })
    #expect(Set(table.keys) == Set((0..<count).map { "key \($0)" }))
  }

  @Test func `Removes keys and keeps the others`() {
    var table = table(of: 10_000)
    for number in stride(from: 0, to: 10_000, by: 2) { remove(number, from: &table) }
    #expect(table.count == 5_000)
    #expect((0..<10_000).allSatisfy { (table["key \($0)"] == nil) == $0.isMultiple(of: 2) })
  }

  @Test func `A change of a copy does not affect the original`() {
    var first = table(of: 5_000)
    let second = first
    for number in 5_000..<12_000 { add(number, to: &first) }
    for number in 0..<1_000 { remove(number, from: &first) }
    #expect(first.count == 11_000)
    #expect(second.count == 5_000)
    #expect((0..<5_000).allSatisfy { second["key \($0)"]?.first == Row($0) })
    #expect((5_000..<12_000).allSatisfy { second["key \($0)"] == nil })
    #expect((1_000..<12_000).allSatisfy { first["key \($0)"]?.first == Row($0) })
  }

  @Test func `Keys with equal fingerprints are distinguished`() {
    var table = PartitionedDictionary()
    let keys = (1_000..<1_200).map { "prefix: \($0) :suffix" }
    for (number, key) in keys.enumerated() { table.updateRows(under: key) { PostingList.add(Row(number), to: &$0) } }
    #expect(table.count == 200)
    for key in keys.prefix(150) { table.updateRows(under: key) { $0 = nil } }
    #expect(Set(table.keys) == Set(keys.suffix(50)))
  }

  @Test(arguments: [0, 600, 9_000]) func `Keys are equal if their bytes are, in tables of every size`(count: Int) {
    var table = table(of: count)
    let forms = ["\u{e9}", "e\u{301}", "a\u{323}\u{307}", "a\u{307}\u{323}"]
    for (number, key) in forms.enumerated() { table.updateRows(under: key) { PostingList.add(Row(number), to: &$0) } }
    #expect(forms.map { table[$0]?.rows } == (0..<4).map { [Row($0)] })
    for key in forms { table.updateRows(under: key) { $0 = nil } }
    #expect(table.count == count)
  }

  @Test func `Does not store a key without rows`() {
    var table = PartitionedDictionary()
    table.updateRows(under: "key") { PostingList.remove(Row(1), from: &$0) }
    #expect(table.count == 0)
    #expect(table["key"] == nil)
  }

  @Test func `Is released in parts`() {
    var table = table(of: 20_000)
    var parts = 0
    while table.releasePart() { parts += 1 }
    #expect(parts == 256)
  }
}

/// `PostingList` compared with a set.
@Suite struct PostingListTests {
  @Test func `Contains the same rows as a set, ascending`() {
    var random = SeededRandom(seed: 7)
    var rows: PostingList?
    var model: Set<Int> = []
    for _ in 0..<20_000 {
      let number = random.int(below: 3_000)
      if random.int(below: 3) > 0 {
        PostingList.add(Row(number), to: &rows)
        model.insert(number)
      } else {
        PostingList.remove(Row(number), from: &rows)
        model.remove(number)
      }
    }
    #expect(rows?.count == model.count)
    #expect(rows?.rows == model.sorted().map { Row($0) })
    #expect(rows?.first == model.min().map { Row($0) })
  }

  @Test func `Stores a row once, and becomes nil when the last row is removed`() {
    var rows: PostingList?
    for row in [3, 3, 900, 900] { PostingList.add(Row(row), to: &rows) }
    #expect(rows?.rows == [Row(3), Row(900)])
    for row in [3, 3, 900] { PostingList.remove(Row(row), from: &rows) }
    #expect(rows == nil)
  }

  @Test func `A change does not affect a copy`() {
    var rows: PostingList?
    for row in 0..<500 { PostingList.add(Row(row), to: &rows) }
    let copy = rows
    PostingList.remove(Row(250), from: &rows)
    #expect(copy?.count == 500)
    #expect(rows?.count == 499)
  }
}

@Suite struct NameTableTests {
  @Test func `Finds the position of every name`() {
    let names =
      (0..<200).map { "field_\($0)" } + ["", "a", "seven77", "eight888", "ünïcödé", "a name with many letters"]
    let table = NameTable(names)
    for (position, name) in names.enumerated() {
      #expect(table[name] == position)
      let bytes = Array(name.utf8)
      #expect(table.index(of: bytes.span) == position)
      #expect(Array(table.bytes[table.range(of: position)]) == bytes)
    }
    #expect(table.range(of: names.count).isEmpty)
  }

  @Test func `Does not find similar names`() {
    let table = NameTable(["android_app_name", "ios_app_name", "id"])
    for name in ["app_name", "Android_app_name", "ID", "", "i", "idd"] { #expect(table[name] == nil) }
  }

  @Test func `A duplicate name has the position of its first occurrence`() {
    #expect(NameTable(["id", "name", "id"])["id"] == 0)
  }

  @Test func `A table of an empty list finds no name`() {
    #expect(NameTable([])["id"] == nil)
  }
}
