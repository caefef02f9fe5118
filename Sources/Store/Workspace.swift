import JSON

/// One isolated world of records, with the clock and the ids that everything in it uses.
public final class Workspace {
  public let layout: Layout
  public let clock: Clock
  public var ids: IDGenerator
  /// The workspace itself: `id_code`, `name`, `region`, `timezone`, `created_at`.
  public private(set) var profile: JSONObject
  /// The time zone that days are counted in.
  public private(set) var zone: Zone
  /// When jobs are done.
  public var jobPace = Pace.immediate
  /// When what a write brings about by itself is there.
  public var sideEffectPace = Pace.immediate
  /// Whether anything was written since the seed was taken up.
  public private(set) var isChanged = false
  private let collections: [RecordCollection]
  private let log: MutationLog
  private let nowhere: RecordCollection

  /// A workspace that starts from `state`.
  public init(_ layout: Layout, state: WorkspaceState, clock: Clock) {
    let log = MutationLog()
    self.layout = layout
    self.clock = clock
    self.log = log
    ids = state.ids
    profile = state.profile
    zone = state.zone
    collections = layout.collections.map { RecordCollection($0, onChange: log.record) }
    nowhere = RecordCollection(CollectionDefinition("", schema: Schema("", slots: ["id"]))) { _ in }
    take(state)
  }

  /// The collection that keeps records of this schema. A schema that the layout lacks is a defect.
  public subscript(schema: Schema) -> RecordCollection {
    guard let number = layout.number(of: schema) else {
      assertionFailure("no collection of \(schema.name)")
      return nowhere
    }
    return collections[number]
  }

  /// The collection of this name.
  public func collection(named name: String) -> RecordCollection? {
    layout.number(ofName: name).map { collections[$0] }
  }

  /// All that is held now, to come back to later. Costs the same at any size.
  public var state: WorkspaceState {
    WorkspaceState(contents: collections.map(\.contents), ids: ids, profile: profile, zone: zone)
  }

  /// Drops everything and starts again from `state`. Costs the same at any size.
  public func reset(to state: WorkspaceState) {
    take(state)
    isChanged = false
  }

  /// Takes up another state, as a change of this workspace. Costs the same at any size.
  public func adopt(_ state: WorkspaceState) {
    take(state)
    isChanged = true
  }

  /// Tries something out: what was written is undone and forgotten, the ids that were drawn as well.
  public func undoing<Result>(_ body: () throws -> Result) rethrows -> Result {
    let (before, wasChanged) = (state, isChanged)
    defer {
      take(before)
      isChanged = wasChanged
    }
    return try body()
  }

  /// Another one after every write and whenever the records are replaced: what was worked out from them holds as long as
  /// it stays the same.
  public var generation: Int { log.generation }

  /// The writes since this was last called, in order.
  public func takeMutations() -> [Mutation] {
    let taken = log.take()
    if !taken.isEmpty { isChanged = true }
    return taken
  }

  private func take(_ state: WorkspaceState) {
    ids = state.ids
    profile = state.profile
    zone = state.zone
    for (collection, contents) in zip(collections, state.contents) { collection.contents = contents }
    _ = log.take()
    log.generation += 1
  }
}

/// The writes of one call.
private final class MutationLog {
  private var mutations: [Mutation] = []
  var generation = 0

  func record(_ mutation: Mutation) {
    generation += 1
    mutations.append(mutation)
  }

  func take() -> [Mutation] {
    defer { mutations.removeAll(keepingCapacity: true) }
    return mutations
  }
}
