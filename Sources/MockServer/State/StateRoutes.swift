import API
import HTTPTypes
import JSON
import Store

enum StateRoutes {
  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/state", id: "showState", summary: "The whole workspace in fixture format",
      query: [.optional("collections", as: .described(.string(), "comma-separated names of collections"))],
      response: .anyObject, handler: showState),
    ControlRoute(
      .put, path: "/_mock/state", id: "replaceState", summary: "Replace the collections in the body, all or none",
      query: [.optional("notify", as: .boolean)],
      request: .anyObject,
      response: writeResultShape, handler: replaceState),
    ControlRoute(
      .patch, path: "/_mock/state", id: "patchState", summary: "Change or add records by id, all or none",
      query: [.optional("notify", as: .boolean)],
      request: .anyObject, response: writeResultShape, handler: patchState),
  ]

  private static let writeResultShape = Shape.object([
    .required("status", as: .string(oneOf: ["replaced", "patched"])), .required("records", as: .integer()),
    .required("warnings", as: .array(of: .string())),
  ])

  /// Shows the workspace in fixture format, or the collections in the query. Does not create the workspace.
  static func showState(in call: ControlCall) throws -> Reply {
    let workspace = call.peekSession().workspace
    let wanted = call.query["collections"]?.string.map { $0.split(separator: ",").map(String.init) }
    var state = JSONObject()
    if wanted == nil { state.append(key: "workspace", value: .object(workspace.profile)) }
    for name in try collectionNames(requested: wanted, in: call.server.catalogue) {
      guard let collection = workspace.collection(named: name) else { continue }
      state.append(key: name, value: .array(collection.all.map(\.storedJSON)))
    }
    return .ok(.json(.object(state)))
  }

  /// Replaces the collections in the body. Sends webhooks only if the query says so.
  static func replaceState(in call: ControlCall) throws -> Reply {
    let session = try call.openSession()
    return try writeState(status: "replaced", in: call, session: session) { fixtures in
      let workspace = session.workspace
      let before = Workspace(definition: workspace.definition, state: workspace.state, clock: workspace.clock)
      call.server.sessions.replaceState(with: try fixtures.replacedState(with: call.body, in: workspace), in: session)
      call.server.updateAlarm(of: session)
      guard call.query["notify"] == true else { return }
      call.server.notifySubscribers(of: Mutation.difference(from: before, to: workspace), in: session, by: nil)
    }
  }

  /// Merges members into records and creates records with unknown ids. Sends webhooks only if the query says so.
  static func patchState(in call: ControlCall) throws -> Reply {
    let session = try call.openSession()
    return try writeState(status: "patched", in: call, session: session) { fixtures in
      let (state, mutations) = try fixtures.patchedState(with: call.body, in: session.workspace)
      call.server.sessions.replaceState(with: state, in: session)
      call.server.updateAlarm(of: session)
      if call.query["notify"] == true { call.server.notifySubscribers(of: mutations, in: session, by: nil) }
    }
  }

  private static func writeState(
    status: String, in call: ControlCall, session: WorkspaceSession, _ write: (inout FixtureLoader) throws -> Void
  ) throws -> Reply {
    call.server.runDueTasks(in: session)
    var fixtures = FixtureLoader(catalogue: call.server.catalogue, clock: session.workspace.clock)
    do {
      try write(&fixtures)
    } catch let error as FixtureError {
      throw APIError.parameterInvalid("\(error)", field: error.field ?? error.file)
    }
    let count = call.body.reduce(0) { $0 + ($1.value.array?.count ?? 0) }
    return .ok(
      .json([
        "status": .string(status), "records": .integer(Int64(count)),
        "warnings": .array(fixtures.warnings.map(JSON.string)),
      ]))
  }

  private static func collectionNames(requested wanted: [String]?, in catalogue: Catalogue) throws -> [String] {
    let known = catalogue.layout.collections.map(\.name).sorted()
    guard let wanted else { return known }
    if let odd = wanted.first(where: { !known.contains($0) }) {
      throw APIError.parameterInvalid(
        "collections: there is no \(odd); there are \(known.joined(separator: ", "))", field: "collections")
    }
    return wanted
  }
}
