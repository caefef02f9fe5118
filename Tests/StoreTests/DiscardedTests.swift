import JSON
import Testing

@testable import Store

@Suite("Discarded states")
struct ReleaseQueueTests {
  private let definition = CollectionDefinition(name: "birds", schema: Schema(name: "bird", slots: ["id"]))

  private func workspace(birds count: Int) -> Workspace {
    let layout = WorkspaceDefinition(collections: [definition])
    let state = WorkspaceState(definition: layout, ids: IDGenerator(seed: 1))
    let workspace = Workspace(definition: layout, state: state, clock: Clock(frozenAtMilliseconds: 0))
    for number in 0..<count {
      var bird = Record(schema: definition.schema)
      bird["id"] = .string("\(number)")
      workspace[definition.schema].insert(bird)
    }
    return workspace
  }

  @Test("are freed a few leaves at a time, to the end")
  func inSlices() {
    let discarded = ReleaseQueue()
    discarded.add(workspace(birds: 1000).state)
    discarded.release(rowGroups: 2)
    #expect(!discarded.isEmpty)
    discarded.release(rowGroups: 100)
    #expect(discarded.isEmpty)
  }

  @Test("take nothing from the workspace that they came from")
  func apart() {
    let discarded = ReleaseQueue()
    let workspace = workspace(birds: 600)
    discarded.add(workspace.state)
    discarded.release(rowGroups: 100)
    #expect(workspace[definition.schema].count == 600)
    #expect(workspace[definition.schema]["599"] != nil)
  }
}
