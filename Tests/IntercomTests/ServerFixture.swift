import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Logging
import MockServer
import Store
import TestSupport
import Testing
@testable import Intercom

/// A server without sockets, with the default fixtures and a frozen clock.
final class ServerFixture {
  struct FixturesUnreadable: Error {}

  static let catalogue = Catalogue.intercom
  /// 2024-06-01 00:00:00 UTC.
  private static let startMilliseconds: Int64 = 1_717_200_000_000
  private let clock: Clock
  let server: Server
  let session: WorkspaceSession

  init(environment: ServerEnvironment = ServerEnvironment()) throws {
    let seed = try Self.seed.get()
    let clock = Clock(frozenAtMilliseconds: Self.startMilliseconds)
    self.clock = clock
    server = Server(
      catalogue: Self.catalogue, edge: IntercomEdge(), seed: seed, environment: environment, clock: { clock },
      logger: Logger(label: "town") { _ in SwiftLogNoOpLogHandler() })
    session = try server.sessions.openSession(named: "token")
  }

  var workspace: Workspace { session.workspace }

  /// The default fixtures without a server.
  static func makeWorkspace() throws -> Workspace {
    Workspace(
      definition: catalogue.layout, state: try seed.get(), clock: Clock(frozenAtMilliseconds: startMilliseconds))
  }

  /// Advances the clock.
  func advanceClock(bySeconds seconds: Int64) {
    clock.advance(bySeconds: seconds)
    server.runDueTasks(in: session)
  }

  /// Resets the workspace to the default fixtures.
  func reset() {
    server.sessions.reset(session)
  }

  /// Runs the due tasks, so that the next request does not.
  func runDueTasks() {
    server.runDueTasks(in: session)
  }

  /// The revisions of all collections, which change with each write.
  var revisions: [Int] {
    Self.catalogue.layout.collections.compactMap { workspace.collection(named: $0.name)?.revision }
  }

  func sendForBytes(
    _ method: HTTPRequest.Method, to target: String, body: [UInt8] = [], version: APIVersion = .preview,
    peer: String = "127.0.0.1"
  ) -> (status: Int, body: [UInt8]) {
    let fields: HTTPFields = [
      .authorization: "Bearer token", Self.versionName: version.name, .contentType: "application/json",
    ]
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: body, authority: "mock.test",
      peer: peer)
    guard case .now(let response) = server.respond(to: request) else { return (0, []) }
    guard let bytes = response.body.bytes else { return (response.status.code, []) }
    return (response.status.code, bytes)
  }

  /// Sends a request; returns the status and the body of the response, null if it is empty.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, to target: String, body: JSON = [:], version: APIVersion = .preview,
    peer: String = "127.0.0.1"
  ) -> (status: Int, json: JSON) {
    let answer = sendForBytes(method, to: target, body: method == .get ? [] : body.bytes, version: version, peer: peer)
    return (answer.status, (try? JSON(parsing: answer.body)) ?? .null)
  }

  private static let versionName = HTTPField.Name("Intercom-Version") ?? .accept

  nonisolated(unsafe) private static let seed = Result { try loadState(from: "fixtures/default") }

  private static func loadState(from folder: String) throws -> WorkspaceState {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var fixtures = FixtureLoader(catalogue: catalogue, clock: Clock(frozenAtMilliseconds: startMilliseconds))
    let names = ["workspace"] + catalogue.layout.collections.map(\.name)
    let files = names.compactMap { name -> FixtureLoader.File? in
      let path = "/\(root)/\(folder)/\(name).json"
      return (try? TestFiles.bytes(at: path)).map { FixtureLoader.File(path: path, name: name, bytes: $0) }
    }
    guard files.count > 10 else { throw FixturesUnreadable() }
    return try fixtures.load(files, seed: 1)
  }
}

/// A workspace without fixtures and without a server, with a frozen clock.
final class WorkspaceFixture {
  private static let catalogue = Catalogue.intercom
  private(set) var workspace: Workspace
  private var milliseconds: Int64 = 1_700_000_000_000

  init(profile: JSONObject = ["id_code": "mock1234"]) {
    let layout = Self.catalogue.layout
    workspace = Workspace(
      definition: layout, state: WorkspaceState(definition: layout, ids: IDGenerator(seed: 1), profile: profile),
      clock: Clock(frozenAtMilliseconds: milliseconds))
  }

  /// Advances the clock.
  func advanceClock(bySeconds seconds: Int64) {
    milliseconds += seconds * 1000
    workspace = Workspace(
      definition: Self.catalogue.layout, state: workspace.state, clock: Clock(frozenAtMilliseconds: milliseconds))
  }

  /// Runs the due tasks.
  @discardableResult
  func runDueTasks() -> Bool {
    Self.catalogue.runDueWork(in: workspace, plan: Self.catalogue.plan)
  }

  /// The time in seconds since 1970.
  var now: Int64 { workspace.clock.now }

  /// Inserts a record of a model without a create operation.
  func insert(_ object: JSONObject, into model: Model) {
    workspace[model].insert(model.record(from: object))
  }

  /// Calls the operation of a path with a query; rethrows its error.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> JSON {
    try send(Request(method: method, target: target, authority: "mock.test"), body: body, version: version)
  }

  /// Calls an operation with a form whose boundary is `b`.
  @discardableResult
  func send(_ method: HTTPRequest.Method, to target: String, form: String) throws -> JSON {
    let fields = ReceivedFields([.contentType: "multipart/form-data; boundary=b"])
    return try send(
      Request(method: method, target: target, fields: fields, body: Array(form.utf8), authority: "mock.test"),
      body: [:],
      version: .preview)
  }

  private func send(_ request: Request, body: JSONObject, version: APIVersion) throws -> JSON {
    let match = try #require(
      Self.catalogue.router.match(method: request.method, segments: request.segments, version: version))
    let plan = Self.catalogue.plan(for: version)
    let call = Call(
      workspace: workspace, operation: match.operation, plan: plan, parameters: match.parameters, request: request,
      body: match.operation.requestSchema.map { plan.upgrade(body, as: $0) } ?? body)
    let reply = try match.operation(call)
    runDueTasks()
    guard case .node(let node) = reply.body else { return .null }
    var renderer = Renderer(in: call, to: JSONWriter())
    renderer.write(node)
    let writer = renderer.finish()
    return try JSON(parsing: writer.bytes)
  }
}
