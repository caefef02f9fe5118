import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

@testable import Intercom

/// A workspace with one admin, at a time that stands still, asked without a server.
struct World {
  static let now: Int64 = 1_700_000_000
  let catalogue = Catalogue.intercom
  let workspace: Workspace

  init() {
    let seed = WorkspaceState(catalogue.layout, ids: IDGenerator(seed: 1), profile: ["id_code": "mock1234"])
    workspace = Workspace(catalogue.layout, state: seed, clock: Clock(frozenAtMilliseconds: Self.now * 1000))
    add(["id": "1001", "name": "Ada Quill", "email": "ada.quill@example.com"], Admins.model)
  }

  /// Puts a record where the API has no way to create it.
  func add(_ object: JSONObject, _ model: Model) {
    workspace[model].insert(model.record(from: object))
  }

  /// What an operation answers; a refusal is thrown.
  @discardableResult
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONObject = [:], version: APIVersion = .v2_14
  ) throws -> (status: Int, body: JSON) {
    let request = Request(method: method, target: target, authority: "mock.test")
    guard let match = catalogue.router.match(method, request.segments, version) else { throw APIError.resourceNotFound }
    let plan = catalogue.plan(version)
    let call = Call(
      workspace: workspace, operation: match.operation, plan: plan, parameters: match.parameters, request: request,
      body: match.operation.takes.map { plan.forward(body, as: $0) } ?? body, adminID: "1001")
    let reply = try match.operation(call)
    guard case .node(let node) = reply.body else { return (reply.status.code, .null) }
    var renderer = Renderer(call, reserving: 1024)
    renderer.write(node)
    return (reply.status.code, try JSON(parsing: renderer.finish()))
  }

  func post(_ target: String, _ body: JSONObject, version: APIVersion = .v2_14) throws -> JSON {
    try ask(.post, target, body, version: version).body
  }

  func get(_ target: String, version: APIVersion = .v2_14) throws -> JSON {
    try ask(.get, target, version: version).body
  }
}
