import TestSupport
import Testing
@testable import Store

/// Compares the table with a dictionary, with many more keys than fit in one page.
@Suite struct KeyTableTests {
  private func add(_ number: Int, to table: inout ExtendibleHashTable) {
    table.updateRows(under: "key \(number)") { PostingList.add(Row(number), to: &$0) }
  }

  private func table(of count: Int) -> ExtendibleHashTable {
    var table = ExtendibleHashTable()
    for number in 0..<count { add(number, to: &table) }
    return table
  }

  @Test(arguments: [0, 1, 32, 33, 2_000, 60_000]) func `Every added key is found, and no other`(count: Int) {
    let table = table(of: count)
    #expect(table.count == count)
    #expect((0..<count).allSatisfy { table["key \($0)"]?.rows == [Row($0)] })
    #expect((count..<count + 1_000).allSatisfy { table["key \($0)"] == nil })
    #expect(Set(table.keys) == Set((0..<count).map { "key \($0)" }))
  }

  @Test func `Removed keys are not found, the others are`() {
    var table = table(of: 10_000)
    for number in stride(from: 0, to: 10_000, by: 2) {
      table.updateRows(under: "key \(number)") { PostingList.remove(Row(number), from: &$0) }
    }
    #expect(table.count == 5_000)
    #expect((0..<10_000).allSatisfy { (table["key \($0)"] == nil) == $0.isMultiple(of: 2) })
  }

  @Test func `A change of a table or of its copy does not affect the other`() {
    var first = table(of: 5_000)
    let second = first
    for number in 5_000..<12_000 { add(number, to: &first) }
    for number in 0..<1_000 { first.updateRows(under: "key \(number)") { PostingList.remove(Row(number), from: &$0) } }
    #expect(first.count == 11_000)
    #expect(second.count == 5_000)
    #expect((0..<5_000).allSatisfy { second["key \($0)"]?.first == Row($0) })
    #expect((5_000..<12_000).allSatisfy { second["key \($0)"] == nil })
    #expect((1_000..<12_000).allSatisfy { first["key \($0)"]?.first == Row($0) })
  }

  @Test func `Keys with equal hashes are distinguished by their strings`() {
    var table = ExtendibleHashTable()
    for number in 0..<200 {
      table.updateRows(under: "key \(number)", hash: 0xABCD_EF01) { PostingList.add(Row(number), to: &$0) }
    }
    #expect(table.count == 200)
    for number in 0..<150 {
      table.updateRows(under: "key \(number)", hash: 0xABCD_EF01) { PostingList.remove(Row(number), from: &$0) }
    }
    #expect(Set(table.keys) == Set((150..<200).map { "key \($0)" }))
  }

  @Test func `A key without rows is removed`() {
    var table = ExtendibleHashTable()
    table.updateRows(under: "nobody") { PostingList.remove(Row(1), from: &$0) }
    #expect(table.isEmpty)
    #expect(table["nobody"] == nil)
  }

  @Test func `The table is freed in steps`() {
    var table = table(of: 20_000)
    var parts = 0
    while table.releasePart() { parts += 1 }
    #expect(parts > 20_000 / 32)
  }
}

/// Compares many rows of one key with a set.
@Suite struct RowsTests {
  @Test func `Rows are added and removed as in a set, and are in ascending order`() {
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

  @Test func `A row that is added twice counts once, and removing the last row leaves an empty set`() {
    var rows: PostingList?
    for row in [3, 3, 900, 900] { PostingList.add(Row(row), to: &rows) }
    #expect(rows?.rows == [Row(3), Row(900)])
    for row in [3, 3, 900] { PostingList.remove(Row(row), from: &rows) }
    #expect(rows == nil)
  }

  @Test func `A change of a set does not affect its copy`() {
    var rows: PostingList?
    for row in 0..<500 { PostingList.add(Row(row), to: &rows) }
    let copy = rows
    PostingList.remove(Row(250), from: &rows)
    #expect(copy?.count == 500)
    #expect(rows?.count == 499)
  }
}

@Suite struct NameTableTests {
  @Test func `Every name is found at its index`() {
    let names =
      (0..<200).map { "field_\($0)" } + ["", "a", "seven77", "eight888", "ünïcödé", "a name with many letters"]
    let table = NameTable(names)
    for (place, name) in names.enumerated() {
      #expect(table[name] == place)
      let bytes = Array(name.utf8)
      #expect(table.index(of: bytes.span) == place)
      #expect(Array(table.bytes[table.range(of: place)]) == bytes)
    }
    #expect(table.range(of: names.count).isEmpty)
  }

  @Test func `An unknown name is not found, even if it is similar to a known one`() {
    let table = NameTable(["android_app_name", "ios_app_name", "id"])
    for name in ["app_name", "Android_app_name", "ID", "", "i", "idd"] { #expect(table[name] == nil) }
  }

  @Test func `A duplicate name is found at its first index`() {
    #expect(NameTable(["id", "name", "id"])["id"] == 0)
  }

  @Test func `No name is found in an empty table`() {
    #expect(NameTable([])["id"] == nil)
  }
}
