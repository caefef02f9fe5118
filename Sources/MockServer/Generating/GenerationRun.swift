import API
import JSON
import Store

/// Generates records into a copy of the workspace in slices of a few milliseconds, then commits them at once.
///
/// Writes to the workspace in the meantime are kept: the records are then inserted into a new copy.
final class GenerationRun {
  typealias RecordCounts = [(collection: String, count: Int)]

  /// Maximum length of a slice: other requests wait as long.
  private static let sliceDuration = Duration.milliseconds(4)
  /// Number of restarts after which the run finishes without slices.
  private static let retryLimit = 5

  private let server: Server
  private let session: WorkspaceSession
  private let generator: any RecordGenerator
  private let completion: (Result<RecordCounts, APIError>) -> Void
  private var copy: Workspace
  private var revisions: [Int]
  private var mutations: [Mutation] = []
  /// Number of mutations that the current copy contains.
  private var position = 0
  private var retryCount = 0

  init(
    request: GenerationRequest, generation: RecordGeneration, session: WorkspaceSession, server: Server,
    completion done: @escaping (Result<RecordCounts, APIError>) -> Void
  ) {
    self.server = server
    self.session = session
    self.completion = done
    revisions = session.workspace.revisions
    copy = Workspace(
      definition: session.workspace.definition, state: session.workspace.state, clock: session.workspace.clock)
    generator = generation.makeGenerator(request, copy)
    generator.reserveIDs(in: &session.workspace.ids)
  }

  func runSlice() {
    let end = ContinuousClock.now + Self.sliceDuration
    while ContinuousClock.now < end {
      guard generator.generateNext() else { return commit() }
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
    finish(with: .success(generator.generatedCounts))
  }

  /// The workspace has changed: inserts the records into a new copy.
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
          with: .failure(.conflict("\(mutation.collection) \(record.id) was created in the meantime: generate again")))
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
  /// Differs after each write.
  fileprivate var revisions: [Int] {
    definition.collections.map { self[$0.schema].revision }
  }
}

extension Server {
  /// Generates records while other requests are served, and calls back with the number of records by collection.
  ///
  /// - Throws: 409 if a generation runs in the workspace, or if the records of the seed exist already
  func generate(
    _ request: GenerationRequest, by generation: RecordGeneration, in session: WorkspaceSession,
    completion: @escaping (Result<GenerationRun.RecordCounts, APIError>) -> Void
  ) throws {
    guard !session.isGenerating else { throw APIError.conflict("a generation is running in this workspace") }
    guard !generation.hasGenerated(request, in: session.workspace) else {
      throw APIError.conflict("the records of seed \(request.seed) exist already: use another seed, or reset")
    }
    session.isGenerating = true
    GenerationRun(request: request, generation: generation, session: session, server: self, completion: completion)
      .runSlice()
  }
}

extension RecordGeneration {
  /// Whether the first record of each independent kind from this seed exists.
  fileprivate func hasGenerated(_ request: GenerationRequest, in workspace: Workspace) -> Bool {
    let trial = Workspace(definition: workspace.definition, state: workspace.state, clock: workspace.clock)
    let counts = kinds.filter { $0.requires == nil }.map { ($0.name, min(request.counts[$0.name] ?? 0, 1)) }
    let generator = makeGenerator(
      GenerationRequest(counts: Dictionary(uniqueKeysWithValues: counts), seed: request.seed), trial)
    while generator.generateNext() {}
    return trial.takeMutations().contains { $0.before != nil }
  }
}

enum GenerationRoutes {
  private static let maxRecords: Int64 = 200_000

  static func routes(for generation: RecordGeneration) -> [ControlRoute] {
    [
      ControlRoute(
        deferred: .post, path: "/_mock/generate", id: "generateRecords",
        summary: "Generate plausible, linked records, the same for the same seed; other requests are served meanwhile",
        request: .object(
          generation.kinds.map { .optional($0.name, as: .integer(0...maxRecords)) }
            + [.optional("seed", as: .integer())]),
        response: .object(
          generation.collections.map { .required($0, as: .integer()) } + [.required("seed", as: .integer())]),
        statuses: [.ok, .conflict]
      ) { try generateRecords(by: generation, in: $0) }
    ]
  }

  private static func generateRecords(by generation: RecordGeneration, in call: ControlCall) throws -> ControlReply {
    let request = try generationRequest(in: call, kinds: generation.kinds)
    let session = try call.openSession()
    call.server.runDueTasks(in: session)
    // The generation may fail before its reply is requested.
    var started: ((Result<Reply, APIError>) -> Void)?
    var early: Result<Reply, APIError>?
    try call.server.generate(request, by: generation, in: session) { result in
      let reply = result.map { Self.reply(counts: $0, seed: request.seed) }
      if let started { started(reply) } else { early = reply }
    }
    return .later { complete in
      if let early { complete(early) } else { started = complete }
    }
  }

  /// Throws `parameter_invalid` if the body asks for no records, or for a kind without the one that it requires.
  private static func generationRequest(
    in call: ControlCall, kinds: [RecordGeneration.Kind]
  ) throws -> GenerationRequest {
    func count(of name: String) -> Int { Int(call.body[name]?.integral ?? 0) }
    let names = kinds.map(\.name)
    guard names.contains(where: { count(of: $0) > 0 }) else {
      throw APIError.parameterInvalid("\(enumeration(of: names)) must be at least 1", field: names.first)
    }
    for kind in kinds where count(of: kind.name) > 0 {
      if let required = kind.requires, count(of: required) == 0 {
        throw APIError.parameterInvalid(
          "\(required) must be at least 1 if \(kind.name) are generated", field: required)
      }
    }
    return GenerationRequest(
      counts: Dictionary(uniqueKeysWithValues: names.map { ($0, count(of: $0)) }),
      seed: UInt64(call.body["seed"]?.integral ?? 1))
  }

  private static func enumeration(of names: [String]) -> String {
    "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
  }

  private static func reply(counts: GenerationRun.RecordCounts, seed: UInt64) -> Reply {
    var object = JSONObject()
    for (collection, count) in counts { object.append(key: collection, value: .integer(Int64(count))) }
    object.append(key: "seed", value: .integer(Int64(clamping: seed)))
    return .ok(.json(.object(object)))
  }
}
