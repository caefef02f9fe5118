import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// A workspace of parrots and pirates with the least of a server around it: routes, lifts the body, runs, renders.
struct APIFixture {
  static let catalogue = Catalogue(
    resources: [SampleParrots.self, SamplePirates.self], history: SampleParrotHistory.all)
  /// 2023-11-14 22:13:20 UTC.
  static let startTime: Int64 = 1_700_000_000

  let workspace = Workspace(
    definition: catalogue.layout, state: WorkspaceState(definition: catalogue.layout, ids: IDGenerator(seed: 1)),
    clock: Clock(frozenAtMilliseconds: startTime * 1000))

  struct NoRoute: Error {}

  /// The call that a request makes, as a handler sees it.
  func makeCall(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> Call {
    let request = Request(method: method, target: target, authority: "127.0.0.1:4020")
    guard let match = Self.catalogue.router.match(method: method, segments: request.segments, version: version) else {
      throw NoRoute()
    }
    let plan = Self.catalogue.plan(for: version)
    return Call(
      workspace: workspace, operation: match.operation, plan: plan, parameters: match.parameters, request: request,
      body: match.operation.requestSchema.map { plan.upgrade(body, as: $0) } ?? body)
  }

  /// The bytes of the answer, as text.
  func sendForText(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> String {
    let call = try makeCall(method, to: target, body: body, version: version)
    guard case .node(let node) = try call.operation(call).body else { return "" }
    return Self.render(node, in: call)
  }

  /// The answer; null when it is empty.
  func send(
    _ method: HTTPRequest.Method, to target: String, body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> JSON {
    let text = try sendForText(method, to: target, body: body, version: version)
    return text.isEmpty ? .null : try JSON(parsing: Array(text.utf8))
  }

  static func render(_ node: Node, in call: Call) -> String {
    var renderer = Renderer(in: call, to: JSONWriter())
    renderer.write(node)
    return String(decoding: renderer.finish().bytes, as: UTF8.self)
  }

  /// Parrots with ids from 1, each a day younger than the one before.
  @discardableResult
  func insert(parrots: [JSONObject]) throws -> [Record] {
    try parrots.enumerated().map { place, body in
      let call = try makeCall(.post, to: "/parrots")
      var parrot = try SampleParrots.model.makeRecord(from: body, in: call)
      parrot["created_at"] = .integer(Self.startTime + Int64(place) * 86_400)
      workspace[SampleParrots.model].insert(parrot)
      return parrot
    }
  }

  func insertParrots(named names: String...) throws {
    try insert(parrots: names.map { ["name": .string($0)] })
  }
}

extension JSON {
  /// The ids of the items under a key.
  func ids(at key: String = "data") -> [String] {
    self[key]?.array?.compactMap { $0["id"]?.string ?? $0["id"]?.integer.map(String.init) } ?? []
  }
}
