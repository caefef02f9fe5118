import API
import JSON

enum HealthRoutes {
  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/", id: "listRoutes", summary: "The name of the program and the routes of the control plane",
      response: .anyObject,
      handler: showWelcome),
    ControlRoute(
      .get, path: "/_mock/health", id: "showHealth", summary: "Whether the server answers",
      response: .object([
        .required("status", as: .string(oneOf: ["ok"])), .required("version", as: .string()),
        .required("uptime_seconds", as: .integer()), .required("workspaces", as: .integer()),
      ]), handler: showHealth),
    ControlRoute(
      .get, path: "/_mock/operations", id: "listOperations", summary: "The operations of the API and their versions",
      response: .object([
        .required("type", as: .string(oneOf: ["operation.list"])), .required("operations", as: .array(of: .anyObject)),
        .required("total_count", as: .integer()), .required("served_as", as: .map(of: .array(of: .string()))),
      ]), handler: listOperations),
  ]

  static func showWelcome(in call: ControlCall) -> Reply {
    .ok(
      .json([
        "name": .string(call.server.programName), "version": .string(call.server.configuration.programVersion),
        "description": .string("A local server that behaves like the \(call.server.edge.serviceName) REST API"),
        "calls": .array(call.server.controlRouter.routes.map { .string("\($0.method.rawValue) \($0.path)") }),
      ]))
  }

  static func showHealth(in call: ControlCall) -> Reply {
    .ok(
      .json([
        "status": "ok", "version": .string(call.server.configuration.programVersion),
        "uptime_seconds": .integer(call.server.metrics.uptimeSeconds),
        "workspaces": .integer(Int64(call.server.sessions.names.count)),
      ]))
  }

  /// Lists the operations with their versions, and whether a published description has them.
  static func listOperations(in call: ControlCall) -> Reply {
    let rows = call.server.catalogue.operations.map { operation -> JSON in
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
        "served_as": .object([APIVersion.substitute.name: .array(APIVersion.undocumented.map(JSON.string))]),
      ]))
  }
}
