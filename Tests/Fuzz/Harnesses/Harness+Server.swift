import HTTPTypes
import JSON
import Store
import TestSupport

@testable import API

extension Harness {
  /// Whatever a connection sends, each request is answered decently.
  static let server = Harness(name: "server") {
    let site = try Site()
    return { input in
      site.reset()
      try site.take(input)
    }
  }

  /// The same for bodies that make more sense: the input chooses operations and what is wrong with their bodies.
  static let operations = Harness(name: "operations") {
    let site = try Site()
    return { input in
      site.reset()
      let requests = Script(input).requests
      do {
        try site.take(requests)
      } catch {
        throw Finding("\(error)\n\(String(decoding: requests, as: UTF8.self))")
      }
    }
  }

  /// What a fixture file says is refused, or is exported as it was loaded and can be shown.
  static let fixtures = Harness(name: "fixtures") {
    let site = try Site()
    return { input in
      guard let document = try? JSON(parsing: input).object else { return }
      let files = document.map { Fixtures.File(path: $0.key, name: $0.key, bytes: $0.value.bytes) }
      var fixtures = Fixtures(Site.catalogue, clock: Clock(frozenAtMilliseconds: Site.milliseconds))
      guard let state = try load(files, &fixtures) else { return try show(document, site) }
      let exported = export(state)
      let again = exported.map { Fixtures.File(path: $0.key, name: $0.key, bytes: $0.value.bytes) }
      guard let second = try load(again, &fixtures) else { throw Finding("\(JSON.object(exported)) is refused") }
      try Finding.unless(export(second) == exported, "\(JSON.object(exported)) became \(JSON.object(export(second)))")
      try show(document, site)
    }
  }

  private static func load(_ files: [Fixtures.File], _ fixtures: inout Fixtures) throws -> WorkspaceState? {
    do { return try fixtures.load(files, seed: 1) } catch is FixtureError { return nil }
  }

  private static func export(_ state: WorkspaceState) -> JSONObject {
    let layout = Site.catalogue.layout
    let workspace = Workspace(layout, state: state, clock: Clock(frozenAtMilliseconds: Site.milliseconds))
    var object = JSONObject()
    for name in layout.collections.map(\.name) {
      guard let collection = workspace.collection(named: name), collection.count > 0 else { continue }
      object.append(key: name, value: .array(collection.all.map(\.stored)))
    }
    return object
  }

  /// Puts the records among those of the default world, and asks for whatever shows them, before and after a day.
  private static func show(_ document: JSONObject, _ site: Site) throws {
    site.reset()
    var requests = Script.request("PATCH", "/_mock/state", JSON.object(document).bytes)
    let reading = Site.catalogue.operations.filter { $0.method == .get }
    for operation in reading where document.keys.contains(where: { operation.path.contains($0) }) {
      requests += Script.request("GET", Junk.path(operation), [])
      for id in Script.ids(document) {
        guard operation.path.contains("{") else { continue }
        requests += Script.request("GET", Script.path(operation, id), [])
      }
    }
    requests += Script.request("POST", "/_mock/clock/advance", Array(#"{"seconds":86400}"#.utf8))
    try site.take(requests)
  }
}
