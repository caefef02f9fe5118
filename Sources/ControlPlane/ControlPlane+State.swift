import API
import HTTPTypes
import JSON
import Server
import Store

extension ControlPlane {
  static let stateRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/state", "The whole workspace in fixture format",
      query: [.optional("collections", .noted(.string(), "names of collections, with commas"))],
      gives: .anyObject, state),
    ControlRoute(
      .put, "/_mock/state", "Replace the collections that are named; all or nothing", takes: .anyObject,
      gives: written, replaceState),
    ControlRoute(
      .patch, "/_mock/state", "Change or add records by id; all or nothing", query: [.optional("notify", .boolean)],
      takes: .anyObject, gives: written, patchState),
  ]

  private static let written = Shape.object([
    .required("status", .string(oneOf: ["replaced", "patched"])), .required("records", .integer()),
    .required("warnings", .array(of: .string())),
  ])

  /// The whole workspace in fixture format; `?collections=contacts,tags` for some of it. One that was never used is
  /// shown as it would start, and is not made.
  func state(_ call: ControlCall) throws -> Reply {
    let workspace = peek(call).workspace
    let wanted = call.query["collections"]?.string.map { $0.split(separator: ",").map(String.init) }
    var state = JSONObject()
    if wanted == nil { state.append(key: "workspace", value: .object(workspace.profile)) }
    for name in try names(wanted) {
      guard let collection = workspace.collection(named: name) else { continue }
      state.append(key: name, value: .array(collection.all.map(\.storedJSON)))
    }
    return .ok(.json(.object(state)))
  }

  /// The named collections are replaced by those of the body.
  func replaceState(_ call: ControlCall) throws -> Reply {
    let tenant = try tenant(call)
    return try writing("replaced", call, in: tenant) { fixtures in
      server.tenants.put(try fixtures.replacedState(with: call.body, in: tenant.workspace), in: tenant)
      server.setAlarm(of: tenant)
    }
  }

  /// Members given replace, absent ones stay, an unknown id creates. Webhooks are fired only with `?notify=true`.
  func patchState(_ call: ControlCall) throws -> Reply {
    let tenant = try tenant(call)
    return try writing("patched", call, in: tenant) { fixtures in
      let (state, mutations) = try fixtures.patchedState(with: call.body, in: tenant.workspace)
      server.tenants.put(state, in: tenant)
      server.setAlarm(of: tenant)
      if call.query["notify"] == true { server.announce(mutations, in: tenant, by: nil) }
    }
  }

  private func writing(
    _ status: String, _ call: ControlCall, in tenant: Tenant, _ write: (inout FixtureLoader) throws -> Void
  ) throws -> Reply {
    server.catchUp(tenant)
    var fixtures = FixtureLoader(catalogue: server.catalogue, clock: tenant.workspace.clock)
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

  private func names(_ wanted: [String]?) throws -> [String] {
    let known = server.catalogue.layout.collections.map(\.name).sorted()
    guard let wanted else { return known }
    if let odd = wanted.first(where: { !known.contains($0) }) {
      throw Self.wrong(
        "collections", "collections: there is no \(odd); there are \(known.joined(separator: ", "))")
    }
    return wanted
  }
}
