import API
import HTTPTypes
import JSON
import Server
import Store

extension ControlPlane {
  /// This workspace back to its seed; `?scope=all` for every workspace.
  func reset(_ call: ControlCall) throws -> Reply {
    switch call.query("scope") {
    case nil, "workspace":
      if let tenant = server.tenants.existing(call.token) { server.tenants.reset(tenant) }
    case "all": server.tenants.resetAll()
    default: throw APIError.parameterInvalid("scope must be workspace or all")
    }
    return .ok(.json(["status": "reset"]))
  }

  /// The whole workspace in fixture format; `?collections=contacts,tags` for some of it. One that was never used is
  /// shown as it would start, and is not made.
  func state(_ call: ControlCall) throws -> Reply {
    if let tenant = server.tenants.existing(call.token) { server.catchUp(tenant) }
    let workspace =
      server.tenants.existing(call.token)?.workspace
      ?? Workspace(server.catalogue.layout, state: server.tenants.seed, clock: Clock())
    let wanted = call.query("collections").map { $0.split(separator: ",").map(String.init) }
    var state = JSONObject()
    if wanted == nil { state.append(key: "workspace", value: .object(workspace.profile)) }
    for name in try names(wanted) {
      guard let collection = workspace.collection(named: name) else { continue }
      state.append(key: name, value: .array(collection.all.map(\.stored)))
    }
    return .ok(.json(.object(state)))
  }

  private func names(_ wanted: [String]?) throws -> [String] {
    let known = server.catalogue.layout.collections.map(\.name).sorted()
    guard let wanted else { return known }
    if let odd = wanted.first(where: { !known.contains($0) }) {
      throw APIError.parameterInvalid("there is no collection \(odd); there are \(known.joined(separator: ", "))")
    }
    return wanted
  }

  func workspaces() -> Reply {
    let rows = server.tenants.names.map { name -> JSON in
      let workspace = server.tenants.existing(name)?.workspace
      return ["name": .string(name), "changed": .boolean(workspace?.isChanged ?? false)]
    }
    return .ok(
      .json(["type": "workspace.list", "workspaces": .array(rows), "total_count": .integer(Int64(rows.count))]))
  }

  func forget(_ call: ControlCall) throws -> Reply {
    guard let name = call.parameters.first, server.tenants.forget(name) else {
      throw APIError(.notFound, "not_found", "no such workspace is held")
    }
    return .ok(.json(["name": .string(name), "deleted": true]))
  }
}
