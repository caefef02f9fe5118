import API
import Store

/// A generation under way: it works on a copy, a few milliseconds at a time, and is committed once.
///
/// What is written to the workspace meanwhile is kept: then the records are put into a copy of what it has become.
final class GenerationRun {
  typealias Made = [(collection: String, count: Int)]

  /// How long it may keep others waiting.
  private static let slice = Duration.milliseconds(4)
  /// How often it tries anew before it finishes without pause.
  private static let patience = 5

  private let server: Server
  private let tenant: Tenant
  private let generation: any RecordGenerator
  private let done: (Result<Made, APIError>) -> Void
  private var copy: Workspace
  private var revisions: [Int]
  private var made: [Mutation] = []
  /// How many of `made` the copy has.
  private var position = 0
  private var tries = 0

  init(
    _ order: GenerationRequest, _ maker: GenerationRequest.Factory, _ tenant: Tenant, _ server: Server,
    _ done: @escaping (Result<Made, APIError>) -> Void
  ) {
    self.server = server
    self.tenant = tenant
    self.done = done
    revisions = tenant.workspace.revisions
    copy = Workspace(
      definition: tenant.workspace.definition, state: tenant.workspace.state, clock: tenant.workspace.clock)
    generation = maker(order, copy)
    generation.reserveIDs(in: &tenant.workspace.ids)
  }

  /// Makes some records, and goes on with that until there are enough.
  func work() {
    let end = ContinuousClock.now + Self.slice
    while ContinuousClock.now < end {
      guard generation.generateNext() else { return commit() }
      made += Mutation.coalesced(copy.takeMutations())
    }
    server.later(0) { self.work() }
  }

  private func commit() {
    guard tenant.workspace.revisions == revisions else { return startOver() }
    var state = copy.state
    let ids = state.ids
    state.ids = tenant.workspace.ids
    state.ids.advanceSequences(past: ids)
    server.tenants.put(state, in: tenant)
    server.setAlarm(of: tenant)
    finish(.success(generation.generatedCounts))
  }

  /// The workspace was written to: the records go into a copy of what it is now.
  private func startOver() {
    tries += 1
    position = 0
    revisions = tenant.workspace.revisions
    copy = Workspace(
      definition: tenant.workspace.definition, state: tenant.workspace.state, clock: tenant.workspace.clock)
    put()
  }

  private func put() {
    let end = ContinuousClock.now + Self.slice
    while position < made.count {
      if tries < Self.patience, ContinuousClock.now >= end { return server.later(0) { self.put() } }
      let mutation = made[position]
      position += 1
      guard let record = mutation.after, let collection = copy.collection(named: mutation.collection) else { continue }
      guard mutation.before != nil || collection[record.id] == nil else {
        return finish(.failure(.conflict("\(mutation.collection) \(record.id) was made meanwhile: generate again")))
      }
      collection.insert(record)
    }
    _ = copy.takeMutations()
    commit()
  }

  private func finish(_ result: Result<Made, APIError>) {
    tenant.isGenerating = false
    done(result)
  }
}

extension Workspace {
  /// Differs after any change of records.
  fileprivate var revisions: [Int] {
    definition.collections.map { self[$0.schema].revision }
  }
}
