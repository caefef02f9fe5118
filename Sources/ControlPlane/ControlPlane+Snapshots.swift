import API
import HTTPTypes
import JSON
import Server
import Store

extension ControlPlane {
  /// More would be a leak in a test suite.
  private static let mostSnapshots = 1000
  private static let longestName = 100

  private static let snapshot = Shape.object([
    .required("name", .string()), .required("taken_at", .integer()), .required("records", .integer()),
  ])

  static let snapshotRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/snapshots", "The snapshots of this workspace",
      gives: .object([
        .required("type", .string(oneOf: ["snapshot.list"])), .required("snapshots", .array(of: snapshot)),
        .required("total_count", .integer()),
      ]), listSnapshots),
    ControlRoute(
      .put, "/_mock/snapshots/{name}", "Keep the records and the clock under a name", gives: snapshot, takeSnapshot),
    ControlRoute(.get, "/_mock/snapshots/{name}", "One snapshot", gives: snapshot, showSnapshot),
    ControlRoute(
      .post, "/_mock/snapshots/{name}/restore", "Go back to a snapshot, which stays", gives: snapshot, restoreSnapshot),
    ControlRoute(
      .delete, "/_mock/snapshots/{name}", "Forget a snapshot",
      gives: .object([.required("name", .string()), .required("deleted", .boolean)]), deleteSnapshot),
  ]

  func listSnapshots(_ call: ControlCall) -> Reply {
    let snapshots = peek(call).snapshots.sorted { $0.key < $1.key }.map { row($0.key, $0.value) }
    return .ok(
      .json([
        "type": "snapshot.list", "snapshots": .array(snapshots), "total_count": .integer(Int64(snapshots.count)),
      ]))
  }

  func takeSnapshot(_ call: ControlCall) throws -> Reply {
    guard call.name.utf8.count <= Self.longestName, call.name.allSatisfy({ !$0.isNewline && $0 != "\0" }) else {
      throw Self.wrong("name", "name must be a line of at most \(Self.longestName) bytes")
    }
    let tenant = try tenant(call)
    guard tenant.snapshots.count < Self.mostSnapshots || tenant.snapshots[call.name] != nil else {
      throw APIError.parameterInvalid("this workspace has \(Self.mostSnapshots) snapshots: delete some")
    }
    server.catchUp(tenant)
    let snapshot = Snapshot(of: tenant.workspace)
    tenant.snapshots[call.name] = snapshot
    return .ok(.json(row(call.name, snapshot)))
  }

  func showSnapshot(_ call: ControlCall) throws -> Reply {
    .ok(.json(row(call.name, try find(call))))
  }

  func restoreSnapshot(_ call: ControlCall) throws -> Reply {
    let snapshot = try find(call)
    let tenant = try tenant(call)
    server.tenants.put(snapshot.state.withTimeZone(of: tenant.workspace.state), in: tenant)
    tenant.workspace.clock.mode = snapshot.clock
    server.setAlarm(of: tenant)
    return .ok(.json(row(call.name, snapshot)))
  }

  func deleteSnapshot(_ call: ControlCall) throws -> Reply {
    _ = try find(call)
    let tenant = try tenant(call)
    if let state = tenant.snapshots.removeValue(forKey: call.name)?.state { server.tenants.discarded.add(state) }
    return .ok(.json(["name": .string(call.name), "deleted": true]))
  }

  private func find(_ call: ControlCall) throws -> Snapshot {
    let snapshots = server.tenants.existing(call.token)?.snapshots ?? [:]
    if let snapshot = snapshots[call.name] { return snapshot }
    let names = snapshots.keys.sorted().joined(separator: ", ")
    throw APIError(
      status: .notFound, code: "not_found",
      message: "there is no snapshot \(call.name); there are \(names.isEmpty ? "none" : names)")
  }

  private func row(_ name: String, _ snapshot: Snapshot) -> JSON {
    [
      "name": .string(name), "taken_at": .integer(snapshot.takenAt),
      "records": .integer(Int64(snapshot.state.count)),
    ]
  }
}
