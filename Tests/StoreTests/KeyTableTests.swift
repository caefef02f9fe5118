import TestSupport
import Testing

@testable import Store

/// The table against a plain dictionary, over many more texts than a page has room for.
@Suite struct KeyTableTests {
  private func add(_ number: Int, to table: inout ExtendibleHashTable) {
    table.updateRows(under: "key \(number)") { PostingList.add(Row(number), to: &$0) }
  }

  private func table(of count: Int) -> ExtendibleHashTable {
    var table = ExtendibleHashTable()
    for number in 0..<count { add(number, to: &table) }
    return table
  }

  @Test(arguments: [0, 1, 32, 33, 2_000, 60_000]) func `Every text that was added is found, and no other`(count: Int) {
    let table = table(of: count)
    #expect(table.count == count)
    #expect((0..<count).allSatisfy { table["key \($0)"]?.rows == [Row($0)] })
    #expect((count..<count + 1_000).allSatisfy { table["key \($0)"] == nil })
    #expect(Set(table.keys) == Set((0..<count).map { "key \($0)" }))
  }

  @Test func `Texts that were removed are gone, the others stay`() {
    var table = table(of: 10_000)
    for number in stride(from: 0, to: 10_000, by: 2) {
      table.updateRows(under: "key \(number)") { PostingList.remove(Row(number), from: &$0) }
    }
    #expect(table.count == 5_000)
    #expect((0..<10_000).allSatisfy { (table["key \($0)"] == nil) == $0.isMultiple(of: 2) })
  }

  @Test func `A copy stays as it was, whichever of the two is changed`() {
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

  @Test func `Keys with equal hashes are distinguished by their text`() {
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
