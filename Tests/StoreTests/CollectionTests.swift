import Store
import Testing

@Suite struct CollectionTests {
  let workspace = StoreFixture.workspace()
  var pebbles: RecordCollection { workspace.pebbles }

  @Test func `A record is found by its id from insertion until removal`() {
    pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt"))
    #expect(pebbles["1"]?["name"] == "Basalt")
    #expect(pebbles.count == 1)
    #expect(pebbles.remove(id: "1")?.id == "1")
    #expect(pebbles["1"] == nil)
    #expect(pebbles.count == 0)
    #expect(pebbles.remove(id: "1") == nil)
  }

  @Test func `Inserting a record with an existing id replaces the record`() {
    pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt", foundAt: 5))
    pebbles.insert(StoreFixture.pebble(id: 1, name: "Quartz", foundAt: 9))
    #expect(pebbles.count == 1)
    #expect(pebbles.records(in: "name", under: "Basalt").isEmpty)
    #expect(pebbles.first(in: "name", under: "Quartz")?["found_at"] == 9)
    #expect(pebbles.count(in: ListOrder(name: "found_at", descending: false)) == 1)
  }

  @Test func `An index finds all records of a key, lowest id first`() {
    for id in [10, 9, 2] { pebbles.insert(StoreFixture.pebble(id: id, name: "Basalt")) }
    #expect(pebbles.records(in: "name", under: "Basalt").map(\.id) == ["2", "9", "10"])
    #expect(pebbles.first(in: "name", under: "Basalt")?.id == "2")
    #expect(pebbles.count(in: "name", under: "Basalt") == 3)
    #expect(pebbles.count(in: "name", under: "basalt") == 0)
    #expect(pebbles.records(in: "shape", under: "round").isEmpty)
  }

  @Test func `An index contains a record under each of its keys, and not at all without keys`() {
    pebbles.insert(StoreFixture.pebble(id: 1, colours: ["red", "green", "red"]))
    pebbles.insert(StoreFixture.pebble(id: 2))
    #expect(pebbles.records(in: "colour", under: "red").map(\.id) == ["1"])
    #expect(pebbles.count(in: "colour", under: "red") == 1)
    pebbles.replace(StoreFixture.pebble(id: 1, colours: ["green"]))
    #expect(pebbles.count(in: "colour", under: "red") == 0)
    #expect(pebbles.count(in: "colour", under: "green") == 1)
    pebbles.remove(id: "1")
    #expect(pebbles.count(in: "colour", under: "green") == 0)
  }

  @Test func `A stored record without a sort key is not in the order`() {
    pebbles.insert(StoreFixture.pebble(id: 1, foundAt: 3))
    pebbles.insert(StoreFixture.pebble(id: 2))
    let order = ListOrder(name: "found_at", descending: false)
    #expect(pebbles.page(orderedBy: order, from: .offset(0), limit: 10).map(\.id) == ["1"])
    #expect(pebbles.count(in: order) == 1)
    #expect(pebbles.all.map(\.id) == ["1", "2"])
  }

  @Test func `The records in steps are those of the list, and do not change with the collection`() {
    for id in [3, 1000, 2, 77, 1] + Array(1_100..<2_000).reversed() { pebbles.insert(StoreFixture.pebble(id: id)) }
    for id in 1_200..<1_300 { pebbles.remove(id: String(id)) }
    let (expected, steps) = (pebbles.all.map(\.id), pebbles.allInSteps)
    for id in 1_300..<1_400 { pebbles.remove(id: String(id)) }
    pebbles.insert(StoreFixture.pebble(id: 5))
    var found: [String] = []
    reading: while true {
      switch steps.next() {
      case .record(let record): found.append(record.id)
      case .preparing: #expect(found.isEmpty)
      case .end: break reading
      }
    }
    #expect(found == expected && found.count == 805)
  }

  @Test func `An order can exclude records by a test`() {
    let bright = CollectionDefinition(
      name: "pebbles", schema: StoreFixture.pebble,
      orders: [CollectionDefinition.Order(name: "id") { _ in 0 }.filtered { $0["colours"].strings.contains("red") }])
    let layout = WorkspaceDefinition(collections: [bright])
    let workspace = Workspace(
      definition: layout, state: WorkspaceState(definition: layout, ids: IDGenerator(seed: 1)), clock: Clock())
    workspace.pebbles.insert(StoreFixture.pebble(id: 1, colours: ["red"]))
    workspace.pebbles.insert(StoreFixture.pebble(id: 2))
    let order = ListOrder(name: "id", descending: false)
    #expect(workspace.pebbles.page(orderedBy: order, from: .offset(0), limit: 9).map(\.id) == ["1"])
    workspace.pebbles.replace(StoreFixture.pebble(id: 2, colours: ["red"]))
    workspace.pebbles.replace(StoreFixture.pebble(id: 1))
    #expect(workspace.pebbles.page(orderedBy: order, from: .offset(0), limit: 9).map(\.id) == ["2"])
  }

  @Test func `The revision increases with every change and only then`() {
    let start = pebbles.revision
    pebbles.insert(StoreFixture.pebble(id: 1))
    pebbles.replace(StoreFixture.pebble(id: 1, name: "Basalt"))
    #expect(pebbles.revision == start + 2)
    _ = pebbles.all
    pebbles.remove(id: "nowhere")
    #expect(pebbles.revision == start + 2)
    pebbles.removeAll()
    #expect(pebbles.revision == start + 3)
    #expect(pebbles.count == 0)
  }
}

@Suite struct PagingTests {
  let workspace = StoreFixture.workspace()
  let oldest = ListOrder(name: "found_at", descending: false)
  let newest = ListOrder(name: "found_at", descending: true)

  /// The sort keys are 10, 10, 20, 30, 30; ties are resolved by id.
  init() {
    for (id, time) in [(5, 10), (40, 10), (3, 20), (1, 30), (200, 30)] {
      workspace.pebbles.insert(StoreFixture.pebble(id: id, foundAt: .integer(time)))
    }
  }

  private func ids(in order: ListOrder, from start: PageStart, limit: Int = 10) -> [String] {
    workspace.pebbles.page(orderedBy: order, from: start, limit: limit).map(\.id)
  }

  @Test func `Records are ordered by sort key, then by numeric id`() {
    #expect(ids(in: oldest, from: .offset(0)) == ["5", "40", "3", "1", "200"])
    #expect(ids(in: newest, from: .offset(0)) == ["200", "1", "3", "40", "5"])
  }

  @Test func `A page by offset skips that number of records and ends at the limit`() {
    #expect(ids(in: oldest, from: .offset(1), limit: 2) == ["40", "3"])
    #expect(ids(in: newest, from: .offset(3), limit: 2) == ["40", "5"])
    #expect(ids(in: oldest, from: .offset(5), limit: 2) == [])
    #expect(ids(in: oldest, from: .offset(.max), limit: 2) == [])
    #expect(ids(in: oldest, from: .offset(0), limit: 0) == [])
    #expect(ids(in: oldest, from: .offset(0), limit: .max).count == 5)
  }

  @Test func `A page after a record starts with the next record, in both directions`() {
    #expect(ids(in: oldest, from: .after(key: 10, id: "40"), limit: 2) == ["3", "1"])
    #expect(ids(in: newest, from: .after(key: 30, id: "1"), limit: 2) == ["3", "40"])
    #expect(ids(in: oldest, from: .after(key: 30, id: "200")) == [])
    #expect(ids(in: newest, from: .after(key: 10, id: "5")) == [])
  }

  @Test func `A page continues at its position if the record before it was removed`() {
    workspace.pebbles.remove(id: "3")
    #expect(ids(in: oldest, from: .after(key: 20, id: "3")) == ["1", "200"])
    #expect(ids(in: newest, from: .after(key: 20, id: "3")) == ["40", "5"])
  }

  @Test func `A page continues at its position if records were added or moved`() {
    workspace.pebbles.insert(StoreFixture.pebble(id: 2, foundAt: 1))
    workspace.pebbles.replace(StoreFixture.pebble(id: 5, foundAt: 40))
    #expect(ids(in: oldest, from: .after(key: 10, id: "40")) == ["3", "1", "200", "5"])
  }

  @Test(arguments: [false, true]) func `Ids of equal rank are in the order of their strings, each on one page`(
    descending: Bool
  ) {
    let ids = (0..<1200).map { "customer number \(1000 + $0 * 7919 % 1200)" }
    for id in ids {
      var pebble = StoreFixture.pebble(id: 1, foundAt: .integer(20))
      pebble["id"] = .string(id)
      workspace.pebbles.insert(pebble)
    }
    for id in ids.prefix(300) { workspace.pebbles.remove(id: id) }
    let order = ListOrder(name: "found_at", descending: descending)
    var (seen, start): ([String], PageStart) = ([], .after(key: 20, id: descending ? "customer numberz" : "3"))
    for _ in 0..<10 {
      seen += self.ids(in: order, from: start, limit: 97)
      start = .after(key: 20, id: seen.last ?? "")
    }
    let expected = ids.dropFirst(300).sorted()
    #expect(seen.filter { $0.count > 3 } == (descending ? expected.reversed() : expected))
  }

  @Test func `A page of a small or large selection contains only its records`() {
    let collection = workspace.pebbles
    let few = collection.rows(matching: .rows(collection.rows(ofIDs: ["40", "1", "nowhere"])))
    let many = collection.rows(matching: .not(.rows(collection.rows(ofIDs: ["40"]))))
    #expect(collection.page(orderedBy: oldest, from: .offset(0), limit: 9, of: few).map(\.id) == ["40", "1"])
    #expect(collection.page(orderedBy: newest, from: .offset(1), limit: 9, of: few).map(\.id) == ["40"])
    #expect(collection.page(orderedBy: oldest, from: .offset(1), limit: 2, of: many).map(\.id) == ["3", "1"])
    #expect(collection.page(orderedBy: newest, from: .after(key: 20, id: "3"), limit: 2, of: many).map(\.id) == ["5"])
  }

  @Test func `An undeclared order has no pages`() {
    #expect(ids(in: ListOrder(name: "shape", descending: false), from: .offset(0)) == [])
  }

  @Test func `The key of a record in an order is its sort key`() {
    #expect(workspace.pebbles.key(of: StoreFixture.pebble(id: 1, foundAt: 30), in: oldest) == 30)
    #expect(workspace.pebbles.key(of: StoreFixture.pebble(id: 1), in: oldest) == 0)
  }
}

/// Collections with thousands of records, so that the leaves of rows (256) and of orders (512) are filled, split and
/// emptied.
@Suite struct LargeCollectionTests {
  private static let size = 3000
  private let workspace = StoreFixture.workspace()
  private let oldest = ListOrder(name: "found_at", descending: false)

  /// Ids ascend while times vary, so that records are inserted in the middle of orders.
  init() {
    for id in 1...Self.size {
      workspace.pebbles.insert(
        StoreFixture.pebble(id: id, name: .string("p\(id % 7)"), foundAt: .integer(id * 7919 % 1000)))
    }
  }

  private func times(in order: ListOrder) -> [Int64] {
    workspace.pebbles.page(orderedBy: order, from: .offset(0), limit: .max).compactMap { $0["found_at"].integer }
  }

  @Test func `Thousands of records are in order, each once`() {
    #expect(workspace.pebbles.count == Self.size)
    #expect(times(in: oldest).count == Self.size)
    #expect(times(in: oldest) == times(in: oldest).sorted())
    #expect(times(in: ListOrder(name: "found_at", descending: true)) == times(in: oldest).reversed())
    #expect(Set(workspace.pebbles.all.map(\.id)).count == Self.size)
  }

  @Test(arguments: [false, true]) func `Following pages returns each record once`(descending: Bool) {
    let order = ListOrder(name: "found_at", descending: descending)
    var seen: [String] = []
    var start = PageStart.offset(0)
    while let last = workspace.pebbles.page(orderedBy: order, from: start, limit: 97).last {
      seen += workspace.pebbles.page(orderedBy: order, from: start, limit: 97).map(\.id)
      start = .after(key: workspace.pebbles.key(of: last, in: order), id: last.id)
    }
    #expect(seen == workspace.pebbles.page(orderedBy: order, from: .offset(0), limit: .max).map(\.id))
  }

  @Test func `An emptied collection reuses its rows`() {
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

  @Test func `After removal of every other record, the remaining records are found`() {
    for id in stride(from: 2, through: Self.size, by: 2) { workspace.pebbles.remove(id: String(id)) }
    #expect(workspace.pebbles.count == Self.size / 2)
    #expect(workspace.pebbles["1999"] != nil)
    #expect(workspace.pebbles["2000"] == nil)
    #expect(workspace.pebbles.records(in: "name", under: "p3").allSatisfy { (Int($0.id) ?? 0) % 2 == 1 })
    #expect(times(in: oldest) == times(in: oldest).sorted())
  }
}
