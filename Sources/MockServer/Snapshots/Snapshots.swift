import API
import HTTPTypes
import JSON
import Store

/// A named copy of the records and the clock of a workspace. Copy-on-write: taking one is O(1).
public struct Snapshot {
  public let state: WorkspaceState
  public let clock: Clock.Mode
  /// In seconds, by the clock of the workspace.
  public let takenAt: Int64

  public init(of workspace: Workspace) {
    state = workspace.state
    clock = workspace.clock.mode
    takenAt = workspace.clock.now
  }
}

enum SnapshotRoutes {
  /// Limit against leaks in test suites.
  private static let maxSnapshots = 1000
  private static let maxNameBytes = 100

  private static let snapshotShape = Shape.object([
    .required("name", as: .string()), .required("taken_at", as: .integer()), .required("records", as: .integer()),
  ])

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/snapshots", id: "listSnapshots", summary: "The snapshots of this workspace",
      response: .object([
        .required("type", as: .string(oneOf: ["snapshot.list"])), .required("snapshots", as: .array(of: snapshotShape)),
        .required("total_count", as: .integer()),
      ]), handler: listSnapshots),
    ControlRoute(
      .put, path: "/_mock/snapshots/{name}", id: "putSnapshot", summary: "Save the records and the clock as a snapshot",
      response: snapshotShape, handler: takeSnapshot),
    ControlRoute(
      .get, path: "/_mock/snapshots/{name}", id: "showSnapshot", summary: "One snapshot", response: snapshotShape,
      handler: showSnapshot),
    ControlRoute(
      .post, path: "/_mock/snapshots/{name}/restore", id: "restoreSnapshot", summary: "Restore a snapshot; it is kept",
      response: snapshotShape, handler: restoreSnapshot),
    ControlRoute(
      .delete, path: "/_mock/snapshots/{name}", id: "deleteSnapshot", summary: "Delete a snapshot",
      response: .object([.required("name", as: .string()), .required("deleted", as: .boolean)]), handler: deleteSnapshot
    ),
  ]

  static func listSnapshots(in call: ControlCall) -> Reply {
    let snapshots = call.peekSession().snapshots.sorted { $0.key < $1.key }.map {
      snapshotJSON(name: $0.key, snapshot: $0.value)
    }
    return .ok(
      .json([
        "type": "snapshot.list", "snapshots": .array(snapshots), "total_count": .integer(Int64(snapshots.count)),
      ]))
  }

  static func takeSnapshot(in call: ControlCall) throws -> Reply {
    guard call.pathParameter.utf8.count <= Self.maxNameBytes,
      call.pathParameter.allSatisfy({ !$0.isNewline && $0 != "\0" })
    else {
      throw APIError.parameterInvalid("name must be a line of at most \(Self.maxNameBytes) bytes", field: "name")
    }
    let session = try call.openSession()
    guard session.snapshots.count < Self.maxSnapshots || session.snapshots[call.pathParameter] != nil else {
      throw APIError.parameterInvalid("this workspace has \(Self.maxSnapshots) snapshots: delete some")
    }
    call.server.runDueTasks(in: session)
    let snapshot = Snapshot(of: session.workspace)
    session.snapshots[call.pathParameter] = snapshot
    return .ok(.json(snapshotJSON(name: call.pathParameter, snapshot: snapshot)))
  }

  static func showSnapshot(in call: ControlCall) throws -> Reply {
    .ok(.json(snapshotJSON(name: call.pathParameter, snapshot: try findSnapshot(in: call))))
  }

  static func restoreSnapshot(in call: ControlCall) throws -> Reply {
    let snapshot = try findSnapshot(in: call)
    let session = try call.openSession()
    call.server.sessions.replaceState(with: snapshot.state.withTimeZone(of: session.workspace.state), in: session)
    session.workspace.clock.mode = snapshot.clock
    call.server.updateAlarm(of: session)
    return .ok(.json(snapshotJSON(name: call.pathParameter, snapshot: snapshot)))
  }

  static func deleteSnapshot(in call: ControlCall) throws -> Reply {
    _ = try findSnapshot(in: call)
    let session = try call.openSession()
    if let state = session.snapshots.removeValue(forKey: call.pathParameter)?.state {
      call.server.sessions.releaseQueue.add(state)
    }
    return .ok(.json(["name": .string(call.pathParameter), "deleted": true]))
  }

  private static func findSnapshot(in call: ControlCall) throws -> Snapshot {
    let snapshots = call.existingSession()?.snapshots ?? [:]
    if let snapshot = snapshots[call.pathParameter] { return snapshot }
    let names = snapshots.keys.sorted().joined(separator: ", ")
    throw APIError.notFound("there is no snapshot \(call.pathParameter); there are \(names.isEmpty ? "none" : names)")
  }

  private static func snapshotJSON(name: String, snapshot: Snapshot) -> JSON {
    [
      "name": .string(name), "taken_at": .integer(snapshot.takenAt),
      "records": .integer(Int64(snapshot.state.count)),
    ]
  }
}
