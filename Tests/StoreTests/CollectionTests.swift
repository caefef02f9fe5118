import Store
import Testing

@Suite struct CollectionTests {
  let workspace = StoreFixture.workspace()
  var pebbles: RecordCollection { workspace.pebbles }

  @Test func `What was inserted is found by its id until it is removed`() {
    pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt"))
    #expect(pebbles["1"]?["name"] == "Basalt")
    #expect(pebbles.count == 1)
    #expect(pebbles.remove(id: "1")?.id == "1")
    #expect(pebbles["1"] == nil)
    #expect(pebbles.count == 0)
    #expect(pebbles.remove(id: "1") == nil)
  }

  @Test func `Inserting under an id that is there replaces the record`() {
    pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt", foundAt: 5))
    pebbles.insert(StoreFixture.pebble(id: 1, name: "Quartz", foundAt: 9))
    #expect(pebbles.count == 1)
    #expect(pebbles.records(in: "name", under: "Basalt").isEmpty)
    #expect(pebbles.first(in: "name", under: "Quartz")?["found_at"] == 9)
    #expect(pebbles.count(in: ListOrder(name: "found_at", descending: false)) == 1)
  }

  @Test func `An index finds all records under a text, lowest id first`() {
    for id in [10, 9, 2] { pebbles.insert(StoreFixture.pebble(id: id, name: "Basalt")) }
    #expect(pebbles.records(in: "name", under: "Basalt").map(\.id) == ["2", "9", "10"])
    #expect(pebbles.first(in: "name", under: "Basalt")?.id == "2")
    #expect(pebbles.count(in: "name", under: "Basalt") == 3)
    #expect(pebbles.count(in: "name", under: "basalt") == 0)
    #expect(pebbles.records(in: "shape", under: "round").isEmpty)
  }

  @Test func `A record stands under each of its texts, and under none when it has none`() {
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

  @Test func `A record without a sort key stands in no order, though it is there`() {
    pebbles.insert(StoreFixture.pebble(id: 1, foundAt: 3))
    pebbles.insert(StoreFixture.pebble(id: 2))
    let order = ListOrder(name: "found_at", descending: false)
    #expect(pebbles.page(orderedBy: order, from: .offset(0), limit: 10).map(\.id) == ["1"])
    #expect(pebbles.count(in: order) == 1)
    #expect(pebbles.all.map(\.id) == ["1", "2"])
  }

  @Test func `An order can leave out records that fail a test`() {
    let bright = CollectionDefinition(
      name: "pebbles", schema: StoreFixture.pebble,
      orders: [CollectionDefinition.Order(name: "id") { _ in 0 }.filtered { $0["colours"].strings.contains("red") }])
    let layout = WorkspaceDefinition(collections: [bright])
    let beach = Workspace(
      definition: layout, state: WorkspaceState(definition: layout, ids: IDGenerator(seed: 1)), clock: Clock())
    beach.pebbles.insert(StoreFixture.pebble(id: 1, colours: ["red"]))
    beach.pebbles.insert(StoreFixture.pebble(id: 2))
    let order = ListOrder(name: "id", descending: false)
    #expect(beach.pebbles.page(orderedBy: order, from: .offset(0), limit: 9).map(\.id) == ["1"])
    beach.pebbles.replace(StoreFixture.pebble(id: 2, colours: ["red"]))
    beach.pebbles.replace(StoreFixture.pebble(id: 1))
    #expect(beach.pebbles.page(orderedBy: order, from: .offset(0), limit: 9).map(\.id) == ["2"])
  }

  @Test func `The revision rises with every change and with nothing else`() {
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
