import API
import JSON
import Server

extension ControlPlane {
  static let healthRoutes: [ControlRoute] = [
    ControlRoute(.get, "/", "What this is, and every call of the control plane", gives: .anyObject, welcome),
    ControlRoute(
      .get, "/_mock/health", "Whether the server answers",
      gives: .object([
        .required("status", .string(oneOf: ["ok"])), .required("version", .string()),
        .required("uptime_seconds", .integer()), .required("workspaces", .integer()),
      ]), health),
    ControlRoute(
      .get, "/_mock/operations", "Every operation of the API and its versions",
      gives: .object([
        .required("type", .string(oneOf: ["operation.list"])), .required("operations", .array(of: .anyObject)),
        .required("total_count", .integer()), .required("served_as", .map(of: .array(of: .string()))),
      ]), operations),
  ]

  func welcome(_ call: ControlCall) -> Reply {
    .ok(
      .json([
        "name": "intercom-mock", "version": .string(server.configuration.programVersion),
        "description": "A local server that behaves like the Intercom REST API",
        "calls": .array(Self.routes.map { .string("\($0.method.rawValue) \($0.path)") }),
      ]))
  }

  func health(_ call: ControlCall) -> Reply {
    .ok(
      .json([
        "status": "ok", "version": .string(server.configuration.programVersion), "uptime_seconds": .integer(uptime),
        "workspaces": .integer(Int64(server.tenants.names.count)),
      ]))
  }

  /// Every operation × version. What no published description has is marked.
  func operations(_ call: ControlCall) -> Reply {
    let rows = server.catalogue.operations.map { operation -> JSON in
      [
        "operation": .string(operation.id), "method": .string(operation.method.rawValue),
        "path": .string(operation.path), "emulated": true,
        "documented": .boolean(operation.isDocumented),
        "versions": .array(
          APIVersion.allCases.filter(operation.availability.contains).map { .string($0.name) }),
      ]
    }
    return .ok(
      .json([
        "type": "operation.list", "operations": .array(rows), "total_count": .integer(Int64(rows.count)),
        "served_as": .object([APIVersion.v2_7.name: .array(APIVersion.undocumented.map(JSON.string))]),
      ]))
  }
}
