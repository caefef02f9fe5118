import TestSupport
import Testing

@testable import Store

/// Many rows under one text, against a plain set.
@Suite struct RowsTests {
  @Test func `Rows come and go as in a set, and stand ascending`() {
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

  @Test func `A row that comes twice counts once, and the last one to go leaves nothing`() {
    var rows: PostingList?
    for row in [3, 3, 900, 900] { PostingList.add(Row(row), to: &rows) }
    #expect(rows?.rows == [Row(3), Row(900)])
    for row in [3, 3, 900] { PostingList.remove(Row(row), from: &rows) }
    #expect(rows == nil)
  }

  @Test func `A copy stays as it was`() {
    var rows: PostingList?
    for row in 0..<500 { PostingList.add(Row(row), to: &rows) }
    let copy = rows
    PostingList.remove(Row(250), from: &rows)
    #expect(copy?.count == 500)
    #expect(rows?.count == 499)
  }
}
