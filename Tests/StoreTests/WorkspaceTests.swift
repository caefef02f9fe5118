import Store
import Testing

@Suite struct WorkspaceTests {
  @Test func `Each write is told once, with what was before and after`() {
    let beach = Beach.workspace()
    beach.pebbles.insert(Beach.pebble(1))
    beach.pebbles.insert(Beach.pebble(1, name: "Basalt"))
    beach.pebbles.remove("1")
    beach.pebbles.remove("1")
    let mutations = beach.takeMutations()
    #expect(mutations.map(\.collection) == ["pebbles", "pebbles", "pebbles"])
    #expect(mutations.map { $0.before?["name"] } == [nil, .absent, "Basalt"])
    #expect(mutations.map { $0.after?["name"] } == [.absent, "Basalt", nil])
    #expect(beach.takeMutations().isEmpty)
  }

  @Test func `A workspace counts as changed from its first write to its reset`() {
    let beach = Beach.workspace()
    let seed = beach.state
    _ = beach.takeMutations()
    #expect(!beach.isChanged)
    beach.pebbles.insert(Beach.pebble(1))
    _ = beach.takeMutations()
    #expect(beach.isChanged)
    beach.reset(to: seed)
    #expect(!beach.isChanged)
    #expect(beach.takeMutations().isEmpty)
  }

  @Test func `Collections are found by schema and by name`() {
    let beach = Beach.workspace()
    #expect(beach[Beach.pebble] === beach.collection(named: "pebbles"))
    #expect(beach.collection(named: "shells") == nil)
  }
}
