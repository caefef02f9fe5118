import HTTPTypes
import JSON
import Store
import TestSupport

@testable import API

extension FuzzHarness {
  /// Whatever a connection sends, each request is answered decently.
  static let server = FuzzHarness(name: "server") {
    let site = try FuzzServer()
    return { input in
      site.reset()
      try site.receive(input)
    }
  }

  /// The same for bodies that make more sense: the input chooses operations and what is wrong with their bodies.
  static let operations = FuzzHarness(name: "operations") {
    let site = try FuzzServer()
    return { input in
      site.reset()
      let requests = RequestGenerator(input: input).requests
      do {
        try site.receive(requests)
      } catch {
        throw FuzzFinding("\(error)\n\(String(decoding: requests, as: UTF8.self))")
      }
    }
  }

  /// What a fixture file says is refused, or is exported as it was loaded and can be shown.
  static let fixtures = FuzzHarness(name: "fixtures") {
    let site = try FuzzServer()
    return { input in
      guard let document = try? JSON(parsing: input).object else { return }
      let files = document.map { FixtureLoader.File(path: $0.key, name: $0.key, bytes: $0.value.bytes) }
      var fixtures = FixtureLoader(
        catalogue: FuzzServer.catalogue, clock: Clock(frozenAtMilliseconds: FuzzServer.startMilliseconds))
      guard let state = try load(files, with: &fixtures) else { return try exercise(document, on: site) }
      let exported = export(state)
      let again = exported.map { FixtureLoader.File(path: $0.key, name: $0.key, bytes: $0.value.bytes) }
      guard let second = try load(again, with: &fixtures) else {
        throw FuzzFinding("\(JSON.object(exported)) is refused")
      }
      try FuzzFinding.require(
        export(second) == exported, message: "\(JSON.object(exported)) became \(JSON.object(export(second)))")
      try exercise(document, on: site)
    }
  }

  private static func load(_ files: [FixtureLoader.File], with fixtures: inout FixtureLoader) throws -> WorkspaceState?
  {
    do { return try fixtures.load(files, seed: 1) } catch is FixtureError { return nil }
  }

  private static func export(_ state: WorkspaceState) -> JSONObject {
    let layout = FuzzServer.catalogue.layout
    let workspace = Workspace(
      definition: layout, state: state, clock: Clock(frozenAtMilliseconds: FuzzServer.startMilliseconds))
    var object = JSONObject()
    for name in layout.collections.map(\.name) {
      guard let collection = workspace.collection(named: name), collection.count > 0 else { continue }
      object.append(key: name, value: .array(collection.all.map(\.storedJSON)))
    }
    return object
  }

  /// Puts the records among those of the default world, and asks for whatever shows them, before and after a day.
  private static func exercise(_ document: JSONObject, on site: FuzzServer) throws {
    site.reset()
    var requests = RequestGenerator.request(method: "PATCH", target: "/_mock/state", body: JSON.object(document).bytes)
    let reading = FuzzServer.catalogue.operations.filter { $0.method == .get }
    for operation in reading where document.keys.contains(where: { operation.path.contains($0) }) {
      requests += RequestGenerator.request(method: "GET", target: InvalidBodies.path(for: operation), body: [])
      for id in RequestGenerator.ids(in: document) {
        guard operation.path.contains("{") else { continue }
        requests += RequestGenerator.request(
          method: "GET", target: RequestGenerator.path(of: operation, id: id), body: [])
      }
    }
    requests += RequestGenerator.request(
      method: "POST", target: "/_mock/clock/advance", body: Array(#"{"seconds":86400}"#.utf8))
    try site.receive(requests)
  }
}
