import API
import JSON
import Store

/// A generation under way: it works on a copy, a few milliseconds at a time, and is committed once.
///
/// What is written to the workspace meanwhile is kept: then the records are put into a copy of what it has become.
final class GenerationRun {
  typealias RecordCounts = [(collection: String, count: Int)]

  /// How long it may keep others waiting.
  private static let sliceDuration = Duration.milliseconds(4)
  /// How often it tries anew before it finishes without pause.
  private static let retryLimit = 5

  private let server: Server
  private let session: WorkspaceSession
  private let generation: any RecordGenerator
  private let completion: (Result<RecordCounts, APIError>) -> Void
  private var copy: Workspace
  private var revisions: [Int]
  private var mutations: [Mutation] = []
  /// How many of `made` the copy has.
  private var position = 0
  private var retryCount = 0

  init(
    order: GenerationRequest, maker: GenerationRequest.Factory, session: WorkspaceSession, server: Server,
    completion done: @escaping (Result<RecordCounts, APIError>) -> Void
  ) {
    self.server = server
    self.session = session
    self.completion = done
    revisions = session.workspace.revisions
    copy = Workspace(
      definition: session.workspace.definition, state: session.workspace.state, clock: session.workspace.clock)
    generation = maker(order, copy)
    generation.reserveIDs(in: &session.workspace.ids)
  }

  /// Makes some records, and goes on with that until there are enough.
  func runSlice() {
    let end = ContinuousClock.now + Self.sliceDuration
    while ContinuousClock.now < end {
      guard generation.generateNext() else { return commit() }
      mutations += Mutation.coalesced(copy.takeMutations())
    }
    server.environment.schedule(0) { self.runSlice() }
  }

  private func commit() {
    guard session.workspace.revisions == revisions else { return restart() }
    var state = copy.state
    let ids = state.ids
    state.ids = session.workspace.ids
    state.ids.advanceSequences(past: ids)
    server.sessions.replaceState(with: state, in: session)
    server.updateAlarm(of: session)
    finish(with: .success(generation.generatedCounts))
  }

  /// The workspace was written to: the records go into a copy of what it is now.
  private func restart() {
    retryCount += 1
    position = 0
    revisions = session.workspace.revisions
    copy = Workspace(
      definition: session.workspace.definition, state: session.workspace.state, clock: session.workspace.clock)
    replayMutations()
  }

  private func replayMutations() {
    let end = ContinuousClock.now + Self.sliceDuration
    while position < mutations.count {
      if retryCount < Self.retryLimit, ContinuousClock.now >= end {
        return server.environment.schedule(0) { self.replayMutations() }
      }
      let mutation = mutations[position]
      position += 1
      guard let record = mutation.after, let collection = copy.collection(named: mutation.collection) else { continue }
      guard mutation.before != nil || collection[record.id] == nil else {
        return finish(
          with: .failure(.conflict("\(mutation.collection) \(record.id) was made meanwhile: generate again")))
      }
      collection.insert(record)
    }
    _ = copy.takeMutations()
    commit()
  }

  private func finish(with result: Result<RecordCounts, APIError>) {
    session.isGenerating = false
    completion(result)
  }
}

extension Workspace {
  /// Differs after any change of records.
  fileprivate var revisions: [Int] {
    definition.collections.map { self[$0.schema].revision }
  }
}

extension Server {
  /// Makes plausible records in a workspace while others are served, and calls back with how many of what.
  ///
  /// Throws 409 while another generation is under way there, or when the records of this seed are there already.
  public func generate(
    _ order: GenerationRequest, in session: WorkspaceSession,
    _ done: @escaping (Result<[(collection: String, count: Int)], APIError>) -> Void
  ) throws {
    guard let maker = catalogue.generatorFactory else { throw APIError.resourceNotFound }
    guard !session.isGenerating else { throw APIError.conflict("a generation is under way in this workspace") }
    guard !Self.isGenerated(order, by: maker, in: session) else {
      throw APIError.conflict("the records of seed \(order.seed) are there already: give another seed, or reset")
    }
    session.isGenerating = true
    GenerationRun(order: order, maker: maker, session: session, server: self, completion: done).runSlice()
  }

  /// Whether the first thing that the seed gives of any kind is in the workspace already.
  private static func isGenerated(
    _ order: GenerationRequest, by maker: GenerationRequest.Factory, in session: WorkspaceSession
  ) -> Bool {
    let workspace = session.workspace
    let trial = Workspace(definition: workspace.definition, state: workspace.state, clock: workspace.clock)
    let firsts = maker(
      GenerationRequest(contacts: min(order.contacts, 1), companies: min(order.companies, 1), seed: order.seed), trial)
    while firsts.generateNext() {}
    return trial.takeMutations().contains { $0.before != nil }
  }
}

/// Plausible records by the ten thousand.
enum GenerationRoutes {
  private static let maxRecords: Int64 = 200_000

  static let routes: [ControlRoute] = [
    ControlRoute(
      deferred: .post, path: "/_mock/generate",
      summary: "Make plausible, linked records, the same for the same seed; others are served "
        + "meanwhile",
      request: .object([
        .optional("contacts", as: .integer(0...maxRecords)), .optional("companies", as: .integer(0...maxRecords)),
        .optional("conversations", as: .integer(0...maxRecords)), .optional("seed", as: .integer()),
      ]),
      response: .object([
        .required("companies", as: .integer()), .required("contacts", as: .integer()),
        .required("conversations", as: .integer()),
        .required("conversation_parts", as: .integer()), .required("seed", as: .integer()),
      ]), statuses: [.ok, .conflict], handler: generateRecords)
  ]

  static func generateRecords(in call: ControlCall) throws -> ControlReply {
    func requestedCount(of name: String) -> Int { Int(call.body[name]?.integral ?? 0) }
    let order = GenerationRequest(
      contacts: requestedCount(of: "contacts"), companies: requestedCount(of: "companies"),
      conversations: requestedCount(of: "conversations"),
      seed: UInt64(call.body["seed"]?.integral ?? 1))
    guard order.contacts + order.companies + order.conversations > 0 else {
      throw APIError.parameterInvalid("contacts, companies or conversations must be at least 1", field: "contacts")
    }
    guard order.conversations == 0 || order.contacts > 0 else {
      throw APIError.parameterInvalid(
        "contacts must be at least 1: conversations need somebody to begin them", field: "contacts")
    }
    let session = try call.openSession()
    call.server.runDueTasks(in: session)
    // What is refused at once must not become an answer that comes later.
    var started: ((Result<Reply, APIError>) -> Void)?
    var early: Result<Reply, APIError>?
    try call.server.generate(order, in: session) { result in
      let reply = result.map { Self.generationReply(counts: $0, order: order) }
      if let started { started(reply) } else { early = reply }
    }
    return .later { complete in
      if let early { complete(early) } else { started = complete }
    }
  }

  private static func generationReply(counts made: [(collection: String, count: Int)], order: GenerationRequest)
    -> Reply
  {
    var object = JSONObject()
    for (collection, count) in made { object.append(key: collection, value: .integer(Int64(count))) }
    object.append(key: "seed", value: .integer(Int64(clamping: order.seed)))
    return .ok(.json(.object(object)))
  }
}
