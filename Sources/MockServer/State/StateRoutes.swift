import API
import HTTPTypes
import JSON
import Store

extension ControlPlane {
  static let stateRoutes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/state", summary: "The whole workspace in fixture format",
      query: [.optional("collections", as: .described(.string(), "names of collections, with commas"))],
      response: .anyObject, handler: showState),
    ControlRoute(
      .put, path: "/_mock/state", summary: "Replace the collections that are named; all or nothing",
      request: .anyObject,
      response: writeResultShape, handler: replaceState),
    ControlRoute(
      .patch, path: "/_mock/state", summary: "Change or add records by id; all or nothing",
      query: [.optional("notify", as: .boolean)],
      request: .anyObject, response: writeResultShape, handler: patchState),
  ]

  private static let writeResultShape = Shape.object([
    .required("status", as: .string(oneOf: ["replaced", "patched"])), .required("records", as: .integer()),
    .required("warnings", as: .array(of: .string())),
  ])

  /// The whole workspace in fixture format; `?collections=contacts,tags` for some of it. One that was never used is
  /// shown as it would start, and is not made.
  func showState(in call: ControlCall) throws -> Reply {
    let workspace = peekSession(in: call).workspace
    let wanted = call.query["collections"]?.string.map { $0.split(separator: ",").map(String.init) }
    var state = JSONObject()
    if wanted == nil { state.append(key: "workspace", value: .object(workspace.profile)) }
    for name in try collectionNames(requested: wanted) {
      guard let collection = workspace.collection(named: name) else { continue }
      state.append(key: name, value: .array(collection.all.map(\.storedJSON)))
    }
    return .ok(.json(.object(state)))
  }

  /// The named collections are replaced by those of the body.
  func replaceState(in call: ControlCall) throws -> Reply {
    let session = try session(in: call)
    return try writeState(status: "replaced", in: call, session: session) { fixtures in
      server.sessions.replaceState(
        with: try fixtures.replacedState(with: call.body, in: session.workspace), in: session)
      server.updateAlarm(of: session)
    }
  }

  /// Members given replace, absent ones stay, an unknown id creates. Webhooks are fired only with `?notify=true`.
  func patchState(in call: ControlCall) throws -> Reply {
    let session = try session(in: call)
    return try writeState(status: "patched", in: call, session: session) { fixtures in
      let (state, mutations) = try fixtures.patchedState(with: call.body, in: session.workspace)
      server.sessions.replaceState(with: state, in: session)
      server.updateAlarm(of: session)
      if call.query["notify"] == true { server.notifySubscribers(of: mutations, in: session, by: nil) }
    }
  }

  private func writeState(
    status: String, in call: ControlCall, session: WorkspaceSession, _ write: (inout FixtureLoader) throws -> Void
  ) throws -> Reply {
    server.runDueTasks(in: session)
    var fixtures = FixtureLoader(catalogue: server.catalogue, clock: session.workspace.clock)
    do {
      try write(&fixtures)
    } catch let error as FixtureError {
      throw APIError(
        status: .badRequest, code: "parameter_invalid", message: "\(error)", field: error.field ?? error.file)
    }
    let count = call.body.reduce(0) { $0 + ($1.value.array?.count ?? 0) }
    return .ok(
      .json([
        "status": .string(status), "records": .integer(Int64(count)),
        "warnings": .array(fixtures.warnings.map(JSON.string)),
      ]))
  }

  private func collectionNames(requested wanted: [String]?) throws -> [String] {
    let known = server.catalogue.layout.collections.map(\.name).sorted()
    guard let wanted else { return known }
    if let odd = wanted.first(where: { !known.contains($0) }) {
      throw Self.invalidParameter(
        "collections", message: "collections: there is no \(odd); there are \(known.joined(separator: ", "))")
    }
    return wanted
  }
}
