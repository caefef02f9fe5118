import JSON
import TimeZones

/// One isolated world of records, with the clock and the ids that everything in it uses.
public final class Workspace {
  public let definition: WorkspaceDefinition
  public let clock: Clock
  public var ids: IDGenerator
  /// The workspace itself: `id_code`, `name`, `region`, `timezone`, `created_at`.
  public private(set) var profile: JSONObject
  /// The time zone that days are counted in.
  public private(set) var timeZone: TimeZone
  /// When jobs are done.
  public var jobDeferral = DeferralPolicy.immediate
  /// When what a write brings about by itself is there.
  public var sideEffectDeferral = DeferralPolicy.immediate
  /// Whether anything was written since the seed was taken up.
  public private(set) var isChanged = false
  private let collections: [RecordCollection]
  private let log: MutationLog
  private let placeholder: RecordCollection

  /// A workspace that starts from `state`.
  public init(definition layout: WorkspaceDefinition, state: WorkspaceState, clock: Clock) {
    let log = MutationLog()
    self.definition = layout
    self.clock = clock
    self.log = log
    ids = state.ids
    profile = state.profile
    timeZone = state.timeZone
    collections = layout.collections.map { RecordCollection(definition: $0, onChange: log.append) }
    placeholder = RecordCollection(definition: CollectionDefinition(name: "", schema: Schema(name: "", slots: ["id"])))
    { _ in }
    load(state)
  }

  /// The collection that keeps records of this schema. A schema that the layout lacks is a defect.
  public subscript(schema: Schema) -> RecordCollection {
    guard let number = definition.index(of: schema) else {
      assertionFailure("no collection of \(schema.name)")
      return placeholder
    }
    return collections[number]
  }

  /// The collection of this name.
  public func collection(named name: String) -> RecordCollection? {
    definition.index(ofCollectionNamed: name).map { collections[$0] }
  }

  /// All that is held now, to come back to later. Costs the same at any size.
  public var state: WorkspaceState {
    WorkspaceState(contents: collections.map(\.contents), ids: ids, profile: profile, timeZone: timeZone)
  }

  /// Drops everything and starts again from `state`. Costs the same at any size.
  public func reset(to state: WorkspaceState) {
    load(state)
    isChanged = false
  }

  /// Takes up another state, as a change of this workspace. Costs the same at any size.
  public func replaceState(with state: WorkspaceState) {
    load(state)
    isChanged = true
  }

  /// Tries something out: what was written is undone and forgotten, the ids that were drawn as well.
  public func withRollback<Result>(_ body: () throws -> Result) rethrows -> Result {
    let (before, wasChanged) = (state, isChanged)
    defer {
      load(before)
      isChanged = wasChanged
    }
    return try body()
  }

  /// Another one after every write and whenever the records are replaced: what was worked out from them holds as long as
  /// it stays the same.
  public var generation: Int { log.generation }

  /// The writes since this was last called, in order.
  public func takeMutations() -> [Mutation] {
    let taken = log.drain()
    if !taken.isEmpty { isChanged = true }
    return taken
  }

  private func load(_ state: WorkspaceState) {
    ids = state.ids
    profile = state.profile
    timeZone = state.timeZone
    for (collection, contents) in zip(collections, state.contents) { collection.contents = contents }
    _ = log.drain()
    log.generation += 1
  }
}

/// The writes of one call.
private final class MutationLog {
  private var mutations: [Mutation] = []
  var generation = 0

  func append(_ mutation: Mutation) {
    generation += 1
    mutations.append(mutation)
  }

  func drain() -> [Mutation] {
    defer { mutations.removeAll(keepingCapacity: true) }
    return mutations
  }
}

/// Everything a workspace holds, as a value that costs a few references to copy: the frozen seed, a snapshot.
public struct WorkspaceState {
  var contents: [CollectionContents]
  public var ids: IDGenerator
  /// The workspace itself: `id_code`, `name`, `region`, `timezone`, `created_at`.
  public var profile: JSONObject
  /// The time zone that days are counted in.
  public var timeZone: TimeZone

  /// An empty workspace with these collections.
  public init(
    definition layout: WorkspaceDefinition, ids: IDGenerator, profile: JSONObject = [:], timeZone: TimeZone = .utc
  ) {
    self.init(contents: layout.collections.map(CollectionContents.init), ids: ids, profile: profile, timeZone: timeZone)
  }

  init(contents: [CollectionContents], ids: IDGenerator, profile: JSONObject, timeZone: TimeZone) {
    self.contents = contents
    self.ids = ids
    self.profile = profile
    self.timeZone = timeZone
  }

  /// How many records there are.
  public var count: Int {
    contents.reduce(0) { $0 + $1.idIndex.count }
  }

  /// The same with days counted where another state counts them: a setting that stands among the records.
  public func withTimeZone(of other: WorkspaceState) -> WorkspaceState {
    var copy = self
    copy.profile["timezone"] = other.profile["timezone"]
    copy.timeZone = other.timeZone
    return copy
  }

  /// The same with nothing in the collections of these names.
  public func emptying(collections names: Set<String>, definition layout: WorkspaceDefinition) -> WorkspaceState {
    var copy = self
    for (number, definition) in layout.collections.enumerated() where names.contains(definition.name) {
      let revision = contents[number].revision
      copy.contents[number] = CollectionContents(for: definition)
      copy.contents[number].revision = revision + 1
    }
    return copy
  }
}

/// One write to the store: what webhooks and histories are made of.
public struct Mutation: Sendable {
  /// The collection's name.
  public let collection: String
  /// The record as it was; nil when it was created.
  public let before: Record?
  /// The record as it is; nil when it was removed.
  public let after: Record?

  /// Several writes as what they come to: one for each record, in the order in which the records were first written;
  /// none for a record that came and went.
  public static func coalesced(_ mutations: [Mutation]) -> [Mutation] {
    guard mutations.count > 1 else { return mutations }
    var places: [Key: Int] = [:]
    var sums: [Mutation] = []
    for mutation in mutations {
      let key = Key(collection: mutation.collection, id: (mutation.after ?? mutation.before)?.id ?? "")
      if let place = places[key] {
        sums[place] = Mutation(collection: key.collection, before: sums[place].before, after: mutation.after)
      } else {
        places[key] = sums.count
        sums.append(mutation)
      }
    }
    return sums.filter { $0.before != nil || $0.after != nil }
  }

  private struct Key: Hashable {
    let collection: String
    let id: String
  }
}

/// When work is done that is left for later.
public enum DeferralPolicy: Sendable, Equatable {
  /// Before the next request.
  case immediate
  /// So much later, on the workspace's clock.
  case afterMilliseconds(Int64)
  /// Once it was asked for so many times.
  case afterPolls(Int64)

  /// The first of two steps that take this long together.
  public var firstHalf: DeferralPolicy {
    switch self {
    case .immediate: .immediate
    case .afterMilliseconds(let time): .afterMilliseconds(time / 2)
    case .afterPolls(let count): .afterPolls(count / 2)
    }
  }

  /// The second of them.
  public var secondHalf: DeferralPolicy {
    switch self {
    case .immediate: .immediate
    case .afterMilliseconds(let time): .afterMilliseconds(time - time / 2)
    case .afterPolls(let count): .afterPolls(count - count / 2)
    }
  }
}
