import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Store
import Testing
@testable import MockServer

/// Requests whose handlers work in steps.
@Suite struct SlicedRequestTests {
  /// What the handlers did, and the scheduled actions of the event loop.
  private final class Record {
    var steps: [String] = []
    var actions: [() -> Void] = []
    var openWork = 0
  }

  /// Work that is counted while it is referred to.
  private final class Countdown {
    private let record: Record
    private let name: String
    private var left: Int

    init(_ name: String, steps: Int, record: Record) {
      (self.record, self.name, left) = (record, name, steps)
      record.openWork += 1
    }

    deinit { record.openWork -= 1 }

    func step() -> Bool {
      record.steps.append(name)
      left -= 1
      return left == 0
    }
  }

  private let record = Record()
  private let server: Server

  init() {
    nonisolated(unsafe) let record = record
    let model = Model(name: "walk", collection: "walks", ids: .sequence(from: 1), fields: [.string("id")])
    let walk: Operation.SlicedHandler = { call in
      let countdown = Countdown(call.pathParameter("id"), steps: 4, record: record)
      return .unfinished {
        guard countdown.step() else { return nil }
        guard call.pathParameter("id") != "lost" else { throw APIError.resourceNotFound }
        return .ok(
          .json(["walked": .string(call.pathParameter("id")), "known": .integer(Int64(call.workspace[model].count))]))
      }
    }
    let insert: Operation.Handler = { call in
      call.workspace[model].insert(try model.makeRecord(from: [:], in: call))
      return .noContent
    }
    let operations: [Operation] = [
      .get("/walks/{id}", id: "walk", slicedHandler: walk), .delete("/walks/{id}", id: "unwalk", slicedHandler: walk),
      .post("/walks", id: "addWalk", handler: insert),
    ]
    Walks.fixture = (model, operations)
    let catalogue = Catalogue(resources: [Walks.self], history: [])
    var environment = ServerEnvironment()
    environment.schedule = { _, action in record.actions.append(action) }
    environment.sliceDuration = .zero
    server = Server(
      catalogue: catalogue, edge: IntercomEdge(),
      seed: WorkspaceState(definition: catalogue.layout, ids: IDGenerator(seed: 1)), environment: environment,
      clock: { Clock(frozenAtMilliseconds: 1_700_000_000_000) })
  }

  private func begin(_ method: HTTPRequest.Method, _ target: String) -> PendingOutcome {
    let pending = PendingOutcome()
    let request = Request(
      method: method, target: target, fields: ReceivedFields([.authorization: "Bearer token"]), authority: "mock.test")
    switch server.respond(to: request) {
    case .pending(let start): start(pending)
    case let outcome: pending.complete(with: outcome)
    }
    return pending
  }

  private func runActions() {
    while !record.actions.isEmpty { record.actions.removeFirst()() }
  }

  private func response(of pending: PendingOutcome) -> ClientResponse? {
    if case .now(let response) = pending.value { ClientResponse(response) } else { nil }
  }

  private var journal: [JournalEntry] {
    server.sessions.session(named: "token")?.journal.entries() ?? []
  }

  @Test func `Long requests take turns, and end like short ones`() {
    let (first, second) = (begin(.get, "/walks/a"), begin(.get, "/walks/b"))
    #expect(record.steps == ["a", "b"])
    #expect(first.value == nil && journal.isEmpty)
    runActions()
    #expect(record.steps == ["a", "b", "a", "b", "a", "b", "a", "b"])
    #expect(response(of: first)?.json["walked"] == "a" && response(of: second)?.json["walked"] == "b")
    #expect(response(of: first)?["x-ratelimit-remaining"] != nil)
    #expect(journal.count == 2)
    #expect(record.openWork == 0)
  }

  @Test func `A long read sees the records of its beginning`() {
    _ = begin(.post, "/walks")
    let walk = begin(.get, "/walks/a")
    _ = begin(.post, "/walks")
    runActions()
    #expect(response(of: walk)?.json["known"] == 1)
  }

  @Test func `An error in a later step is answered`() {
    let walk = begin(.get, "/walks/lost")
    runActions()
    #expect(response(of: walk)?.status == 404)
  }

  @Test func `A client that leaves cancels a read, but not a write`() {
    let (read, write) = (begin(.get, "/walks/r"), begin(.delete, "/walks/w"))
    read.cancel()
    write.cancel()
    runActions()
    #expect(record.steps == ["r", "w", "w", "w", "w"])
    #expect(record.openWork == 0)
    #expect(journal.count == 2)
  }

  @Test func `Fault rules apply to long requests`() {
    let rule = #"{"match":{"operation":"walk"},"connection":"close_mid_body"}"#
    let request = Request(
      method: .post, target: "/_mock/faults",
      fields: ReceivedFields([.authorization: "Bearer token", .contentType: "application/json"]),
      body: Array(rule.utf8),
      authority: "mock.test")
    _ = begin(.post, "/walks")
    _ = server.respond(to: request)
    let walk = begin(.get, "/walks/a")
    runActions()
    guard case .fault(.closeMidBody(let response)) = walk.value else {
      Issue.record("\(String(describing: walk.value))")
      return
    }
    #expect(response.status == .ok)
  }
}

/// The resource of a test.
private enum Walks: Resource {
  nonisolated(unsafe) static var fixture: (model: Model, operations: [Operation]) = (SampleBoats.model, [])
  static var model: Model { fixture.model }
  static var operations: [Operation] { fixture.operations }
}
