import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Store
import Testing

/// A workspace without fixtures, asked without a server, on a clock that stands until it is moved.
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

  /// Lets so many seconds pass.
  func advanceClock(bySeconds seconds: Int64) {
    milliseconds += seconds * 1000
    workspace = Workspace(
      definition: Self.catalogue.layout, state: workspace.state, clock: Clock(frozenAtMilliseconds: milliseconds))
  }

  /// Does what has fallen due.
  @discardableResult
  func runDueTasks() -> Bool {
    Self.catalogue.runDueWork(in: workspace, plan: Self.catalogue.plan)
  }

  /// The time in seconds.
  var now: Int64 { workspace.clock.now }

  /// Puts a record where the API has no way to create one.
  func insert(_ object: JSONObject, into model: Model) {
    workspace[model].insert(model.record(from: object))
  }

  /// What an operation answers to a path with its query; what it throws passes through.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> JSON {
    try send(Request(method: method, target: target, authority: "mock.test"), body: body, version: version)
  }

  /// What an operation answers to a form whose boundary is `b`.
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
