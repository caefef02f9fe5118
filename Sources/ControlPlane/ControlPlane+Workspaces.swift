import API
import HTTPTypes
import JSON
import Server
import Store

extension ControlPlane {
  private static let parts = Tenant.Part.allCases.map(\.rawValue).joined(separator: ", ")

  static let workspaceRoutes: [ControlRoute] = [
    ControlRoute(
      .post, "/_mock/reset", "Put this workspace back to its seed",
      query: [
        .optional("scope", .string(oneOf: ["workspace", "all"])),
        .optional("keep", .noted(.string(), "some of \(parts), with commas")),
      ],
      takes: .object([.optional("world", .string())]),
      gives: .object([.required("status", .string(oneOf: ["reset"]))]), reset),
    ControlRoute(
      .get, "/_mock/workspaces", "The workspaces that are held",
      gives: .object([
        .required("type", .string(oneOf: ["workspace.list"])),
        .required(
          "workspaces", .array(of: .object([.required("name", .string()), .required("changed", .boolean)]))),
        .required("total_count", .integer()),
      ]), workspaces),
    ControlRoute(
      .delete, "/_mock/workspaces/{token}", "Let go of a workspace",
      gives: .object([.required("name", .string()), .required("deleted", .boolean)]), forget),
  ]

  /// This workspace back to its seed; `?scope=all` for every workspace, `?keep=` to spare parts.
  func reset(_ call: ControlCall) throws -> Reply {
    let kept = try kept(call)
    let world = try call.body["world"]?.string.map(world)
    if call.query["scope"] == "all" {
      server.tenants.resetAll(to: world, keeping: kept)
      server.setAlarms()
    } else if let tenant = world == nil ? server.tenants.existing(call.token) : try tenant(call) {
      server.tenants.reset(tenant, to: world, keeping: kept)
      server.setAlarm(of: tenant)
    }
    return .ok(.json(["status": "reset"]))
  }

  private func kept(_ call: ControlCall) throws -> Set<Tenant.Part> {
    let names = call.query["keep"]?.string?.split(separator: ",").map(String.init) ?? []
    return Set(
      try names.map { name in
        guard let part = Tenant.Part(rawValue: name) else {
          throw Self.wrong("keep", "keep: there is no \(name); there are \(Self.parts)")
        }
        return part
      })
  }

  private func world(_ name: String) throws -> WorkspaceState {
    do {
      if let world = try server.worlds.state(of: name) { return world }
    } catch {
      throw APIError(status: .badRequest, code: "parameter_invalid", message: "world \(name): \(error)", field: "world")
    }
    let known = server.worlds.names.joined(separator: ", ")
    throw APIError(
      status: .badRequest, code: "parameter_invalid", message: "there is no world \(name); there are \(known)",
      field: "world")
  }

  func workspaces(_ call: ControlCall) -> Reply {
    let rows = server.tenants.names.map { name -> JSON in
      ["name": .string(name), "changed": .boolean(server.tenants.named(name)?.isChanged ?? false)]
    }
    return .ok(
      .json(["type": "workspace.list", "workspaces": .array(rows), "total_count": .integer(Int64(rows.count))]))
  }

  func forget(_ call: ControlCall) throws -> Reply {
    guard server.tenants.forget(call.name) else {
      throw APIError(status: .notFound, code: "not_found", message: "no workspace \(call.name) is held")
    }
    return .ok(.json(["name": .string(call.name), "deleted": true]))
  }
}
