import Store
import Testing

/// Collections of thousands, so that the leaves of rows (256) and of orders (512) fill, split and empty.
@Suite struct LargeCollectionTests {
  private static let size = 3000
  private let workspace = StoreFixture.workspace()
  private let oldest = ListOrder(name: "found_at", descending: false)

  /// Ids ascend while the times jump about, so that orders are filled in their middle.
  init() {
    for id in 1...Self.size {
      workspace.pebbles.insert(
        StoreFixture.pebble(id: id, name: .string("p\(id % 7)"), foundAt: .integer(id * 7919 % 1000)))
    }
  }

  private func times(in order: ListOrder) -> [Int64] {
    workspace.pebbles.page(orderedBy: order, from: .offset(0), limit: .max).compactMap { $0["found_at"].integer }
  }

  @Test func `Thousands of records stand in order, each once`() {
    #expect(workspace.pebbles.count == Self.size)
    #expect(times(in: oldest).count == Self.size)
    #expect(times(in: oldest) == times(in: oldest).sorted())
    #expect(times(in: ListOrder(name: "found_at", descending: true)) == times(in: oldest).reversed())
    #expect(Set(workspace.pebbles.all.map(\.id)).count == Self.size)
  }

  @Test(arguments: [false, true]) func `Following pages meets every record once`(descending: Bool) {
    let order = ListOrder(name: "found_at", descending: descending)
    var seen: [String] = []
    var start = PageStart.offset(0)
    while let last = workspace.pebbles.page(orderedBy: order, from: start, limit: 97).last {
      seen += workspace.pebbles.page(orderedBy: order, from: start, limit: 97).map(\.id)
      start = .after(key: workspace.pebbles.key(of: last, in: order), id: last.id)
    }
    #expect(seen == workspace.pebbles.page(orderedBy: order, from: .offset(0), limit: .max).map(\.id))
  }

  @Test func `A collection that was emptied takes new records in the freed rows`() {
    workspace.pebbles.removeAll()
    #expect(workspace.pebbles.count == 0)
    #expect(times(in: oldest).isEmpty)
    #expect(workspace.pebbles.all.isEmpty)
    #expect(workspace.pebbles.rows(matching: .everything).count == 0)
    for id in 1...600 { workspace.pebbles.insert(StoreFixture.pebble(id: id, name: "new", foundAt: .integer(-id))) }
    #expect(workspace.pebbles.count == 600)
    #expect(workspace.pebbles.count(in: "name", under: "new") == 600)
    #expect(times(in: oldest) == (-600...(-1)).map(Int64.init))
    #expect(workspace.pebbles.rows(matching: .everything).count == 600)
  }

  @Test func `Taking every other record away leaves the others findable`() {
    for id in stride(from: 2, through: Self.size, by: 2) { workspace.pebbles.remove(id: String(id)) }
    #expect(workspace.pebbles.count == Self.size / 2)
    #expect(workspace.pebbles["1999"] != nil)
    #expect(workspace.pebbles["2000"] == nil)
    #expect(workspace.pebbles.records(in: "name", under: "p3").allSatisfy { (Int($0.id) ?? 0) % 2 == 1 })
    #expect(times(in: oldest) == times(in: oldest).sorted())
  }
}
