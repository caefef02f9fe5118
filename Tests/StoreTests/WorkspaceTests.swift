import JSON
import Store
import TestSupport
import Testing
@testable import Store

@Suite struct WorkspaceTests {
  @Test func `Each write is reported once, with the record before and after`() {
    let workspace = StoreFixture.workspace()
    workspace.pebbles.insert(StoreFixture.pebble(id: 1))
    workspace.pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt"))
    workspace.pebbles.remove(id: "1")
    workspace.pebbles.remove(id: "1")
    let mutations = workspace.takeMutations()
    #expect(mutations.map(\.collection) == ["pebbles", "pebbles", "pebbles"])
    #expect(mutations.map { $0.before?["name"] } == [nil, .absent, "Basalt"])
    #expect(mutations.map { $0.after?["name"] } == [.absent, "Basalt", nil])
    #expect(workspace.takeMutations().isEmpty)
  }

  @Test func `The difference of two workspaces is the writes that turn one into the other`() throws {
    let (old, new) = (StoreFixture.workspace(), StoreFixture.workspace())
    for id in 1...3 { old.pebbles.insert(StoreFixture.pebble(id: id, name: "Basalt")) }
    new.pebbles.insert(StoreFixture.pebble(id: 2, name: "Basalt"))
    new.pebbles.insert(StoreFixture.pebble(id: 3, name: "Quartz"))
    new.pebbles.insert(StoreFixture.pebble(id: 4))
    let writes = try Mutation.difference(from: old, to: new).value()
    #expect(writes.map { $0.before?.id } == ["1", "3", nil] && writes.map { $0.after?.id } == [nil, "3", "4"])
    #expect(writes.compactMap { $0.before?["name"] } == ["Basalt", "Basalt"])
    #expect(writes.compactMap { $0.after?["name"] } == ["Quartz", .absent])
    #expect(try Mutation.difference(from: old, to: old).value().isEmpty)
  }

  @Test func `A workspace is changed from its first write until its reset`() {
    let workspace = StoreFixture.workspace()
    let seed = workspace.state
    _ = workspace.takeMutations()
    #expect(!workspace.isChanged)
    workspace.pebbles.insert(StoreFixture.pebble(id: 1))
    _ = workspace.takeMutations()
    #expect(workspace.isChanged)
    workspace.reset(to: seed)
    #expect(!workspace.isChanged)
    #expect(workspace.takeMutations().isEmpty)
  }

  @Test func `Collections are found by schema and by name`() {
    let workspace = StoreFixture.workspace()
    #expect(workspace[StoreFixture.pebble] === workspace.collection(named: "pebbles"))
    #expect(workspace.collection(named: "shells") == nil)
  }
}

@Suite struct SnapshotTests {
  /// A workspace and a reference implementation with the expected contents.
  private struct CheckedWorkspace {
    let workspace: Workspace
    var reference: ReferenceCollection

    /// Applies a random write to both.
    mutating func change(using random: inout SeededRandom) {
      let id = 1 + random.int(below: 900)
      switch random.int(below: 10) {
      case 0...5:
        let pebble = StoreFixture.randomPebble(id: id, using: &random)
        workspace.pebbles.insert(pebble)
        reference.insert(pebble)
      case 6 where random.int(below: 60) == 0:
        workspace.pebbles.removeAll()
        reference = ReferenceCollection()
      default:
        workspace.pebbles.remove(id: String(id))
        reference.remove(id: String(id))
      }
    }

    /// Whether both return the same results.
    func agrees(using random: inout SeededRandom) -> Bool {
      let pebbles = workspace.pebbles
      let order = ListOrder(name: random.one(of: ["id", "found_at"]), descending: random.int(below: 2) == 0)
      let start =
        random.int(below: 2) == 0
        ? PageStart.offset(random.int(below: 400))
        : .after(key: order.name == "id" ? 0 : Int64(random.int(below: 50) - 10), id: String(random.int(below: 900)))
      let name = random.one(of: StoreFixture.names)
      return pebbles.count == reference.records.count
        && pebbles.page(orderedBy: order, from: start, limit: 60) == reference.page(in: order, from: start, limit: 60)
        && pebbles.count(in: order) == reference.sorted(by: order).count
        && pebbles.records(in: "name", under: name) == reference.all(named: name)
        && pebbles.count(in: "colour", under: "red") == reference.all(coloured: "red").count
    }

    /// The workspace restored from the snapshot, with a copy of the current reference.
    func restoredFromSnapshot() -> CheckedWorkspace {
      CheckedWorkspace(
        workspace: Workspace(definition: StoreFixture.layout, state: workspace.state, clock: workspace.clock),
        reference: reference)
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `Writes on one side of a snapshot do not affect the other side`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var worlds = [CheckedWorkspace(workspace: StoreFixture.workspace(), reference: ReferenceCollection())]
    for round in 1...12 {
      for _ in 1...150 {
        let world = random.int(below: worlds.count)
        worlds[world].change(using: &random)
      }
      for world in worlds { #expect(world.agrees(using: &random), "round \(round)") }
      worlds.append(random.one(of: worlds).restoredFromSnapshot())
      if worlds.count > 5 { worlds.remove(at: random.int(below: 5)) }
    }
  }

  @Test func `A snapshot contains ids and profile, and a reset restores them`() {
    let workspace = StoreFixture.workspace()
    let start = workspace.state
    let first = workspace.ids.objectID(at: 5)
    workspace.pebbles.insert(StoreFixture.pebble(id: 1))
    _ = workspace.takeMutations()
    #expect(workspace.isChanged)
    workspace.reset(to: start)
    #expect(workspace.pebbles.count == 0)
    #expect(!workspace.isChanged)
    #expect(workspace.ids.objectID(at: 5) == first)
  }

  @Test func `Columns built by a search on one side of a snapshot are not used by the other`() {
    let workspace = StoreFixture.workspace()
    workspace.pebbles.insert(StoreFixture.pebble(id: 1, name: "Basalt"))
    let source = ColumnSource.text { $0["name"].string }
    let predicate = Predicate.column(.field(0), source, .text(.equals, needle: CaseFolding.foldedBytes(of: "basalt")))
    #expect(workspace.pebbles.rows(matching: predicate).count == 1)
    let other = Workspace(definition: StoreFixture.layout, state: workspace.state, clock: workspace.clock)
    other.pebbles.replace(StoreFixture.pebble(id: 1, name: "Quartz"))
    #expect(other.pebbles.rows(matching: predicate).count == 0)
    #expect(workspace.pebbles.rows(matching: predicate).count == 1)
  }
}

@Suite struct ReleaseQueueTests {
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

  @Test func `A state is freed in steps of a few row groups until the queue is empty`() {
    let releaseQueue = ReleaseQueue()
    releaseQueue.add(workspace(birds: 1000).state)
    releaseQueue.release(rowGroups: 2)
    #expect(!releaseQueue.isEmpty)
    releaseQueue.release(rowGroups: 100)
    #expect(releaseQueue.isEmpty)
  }

  @Test func `Freeing a state does not affect a workspace that shares it`() {
    let releaseQueue = ReleaseQueue()
    let workspace = workspace(birds: 600)
    releaseQueue.add(workspace.state)
    releaseQueue.release(rowGroups: 100)
    #expect(workspace[definition.schema].count == 600)
    #expect(workspace[definition.schema]["599"] != nil)
  }
}
