import API
import JSON
import Server

extension ControlPlane {
  /// What this is and where to look.
  func welcome() -> Reply {
    .ok(
      .json([
        "name": "intercom-mock", "version": .string(server.configuration.programVersion),
        "description": "A local server that behaves like the Intercom REST API",
        "health": "/_mock/health", "operations": "/_mock/operations", "state": "/_mock/state", "reset": "/_mock/reset",
      ]))
  }

  func health() -> Reply {
    .ok(
      .json([
        "status": "ok", "version": .string(server.configuration.programVersion), "uptime_seconds": .integer(uptime),
        "workspaces": .integer(Int64(server.tenants.names.count)),
      ]))
  }

  /// Every operation × version. What no published description has is marked.
  func operations() -> Reply {
    let rows = server.catalogue.operations.map { operation -> JSON in
      [
        "operation": .string(operation.name), "method": .string(operation.method.rawValue),
        "path": .string(operation.path), "emulated": true,
        "documented": .boolean(operation.isDocumented),
        "versions": .array(
          APIVersion.allCases.filter(operation.availability.contains).map { .string($0.name) }),
      ]
    }
    return .ok(
      .json([
        "type": "operation.list", "operations": .array(rows), "total_count": .integer(Int64(rows.count)),
        "served_as": .object([APIVersion.v2_7.name: .array(APIVersion.undescribed.map(JSON.string))]),
      ]))
  }
}
