import JSON
import Testing

@testable import Store

@Suite("Discarded states")
struct DiscardedTests {
  private let definition = CollectionDefinition("birds", schema: Schema("bird", slots: ["id"]))

  private func workspace(birds count: Int) -> Workspace {
    let layout = Layout([definition])
    let state = WorkspaceState(layout, ids: IDGenerator(seed: 1))
    let workspace = Workspace(layout, state: state, clock: Clock(frozenAtMilliseconds: 0))
    for number in 0..<count {
      var bird = Record(definition.schema)
      bird["id"] = .string("\(number)")
      workspace[definition.schema].insert(bird)
    }
    return workspace
  }

  @Test("are freed a few leaves at a time, to the end")
  func inSlices() {
    let discarded = Discarded()
    discarded.add(workspace(birds: 1000).state)
    discarded.free(leaves: 2)
    #expect(!discarded.isEmpty)
    discarded.free(leaves: 100)
    #expect(discarded.isEmpty)
  }

  @Test("take nothing from the workspace that they came from")
  func apart() {
    let discarded = Discarded()
    let workspace = workspace(birds: 600)
    discarded.add(workspace.state)
    discarded.free(leaves: 100)
    #expect(workspace[definition.schema].count == 600)
    #expect(workspace[definition.schema]["599"] != nil)
  }
}
