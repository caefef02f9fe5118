import Store
import Testing

@Suite struct PagingTests {
  let beach = Beach.workspace()
  let oldest = ListOrder("found_at", descending: false)
  let newest = ListOrder("found_at", descending: true)

  /// Found at 10, 10, 20, 30, 30: ids break the ties.
  init() {
    for (id, time) in [(5, 10), (40, 10), (3, 20), (1, 30), (200, 30)] {
      beach.pebbles.insert(Beach.pebble(id, foundAt: .integer(time)))
    }
  }

  private func ids(_ order: ListOrder, _ start: PageStart, _ limit: Int = 10) -> [String] {
    beach.pebbles.page(order, from: start, limit: limit).map(\.id)
  }

  @Test func `Records run by sort key, then by id as a number`() {
    #expect(ids(oldest, .offset(0)) == ["5", "40", "3", "1", "200"])
    #expect(ids(newest, .offset(0)) == ["200", "1", "3", "40", "5"])
  }

  @Test func `A page by offset skips so many and stops at the limit`() {
    #expect(ids(oldest, .offset(1), 2) == ["40", "3"])
    #expect(ids(newest, .offset(3), 2) == ["40", "5"])
    #expect(ids(oldest, .offset(5), 2) == [])
    #expect(ids(oldest, .offset(.max), 2) == [])
    #expect(ids(oldest, .offset(0), 0) == [])
    #expect(ids(oldest, .offset(0), .max).count == 5)
  }

  @Test func `A page after a record starts with the next one, either way`() {
    #expect(ids(oldest, .after(key: 10, id: "40"), 2) == ["3", "1"])
    #expect(ids(newest, .after(key: 30, id: "1"), 2) == ["3", "40"])
    #expect(ids(oldest, .after(key: 30, id: "200")) == [])
    #expect(ids(newest, .after(key: 10, id: "5")) == [])
  }

  @Test func `A page goes on where it was when the record it stopped at is gone`() {
    beach.pebbles.remove("3")
    #expect(ids(oldest, .after(key: 20, id: "3")) == ["1", "200"])
    #expect(ids(newest, .after(key: 20, id: "3")) == ["40", "5"])
  }

  @Test func `A page goes on where it was when records came or moved meanwhile`() {
    beach.pebbles.insert(Beach.pebble(2, foundAt: 1))
    beach.pebbles.replace(Beach.pebble(5, foundAt: 40))
    #expect(ids(oldest, .after(key: 10, id: "40")) == ["3", "1", "200", "5"])
  }

  @Test func `A page of a selection holds its records only, whether few or many`() {
    let collection = beach.pebbles
    let few = collection.select(.rows(collection.rows(ofIDs: ["40", "1", "nowhere"])))
    let many = collection.select(.not(.rows(collection.rows(ofIDs: ["40"]))))
    #expect(collection.page(oldest, from: .offset(0), limit: 9, of: few).map(\.id) == ["40", "1"])
    #expect(collection.page(newest, from: .offset(1), limit: 9, of: few).map(\.id) == ["40"])
    #expect(collection.page(oldest, from: .offset(1), limit: 2, of: many).map(\.id) == ["3", "1"])
    #expect(collection.page(newest, from: .after(key: 20, id: "3"), limit: 2, of: many).map(\.id) == ["5"])
  }

  @Test func `An order that is not declared has no pages`() {
    #expect(ids(ListOrder("shape", descending: false), .offset(0)) == [])
  }

  @Test func `The key of a record in an order is what places it`() {
    #expect(beach.pebbles.key(of: Beach.pebble(1, foundAt: 30), in: oldest) == 30)
    #expect(beach.pebbles.key(of: Beach.pebble(1), in: oldest) == 0)
  }
}
