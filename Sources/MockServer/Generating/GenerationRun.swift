import API
import JSON
import Store

/// Generates records into a copy of the workspace step by step, then commits them at once.
///
/// Writes to the workspace in the meantime are kept: the records are then inserted into a new copy.
final class GenerationRun {
  typealias RecordCounts = [(collection: String, count: Int)]

  /// Number of restarts after which all records are inserted in one step.
  private static let retryLimit = 5

  private let server: Server
  private let session: WorkspaceSession
  private let generator: any RecordGenerator
  private var copy: Workspace
  private var revisions: [Int]
  private var mutations: [Mutation] = []
  /// Number of mutations that the current copy contains.
  private var position = 0
  private var retryCount = 0
  /// Whether the records are committed, or cannot be.
  private(set) var isFinished = false

  init(
    request: GenerationRequest, generation: RecordGeneration, session: WorkspaceSession, server: Server
  ) {
    self.server = server
    self.session = session
    revisions = session.workspace.revisions
    copy = session.workspace.copy
    generator = generation.makeGenerator(request, copy)
    generator.reserveIDs(in: &session.workspace.ids)
  }

  deinit {
    // If the client has left, this is the only reference to the generated records.
    server.sessions.releaseQueue.add(copy.state)
  }

  /// Generates or inserts one record, or commits.
  /// - Returns: the number of records by collection after the commit
  /// - Throws: 409 if another request created a record of the same id in the meantime
  func step() throws -> RecordCounts? {
    if retryCount > 0 { return try replayMutations() }
    guard generator.generateNext() else { return commit() }
    mutations += Mutation.coalesced(copy.takeMutations())
    return nil
  }

  private func commit() -> RecordCounts? {
    guard session.workspace.revisions == revisions else {
      restart()
      return nil
    }
    var state = copy.state
    let ids = state.ids
    state.ids = session.workspace.ids
    state.ids.advanceSequences(past: ids)
    server.sessions.replaceState(with: state, in: session)
    server.updateAlarm(of: session)
    isFinished = true
    return generator.generatedCounts
  }

  /// The workspace has changed: the records are inserted into a new copy.
  private func restart() {
    retryCount += 1
    position = 0
    revisions = session.workspace.revisions
    server.sessions.releaseQueue.add(copy.state)
    copy = session.workspace.copy
  }

  private func replayMutations() throws -> RecordCounts? {
    repeat {
      guard position < mutations.count else { return commit() }
      try replay(mutations[position])
      position += 1
    } while retryCount >= Self.retryLimit
    return nil
  }

  private func replay(_ mutation: Mutation) throws {
    guard let record = mutation.after, let collection = copy.collection(named: mutation.collection) else { return }
    guard mutation.before != nil || collection[record.id] == nil else {
      isFinished = true
      throw APIError.conflict("\(mutation.collection) \(record.id) was created in the meantime: generate again")
    }
    collection.insert(record)
    _ = copy.takeMutations()
  }
}

extension Server {
  /// The work of generating records, whose result is the number of records by collection.
  ///
  /// - Throws: 409 if a generation runs in the workspace, or if the records of the seed exist already
  func generate(_ request: GenerationRequest, by generation: RecordGeneration, in session: WorkspaceSession) throws
    -> SlicedWork<GenerationRun.RecordCounts>
  {
    guard session.generation?.isFinished ?? true else {
      throw APIError.conflict("a generation is running in this workspace")
    }
    guard !generation.hasGenerated(request, in: session.workspace) else {
      throw APIError.conflict("the records of seed \(request.seed) exist already: use another seed, or reset")
    }
    let run = GenerationRun(request: request, generation: generation, session: session, server: self)
    session.generation = run
    return .unfinished(step: run.step)
  }
}

extension RecordGeneration {
  /// Whether the first record of each independent kind from this seed exists.
  fileprivate func hasGenerated(_ request: GenerationRequest, in workspace: Workspace) -> Bool {
    let trial = workspace.copy
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
    return .work(
      try call.server.generate(request, by: generation, in: session).map { Self.reply(counts: $0, seed: request.seed) })
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
