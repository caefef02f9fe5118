import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Store
import Testing

/// A workspace without fixtures, asked without a server, on a clock that stands until it is moved.
final class World {
  private static let catalogue = Catalogue.intercom
  private(set) var workspace: Workspace
  private var milliseconds: Int64 = 1_700_000_000_000

  init() {
    let layout = Self.catalogue.layout
    workspace = Workspace(
      layout, state: WorkspaceState(layout, ids: IDGenerator(seed: 1), profile: ["id_code": "mock1234"]),
      clock: Clock(frozenAtMilliseconds: milliseconds))
  }

  /// Lets so many seconds pass.
  func wait(_ seconds: Int64) {
    milliseconds += seconds * 1000
    workspace = Workspace(
      Self.catalogue.layout, state: workspace.state, clock: Clock(frozenAtMilliseconds: milliseconds))
  }

  /// The time in seconds.
  var now: Int64 { workspace.clock.now }

  /// Puts a record where the API has no way to create one.
  func add(_ object: JSONObject, _ model: Model) {
    workspace[model].insert(model.record(from: object))
  }

  /// What an operation answers to a path with its query; what it throws passes through.
  @discardableResult
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONObject = [:], _ version: APIVersion = .preview
  ) throws -> JSON {
    let request = Request(method: method, target: target, authority: "mock.test")
    let match = try #require(Self.catalogue.router.match(method, request.segments, version))
    let plan = Self.catalogue.plan(version)
    let call = Call(
      workspace: workspace, operation: match.operation, plan: plan, parameters: match.parameters, request: request,
      body: match.operation.takes.map { plan.forward(body, as: $0) } ?? body)
    guard case .node(let node) = try match.operation(call).body else { return .null }
    var renderer = Renderer(call, to: JSONWriter())
    renderer.write(node)
    let writer = renderer.finish()
    return try JSON(parsing: writer.bytes)
  }
}
