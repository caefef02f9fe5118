import Store
import Testing

/// Collections of thousands, so that the leaves of rows (256) and of orders (512) fill, split and empty.
@Suite struct GrowthTests {
  private static let size = 3000
  private let beach = Beach.workspace()
  private let oldest = ListOrder("found_at", descending: false)

  /// Ids ascend while the times jump about, so that orders are filled in their middle.
  init() {
    for id in 1...Self.size {
      beach.pebbles.insert(Beach.pebble(id, name: .string("p\(id % 7)"), foundAt: .integer(id * 7919 % 1000)))
    }
  }

  private func times(_ order: ListOrder) -> [Int64] {
    beach.pebbles.page(order, from: .offset(0), limit: .max).compactMap { $0["found_at"].integer }
  }

  @Test func `Thousands of records stand in order, each once`() {
    #expect(beach.pebbles.count == Self.size)
    #expect(times(oldest).count == Self.size)
    #expect(times(oldest) == times(oldest).sorted())
    #expect(times(ListOrder("found_at", descending: true)) == times(oldest).reversed())
    #expect(Set(beach.pebbles.all.map(\.id)).count == Self.size)
  }

  @Test(arguments: [false, true]) func `Following pages meets every record once`(descending: Bool) {
    let order = ListOrder("found_at", descending: descending)
    var seen: [String] = []
    var start = PageStart.offset(0)
    while let last = beach.pebbles.page(order, from: start, limit: 97).last {
      seen += beach.pebbles.page(order, from: start, limit: 97).map(\.id)
      start = .after(key: beach.pebbles.key(of: last, in: order), id: last.id)
    }
    #expect(seen == beach.pebbles.page(order, from: .offset(0), limit: .max).map(\.id))
  }

  @Test func `A collection that was emptied takes new records in the freed rows`() {
    beach.pebbles.removeAll()
    #expect(beach.pebbles.count == 0)
    #expect(times(oldest).isEmpty)
    #expect(beach.pebbles.all.isEmpty)
    #expect(beach.pebbles.select(.everything).count == 0)
    for id in 1...600 { beach.pebbles.insert(Beach.pebble(id, name: "new", foundAt: .integer(-id))) }
    #expect(beach.pebbles.count == 600)
    #expect(beach.pebbles.count(in: "name", under: "new") == 600)
    #expect(times(oldest) == (-600...(-1)).map(Int64.init))
    #expect(beach.pebbles.select(.everything).count == 600)
  }

  @Test func `Taking every other record away leaves the others findable`() {
    for id in stride(from: 2, through: Self.size, by: 2) { beach.pebbles.remove(String(id)) }
    #expect(beach.pebbles.count == Self.size / 2)
    #expect(beach.pebbles["1999"] != nil)
    #expect(beach.pebbles["2000"] == nil)
    #expect(beach.pebbles.records(in: "name", under: "p3").allSatisfy { (Int($0.id) ?? 0) % 2 == 1 })
    #expect(times(oldest) == times(oldest).sorted())
  }
}
