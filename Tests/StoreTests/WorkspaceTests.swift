import Store
import Testing

@Suite struct WorkspaceTests {
  @Test func `Each write is reported once, with the record before and after`() {
    let beach = StoreFixture.workspace()
    beach.pebbles.insert(StoreFixture.pebble(id: 1))
    beach.pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt"))
    beach.pebbles.remove(id: "1")
    beach.pebbles.remove(id: "1")
    let mutations = beach.takeMutations()
    #expect(mutations.map(\.collection) == ["pebbles", "pebbles", "pebbles"])
    #expect(mutations.map { $0.before?["name"] } == [nil, .absent, "Basalt"])
    #expect(mutations.map { $0.after?["name"] } == [.absent, "Basalt", nil])
    #expect(beach.takeMutations().isEmpty)
  }

  @Test func `A workspace counts as changed from its first write to its reset`() {
    let beach = StoreFixture.workspace()
    let seed = beach.state
    _ = beach.takeMutations()
    #expect(!beach.isChanged)
    beach.pebbles.insert(StoreFixture.pebble(id: 1))
    _ = beach.takeMutations()
    #expect(beach.isChanged)
    beach.reset(to: seed)
    #expect(!beach.isChanged)
    #expect(beach.takeMutations().isEmpty)
  }

  @Test func `Collections are found by schema and by name`() {
    let beach = StoreFixture.workspace()
    #expect(beach[StoreFixture.pebble] === beach.collection(named: "pebbles"))
    #expect(beach.collection(named: "shells") == nil)
  }
}
