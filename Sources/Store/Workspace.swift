import JSON
import TimeZones

/// An isolated set of records with its clock and id generator.
public final class Workspace {
  public let definition: WorkspaceDefinition
  public let clock: Clock
  public var ids: IDGenerator
  /// Properties of the workspace: `id_code`, `name`, `region`, `timezone`, `created_at`.
  public private(set) var profile: JSONObject
  /// Time zone of calendar days.
  public private(set) var timeZone: TimeZone
  /// When jobs complete.
  public var jobDeferral = DeferralPolicy.immediate
  /// When the side effects of a write become visible.
  public var sideEffectDeferral = DeferralPolicy.immediate
  /// Whether there was a write since the last reset.
  public private(set) var isChanged = false
  private let collections: [RecordCollection]
  private let log: MutationLog
  private let placeholder: RecordCollection

  /// Creates a workspace in the given state.
  public init(definition: WorkspaceDefinition, state: WorkspaceState, clock: Clock) {
    let log = MutationLog()
    self.definition = definition
    self.clock = clock
    self.log = log
    ids = state.ids
    profile = state.profile
    timeZone = state.timeZone
    collections = definition.collections.map { RecordCollection(definition: $0, onChange: log.append) }
    placeholder = RecordCollection(definition: CollectionDefinition(name: "", schema: Schema(name: "", slots: ["id"])))
    { _ in }
    for collection in collections { follow(collection) }
    load(state)
  }

  /// Applies the derivations of a collection after each of its writes.
  private func follow(_ collection: RecordCollection) {
    let derivations = definition.derivations.filter { $0.collection == collection.definition.name }
    guard !derivations.isEmpty else { return }
    collection.onWrite = { [weak self] record in
      guard let self else { return }
      for derivation in derivations { derivation.apply(record, self) }
    }
  }

  /// The work of repairing what the derivations keep equal, after writes from outside.
  /// - Parameter writes: the writes; nil after collections were replaced as a whole
  public func repairOfDerivations(after writes: [Mutation]? = nil) -> SlicedWork<Void> {
    definition.derivations.reduce(.finished(())) { work, derivation in
      work.then { [self] in derivation.repair(self, writes) }
    }
  }

  /// Differs after each write.
  public var revisions: [Int] {
    collections.map(\.revision)
  }

  /// The collection of records of a schema. A schema without a collection is a programming error.
  public subscript(schema: Schema) -> RecordCollection {
    guard let number = definition.index(of: schema) else {
      assertionFailure("no collection for schema \(schema.name)")
      return placeholder
    }
    return collections[number]
  }

  /// The collection with this name; nil if the name is unknown.
  public func collection(named name: String) -> RecordCollection? {
    definition.index(ofCollectionNamed: name).map { collections[$0] }
  }

  /// Another workspace in the same state, with the same clock. Writes to one of them do not change the other. O(number of
  /// collections).
  public var copy: Workspace {
    Workspace(definition: definition, state: state, clock: clock)
  }

  /// The current state, for a snapshot. O(number of collections).
  public var state: WorkspaceState {
    WorkspaceState(contents: collections.map(\.contents), ids: ids, profile: profile, timeZone: timeZone)
  }

  /// Replaces the state and marks the workspace as unchanged. O(number of collections).
  public func reset(to state: WorkspaceState) {
    load(state)
    isChanged = false
  }

  /// Replaces the state as a write: the workspace is marked as changed. O(number of collections).
  public func replaceState(with state: WorkspaceState) {
    load(state)
    isChanged = true
  }

  /// Calls `body` and then restores the state from before, including the id generator.
  public func withRollback<Result>(_ body: () throws -> Result) rethrows -> Result {
    let (before, wasChanged) = (state, isChanged)
    defer {
      load(before)
      isChanged = wasChanged
    }
    return try body()
  }

  /// A number that changes with each write and each replacement of the state. It validates values cached by callers.
  public var generation: Int { log.generation }

  /// Returns the writes since the last call, in order.
  public func takeMutations() -> [Mutation] {
    let taken = log.drain()
    if !taken.isEmpty { isChanged = true }
    return taken
  }

  private func load(_ state: WorkspaceState) {
    log.noteReset()
    ids = state.ids
    profile = state.profile
    timeZone = state.timeZone
    for (collection, contents) in zip(collections, state.contents) { collection.contents = contents }
    _ = log.drain()
    log.generation += 1
  }
}

/// Changes of many records, which are prepared in a copy of the workspace.
extension Workspace {
  /// Reverts the writes since the last `takeMutations` and returns them. Generated ids stay used.
  public func takeBack() -> [Mutation] {
    let mutations = log.drain()
    for mutation in mutations.reversed() { write(mutation.before, insteadOf: mutation.after, in: mutation.collection) }
    log.generation += 1
    return mutations
  }

  /// Makes the writes of another workspace in this one, without their derivations and without recording them.
  public func copyWrites(_ mutations: [Mutation]) {
    for mutation in mutations {
      let id = (mutation.after ?? mutation.before)?.id ?? ""
      let known = collection(named: mutation.collection)?[id]
      write(mutation.after, insteadOf: known, in: mutation.collection)
    }
    log.generation += 1
  }

  private func write(_ record: Record?, insteadOf known: Record?, in name: String) {
    collection(named: name)?.write(record, insteadOf: known)
  }

  /// Number of writes since the last `takeMutations`.
  public var pendingMutationCount: Int { log.count }

  /// Collects the writes from now on.
  public func trackMutations() -> MutationTracker {
    let tracker = MutationTracker()
    log.track(by: tracker)
    return tracker
  }

  /// Replaces the state, which the mutations led to. O(number of collections and mutations).
  public func commit(_ state: WorkspaceState, mutations: [Mutation]) {
    for (collection, contents) in zip(collections, state.contents) {
      let revision = max(collection.revision, contents.revision) + 1
      collection.contents = contents
      collection.contents.revision = revision
    }
    ids = state.ids
    for mutation in mutations { log.append(mutation) }
  }
}

/// The writes to a workspace since the tracker was made.
public final class MutationTracker {
  fileprivate var mutations: [Mutation] = []
  /// Whether the state of the workspace was replaced.
  public fileprivate(set) var isReset = false

  /// Returns the writes since the last call, in order.
  public func take() -> [Mutation] {
    defer { mutations = [] }
    return mutations
  }
}

/// The writes since the last `takeMutations`.
private final class MutationLog {
  private struct WeakTracker {
    weak var tracker: MutationTracker?
  }

  private var mutations: [Mutation] = []
  private var trackers: [WeakTracker] = []
  var generation = 0
  var count: Int { mutations.count }

  func append(_ mutation: Mutation) {
    generation += 1
    mutations.append(mutation)
    if !trackers.isEmpty { for entry in trackers { entry.tracker?.mutations.append(mutation) } }
  }

  func track(by tracker: MutationTracker) {
    trackers.removeAll { $0.tracker == nil }
    trackers.append(WeakTracker(tracker: tracker))
  }

  func noteReset() {
    for entry in trackers { entry.tracker?.isReset = true }
    trackers = []
  }

  func drain() -> [Mutation] {
    defer { mutations.removeAll(keepingCapacity: true) }
    return mutations
  }
}

/// The complete state of a workspace as a copy-on-write value, used for the seed and for snapshots.
public struct WorkspaceState {
  var contents: [CollectionContents]
  public var ids: IDGenerator
  /// Properties of the workspace: `id_code`, `name`, `region`, `timezone`, `created_at`.
  public var profile: JSONObject
  /// Time zone of calendar days.
  public var timeZone: TimeZone

  /// Creates the state of an empty workspace.
  public init(
    definition: WorkspaceDefinition, ids: IDGenerator, profile: JSONObject = [:], timeZone: TimeZone = .utc
  ) {
    let contents = definition.collections.map(CollectionContents.init)
    self.init(contents: contents, ids: ids, profile: profile, timeZone: timeZone)
  }

  init(contents: [CollectionContents], ids: IDGenerator, profile: JSONObject, timeZone: TimeZone) {
    self.contents = contents
    self.ids = ids
    self.profile = profile
    self.timeZone = timeZone
  }

  /// Number of records in all collections.
  public var count: Int {
    contents.reduce(0) { $0 + $1.idIndex.count }
  }

  /// Takes over what is no record from a newer state of the same workspace.
  public mutating func keepIdentity(of newer: WorkspaceState) {
    (ids, profile, timeZone) = (newer.ids, newer.profile, newer.timeZone)
  }

  /// A copy with the time zone of another state. The time zone is a setting, although it is a property of the workspace.
  public func withTimeZone(of other: WorkspaceState) -> WorkspaceState {
    var copy = self
    copy.profile["timezone"] = other.profile["timezone"]
    copy.timeZone = other.timeZone
    return copy
  }

  /// A copy in which the collections with these names are empty.
  public func emptying(collections names: Set<String>, definition: WorkspaceDefinition) -> WorkspaceState {
    var copy = self
    for (number, definition) in definition.collections.enumerated() where names.contains(definition.name) {
      let revision = contents[number].revision
      copy.contents[number] = CollectionContents(for: definition)
      copy.contents[number].revision = revision + 1
    }
    return copy
  }
}

/// One write to the store: the input of webhooks and histories.
public struct Mutation: Sendable {
  /// Name of the collection.
  public let collection: String
  /// The record before the write; nil if it was created.
  public let before: Record?
  /// The record after the write; nil if it was removed.
  public let after: Record?

  /// Combines the writes to each record into one, in the order of the first write to each record. Writes to a record that
  /// was created and removed are dropped.
  public static func coalesced(_ mutations: [Mutation]) -> [Mutation] {
    guard mutations.count > 1 else { return mutations }
    var positions: [Key: Int] = [:]
    var combined: [Mutation] = []
    for mutation in mutations {
      let key = mutation.key
      if let position = positions[key] {
        let before = combined[position].before
        combined[position] = Mutation(collection: key.collection, before: before, after: mutation.after)
      } else {
        positions[key] = combined.count
        combined.append(mutation)
      }
    }
    return combined.filter { $0.before != nil || $0.after != nil }
  }

  /// The identity of the written record.
  public struct Key: Hashable, Sendable {
    let collection: String
    let id: String
  }

  public var key: Key {
    Key(collection: collection, id: (after ?? before)?.id ?? "")
  }

  /// The work of finding the writes that turn the records of one workspace into those of another with the same definition.
  /// Each collection's removals come first. The workspaces must not change meanwhile.
  public static func difference(from old: Workspace, to new: Workspace) -> SlicedWork<[Mutation]> {
    var found: [Mutation] = []
    return new.definition.collections.reduce(SlicedWork<Void>.finished(())) { work, definition in
      let (before, after) = (old[definition.schema], new[definition.schema])
      return work.then {
        before.allInSteps.forEach { record in
          guard after[record.id] == nil else { return }
          found.append(Mutation(collection: definition.name, before: record, after: nil))
        }
      }.then {
        after.allInSteps.forEach { record in
          let known = before[record.id]
          if known != record { found.append(Mutation(collection: definition.name, before: known, after: record)) }
        }
      }
    }.map { found }
  }
}

/// When deferred work is done.
public enum DeferralPolicy: Sendable, Equatable {
  /// Before the next request.
  case immediate
  /// After a time in milliseconds on the workspace's clock.
  case afterMilliseconds(Int64)
  /// After a number of polls.
  case afterPolls(Int64)

  /// The policy of the first of two equal steps that together take as long as this policy.
  public var firstHalf: DeferralPolicy {
    switch self {
    case .immediate: .immediate
    case .afterMilliseconds(let time): .afterMilliseconds(time / 2)
    case .afterPolls(let count): .afterPolls(count / 2)
    }
  }

  /// The policy of the second step.
  public var secondHalf: DeferralPolicy {
    switch self {
    case .immediate: .immediate
    case .afterMilliseconds(let time): .afterMilliseconds(time - time / 2)
    case .afterPolls(let count): .afterPolls(count - count / 2)
    }
  }
}
