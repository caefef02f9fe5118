import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// A workspace of parrots and pirates with the least of a server around it: routes, lifts the body, runs, renders.
struct Aviary {
  static let catalogue = Catalogue([Parrots.self, Pirates.self], history: ParrotHistory.all)
  /// 2023-11-14 22:13:20 UTC.
  static let now: Int64 = 1_700_000_000

  let workspace = Workspace(
    catalogue.layout, state: WorkspaceState(catalogue.layout, ids: IDGenerator(seed: 1)),
    clock: Clock(frozenAtMilliseconds: now * 1000))

  struct NoRoute: Error {}

  /// The call that a request makes, as a handler sees it.
  func call(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> Call {
    let request = Request(method: method, target: target, authority: "127.0.0.1:4020")
    guard let match = Self.catalogue.router.match(method, request.segments, version) else { throw NoRoute() }
    let plan = Self.catalogue.plan(version)
    return Call(
      workspace: workspace, operation: match.operation, plan: plan, parameters: match.parameters, request: request,
      body: match.operation.takes.map { plan.forward(body, as: $0) } ?? body)
  }

  /// The bytes of the answer, as text.
  func text(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> String {
    let call = try call(method, target, body, version: version)
    guard case .node(let node) = try call.operation(call).body else { return "" }
    return Self.render(node, call)
  }

  /// The answer; null when it is empty.
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONObject = [:], version: APIVersion = .preview
  ) throws -> JSON {
    let text = try text(method, target, body, version: version)
    return text.isEmpty ? .null : try JSON(parsing: Array(text.utf8))
  }

  static func render(_ node: Node, _ call: Call) -> String {
    var renderer = Renderer(call, to: JSONWriter())
    renderer.write(node)
    return String(decoding: renderer.finish().bytes, as: UTF8.self)
  }

  /// Parrots with ids from 1, each a day younger than the one before.
  @discardableResult
  func keep(_ parrots: [JSONObject]) throws -> [Record] {
    try parrots.enumerated().map { place, body in
      let call = try call(.post, "/parrots")
      var parrot = try Parrots.model.make(from: body, call)
      parrot["created_at"] = .integer(Self.now + Int64(place) * 86_400)
      workspace[Parrots.model].insert(parrot)
      return parrot
    }
  }

  func keep(named names: String...) throws {
    try keep(names.map { ["name": .string($0)] })
  }
}

extension JSON {
  /// The ids of the items under a key.
  func ids(_ key: String = "data") -> [String] {
    self[key]?.array?.compactMap { $0["id"]?.string ?? $0["id"]?.integer.map(String.init) } ?? []
  }
}
