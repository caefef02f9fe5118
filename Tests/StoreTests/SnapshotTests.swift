import Store
import TestSupport
import Testing

@Suite struct SnapshotTests {
  /// A workspace beside the plain model of what it should hold.
  private struct Pair {
    let beach: Workspace
    var model: NaivePebbles

    /// Writes something at random to both.
    mutating func change(_ random: inout Seeded) {
      let id = 1 + random.below(900)
      switch random.below(10) {
      case 0...5:
        let pebble = Beach.any(id, &random)
        beach.pebbles.insert(pebble)
        model.put(pebble)
      case 6 where random.below(60) == 0:
        beach.pebbles.removeAll()
        model = NaivePebbles()
      default:
        beach.pebbles.remove(String(id))
        model.remove(String(id))
      }
    }

    /// Whether both give the same answers.
    func agree(_ random: inout Seeded) -> Bool {
      let pebbles = beach.pebbles
      let order = ListOrder(random.one(of: ["id", "found_at"]), descending: random.below(2) == 0)
      let start =
        random.below(2) == 0
        ? PageStart.offset(random.below(400))
        : .after(key: order.name == "id" ? 0 : Int64(random.below(50) - 10), id: String(random.below(900)))
      let name = random.one(of: Beach.names)
      return pebbles.count == model.records.count
        && pebbles.page(order, from: start, limit: 60) == model.page(order, from: start, limit: 60)
        && pebbles.count(in: order) == model.sorted(order).count
        && pebbles.records(in: "name", under: name) == model.named(name)
        && pebbles.count(in: "colour", under: "red") == model.coloured("red").count
    }

    /// The workspace that comes back from the snapshot, beside the model as it is now.
    func snapshot() -> Pair {
      Pair(beach: Workspace(Beach.layout, state: beach.state, clock: beach.clock), model: model)
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `Whatever is written to either side, the other side of a snapshot never notices`(seed: UInt64) {
    var random = Seeded(seed)
    var worlds = [Pair(beach: Beach.workspace(), model: NaivePebbles())]
    for round in 1...12 {
      for _ in 1...150 {
        let world = random.below(worlds.count)
        worlds[world].change(&random)
      }
      for world in worlds { #expect(world.agree(&random), "round \(round)") }
      worlds.append(random.one(of: worlds).snapshot())
      if worlds.count > 5 { worlds.remove(at: random.below(5)) }
    }
  }

  @Test func `A snapshot holds ids and profile, and a reset brings them back`() {
    let beach = Beach.workspace()
    let start = beach.state
    let first = beach.ids.objectID(at: 5)
    beach.pebbles.insert(Beach.pebble(1))
    _ = beach.takeMutations()
    #expect(beach.isChanged)
    beach.reset(to: start)
    #expect(beach.pebbles.count == 0)
    #expect(!beach.isChanged)
    #expect(beach.ids.objectID(at: 5) == first)
  }

  @Test func `Searching one side of a snapshot leaves columns that the other may not trust`() {
    let beach = Beach.workspace()
    beach.pebbles.insert(Beach.pebble(1, name: "Basalt"))
    let source = ColumnSource.text { $0["name"].string }
    let predicate = Predicate.column(.field(0), source, .text(.equals, needle: TextFolding.fold("basalt")))
    #expect(beach.pebbles.select(predicate).count == 1)
    let other = Workspace(Beach.layout, state: beach.state, clock: beach.clock)
    other.pebbles.replace(Beach.pebble(1, name: "Quartz"))
    #expect(other.pebbles.select(predicate).count == 0)
    #expect(beach.pebbles.select(predicate).count == 1)
  }
}
