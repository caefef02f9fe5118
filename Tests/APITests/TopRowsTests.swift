import Store
import Testing
@testable import API

@Suite struct TopRowsTests {
  private static let keys: [SortKey] = [.none, .number(1), .number(2), .number(30), .text("a"), .text("b")]

  @Test(arguments: [true, false])
  func `The first rows are those of the sorted list`(descending: Bool) {
    var ids = IDGenerator(seed: 3)
    for size in [0, 1, 2, 7, 100] {
      let rows = (0..<size).map { number in
        SortRow(
          key: Self.keys[Int(ids.random() % 6)], id: String(ids.random() % 50 * 100 + UInt64(number)), record: nil)
      }
      let sorted = rows.sorted { $0.precedes($1, descending: descending) }.map(\.id)
      for (offset, count) in [(0, 1), (0, 5), (3, 5), (90, 20), (200, 5), (0, Int.max), (5, Int.max)] {
        var top = TopRows(count: count, after: offset, descending: descending)
        for row in rows { top.add(row) }
        #expect(top.rows.map(\.id) == Array(sorted.dropFirst(offset).prefix(count)), "\(size) \(offset) \(count)")
      }
    }
  }
}
