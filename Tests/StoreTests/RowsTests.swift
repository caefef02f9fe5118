import TestSupport
import Testing

@testable import Store

/// Many rows under one text, against a plain set.
@Suite struct RowsTests {
  @Test func `Rows come and go as in a set, and stand ascending`() {
    var random = Seeded(7)
    var rows: Rows?
    var model: Set<Int> = []
    for _ in 0..<20_000 {
      let number = random.below(3_000)
      if random.below(3) > 0 {
        Rows.add(Row(number), to: &rows)
        model.insert(number)
      } else {
        Rows.remove(Row(number), from: &rows)
        model.remove(number)
      }
    }
    #expect(rows?.count == model.count)
    #expect(rows?.all == model.sorted().map { Row($0) })
    #expect(rows?.first == model.min().map { Row($0) })
  }

  @Test func `A row that comes twice counts once, and the last one to go leaves nothing`() {
    var rows: Rows?
    for row in [3, 3, 900, 900] { Rows.add(Row(row), to: &rows) }
    #expect(rows?.all == [Row(3), Row(900)])
    for row in [3, 3, 900] { Rows.remove(Row(row), from: &rows) }
    #expect(rows == nil)
  }

  @Test func `A copy stays as it was`() {
    var rows: Rows?
    for row in 0..<500 { Rows.add(Row(row), to: &rows) }
    let copy = rows
    Rows.remove(Row(250), from: &rows)
    #expect(copy?.count == 500)
    #expect(rows?.count == 499)
  }
}
