import Store
import Testing

@Suite struct PagingTests {
  let workspace = StoreFixture.workspace()
  let oldest = ListOrder(name: "found_at", descending: false)
  let newest = ListOrder(name: "found_at", descending: true)

  /// Found at 10, 10, 20, 30, 30: ids break the ties.
  init() {
    for (id, time) in [(5, 10), (40, 10), (3, 20), (1, 30), (200, 30)] {
      workspace.pebbles.insert(StoreFixture.pebble(id: id, foundAt: .integer(time)))
    }
  }

  private func ids(in order: ListOrder, from start: PageStart, limit: Int = 10) -> [String] {
    workspace.pebbles.page(orderedBy: order, from: start, limit: limit).map(\.id)
  }

  @Test func `Records run by sort key, then by id as a number`() {
    #expect(ids(in: oldest, from: .offset(0)) == ["5", "40", "3", "1", "200"])
    #expect(ids(in: newest, from: .offset(0)) == ["200", "1", "3", "40", "5"])
  }

  @Test func `A page by offset skips so many and stops at the limit`() {
    #expect(ids(in: oldest, from: .offset(1), limit: 2) == ["40", "3"])
    #expect(ids(in: newest, from: .offset(3), limit: 2) == ["40", "5"])
    #expect(ids(in: oldest, from: .offset(5), limit: 2) == [])
    #expect(ids(in: oldest, from: .offset(.max), limit: 2) == [])
    #expect(ids(in: oldest, from: .offset(0), limit: 0) == [])
    #expect(ids(in: oldest, from: .offset(0), limit: .max).count == 5)
  }

  @Test func `A page after a record starts with the next one, either way`() {
    #expect(ids(in: oldest, from: .after(key: 10, id: "40"), limit: 2) == ["3", "1"])
    #expect(ids(in: newest, from: .after(key: 30, id: "1"), limit: 2) == ["3", "40"])
    #expect(ids(in: oldest, from: .after(key: 30, id: "200")) == [])
    #expect(ids(in: newest, from: .after(key: 10, id: "5")) == [])
  }

  @Test func `A page goes on where it was when the record it stopped at is gone`() {
    workspace.pebbles.remove(id: "3")
    #expect(ids(in: oldest, from: .after(key: 20, id: "3")) == ["1", "200"])
    #expect(ids(in: newest, from: .after(key: 20, id: "3")) == ["40", "5"])
  }

  @Test func `A page goes on where it was when records came or moved meanwhile`() {
    workspace.pebbles.insert(StoreFixture.pebble(id: 2, foundAt: 1))
    workspace.pebbles.replace(StoreFixture.pebble(id: 5, foundAt: 40))
    #expect(ids(in: oldest, from: .after(key: 10, id: "40")) == ["3", "1", "200", "5"])
  }

  @Test func `A page of a selection holds its records only, whether few or many`() {
    let collection = workspace.pebbles
    let few = collection.rows(matching: .rows(collection.rows(ofIDs: ["40", "1", "nowhere"])))
    let many = collection.rows(matching: .not(.rows(collection.rows(ofIDs: ["40"]))))
    #expect(collection.page(orderedBy: oldest, from: .offset(0), limit: 9, of: few).map(\.id) == ["40", "1"])
    #expect(collection.page(orderedBy: newest, from: .offset(1), limit: 9, of: few).map(\.id) == ["40"])
    #expect(collection.page(orderedBy: oldest, from: .offset(1), limit: 2, of: many).map(\.id) == ["3", "1"])
    #expect(collection.page(orderedBy: newest, from: .after(key: 20, id: "3"), limit: 2, of: many).map(\.id) == ["5"])
  }

  @Test func `An order that is not declared has no pages`() {
    #expect(ids(in: ListOrder(name: "shape", descending: false), from: .offset(0)) == [])
  }

  @Test func `The key of a record in an order is what places it`() {
    #expect(workspace.pebbles.key(of: StoreFixture.pebble(id: 1, foundAt: 30), in: oldest) == 30)
    #expect(workspace.pebbles.key(of: StoreFixture.pebble(id: 1), in: oldest) == 0)
  }
}
