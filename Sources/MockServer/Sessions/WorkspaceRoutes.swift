import API
import HTTPTypes
import JSON
import Store

enum WorkspaceRoutes {
  private static let parts = WorkspaceSession.Part.allCases.map(\.rawValue).joined(separator: ", ")

  static let routes: [ControlRoute] = [
    ControlRoute(
      deferred: .post, path: "/_mock/reset", id: "resetWorkspaces",
      summary: "Reset this workspace, or all of them, to the seed",
      query: [
        .optional("scope", as: .string(oneOf: ["workspace", "all"])),
        .optional("keep", as: .described(.string(), "comma-separated, some of \(parts)")),
      ],
      request: .object([.optional("world", as: .string())]),
      response: .object([.required("status", as: .string(oneOf: ["reset"]))]), handler: resetWorkspaces),
    ControlRoute(
      deferred: .get, path: "/_mock/workspaces", id: "listWorkspaces", summary: "The workspaces in memory",
      response: .object([
        .required("type", as: .string(oneOf: ["workspace.list"])),
        .required(
          "workspaces",
          as: .array(
            of: .object([
              .required("id", as: .described(.string(), "stands for the token where a path names a workspace")),
              .required("name", as: .described(.string(), "the token, masked unless --show-secrets is set")),
              .required("changed", as: .boolean),
            ]))),
        .required("total_count", as: .integer()),
      ]), handler: listWorkspaces),
    ControlRoute(
      .delete, path: "/_mock/workspaces/{token}", id: "deleteWorkspace",
      summary: "Delete a workspace, by its token or its id",
      response: .object([.required("name", as: .string()), .required("deleted", as: .boolean)]),
      handler: deleteWorkspace),
  ]

  static func resetWorkspaces(in call: ControlCall) throws -> ControlReply {
    let reply = Reply.ok(.json(["status": "reset"]))
    let kept = try keptParts(in: call)
    let world = try call.body["world"]?.string.map { try fixtureState(named: $0, in: call) }
    if call.query["scope"] == "all" {
      return .work(call.server.resetOfAllWorkspaces(to: world, keeping: kept).map { reply })
    } else if let session = world == nil ? call.existingSession() : try call.openSession() {
      call.server.sessions.reset(session, to: world, keeping: kept)
      call.server.updateAlarm(of: session)
    }
    return .now(reply)
  }

  private static func keptParts(in call: ControlCall) throws -> Set<WorkspaceSession.Part> {
    let names = call.query["keep"]?.string?.split(separator: ",").map(String.init) ?? []
    return Set(
      try names.map { name in
        guard let part = WorkspaceSession.Part(rawValue: name) else {
          throw APIError.parameterInvalid("keep: there is no \(name); there are \(Self.parts)", field: "keep")
        }
        return part
      })
  }

  private static func fixtureState(named name: String, in call: ControlCall) throws -> WorkspaceState {
    do {
      if let world = try call.server.environment.fixtureSets.state(of: name) { return world }
    } catch {
      throw APIError.parameterInvalid("world \(name): \(error)", field: "world")
    }
    let known = call.server.environment.fixtureSets.names.joined(separator: ", ")
    throw APIError.parameterInvalid("there is no world \(name); there are \(known)", field: "world")
  }

  static func listWorkspaces(in call: ControlCall) -> ControlReply {
    let (sessions, mask) = (call.server.sessions, call.server.secretMask)
    let names = sessions.names
    return .work(
      ListDocument(
        opening: ["type": "workspace.list"], key: "workspaces", count: names.count,
        element: { index in
          let name = names[index]
          return [
            "id": .string(WorkspaceID.id(ofName: name)), "name": .string(mask.mask(name)),
            "changed": .boolean(sessions.session(named: name)?.isChanged ?? false),
          ]
        }, closing: ["total_count": .integer(Int64(names.count))]
      ).reply)
  }

  static func deleteWorkspace(in call: ControlCall) throws -> Reply {
    guard call.server.sessions.removeSession(named: sessionName(in: call)) else {
      throw APIError.notFound("there is no workspace \(call.pathParameter) in memory")
    }
    return .ok(.json(["name": .string(call.pathParameter), "deleted": true]))
  }

  /// The name of the workspace that a path names by its token or its id.
  private static func sessionName(in call: ControlCall) -> String {
    let sessions = call.server.sessions
    guard sessions.session(named: call.pathParameter) == nil else { return call.pathParameter }
    return sessions.names.first { WorkspaceID.id(ofName: $0) == call.pathParameter } ?? call.pathParameter
  }
}

/// The fixture sets that a reset can load instead of the seed.
public struct FixtureSets {
  private let listNames: () -> [String]
  private let read: (String) throws -> WorkspaceState?

  /// - Parameters:
  ///   - names: the names, sorted; evaluated on each use
  ///   - read: loads a fixture set; throws `FixtureError` if it is invalid
  public init(
    names: @escaping @autoclosure () -> [String] = [], read: @escaping (String) throws -> WorkspaceState?
  ) {
    listNames = names
    self.read = read
  }

  public var names: [String] { listNames() }

  /// No fixture sets.
  public static var none: FixtureSets { FixtureSets { _ in nil } }

  /// Returns nil if the name is unknown.
  public func state(of name: String) throws -> WorkspaceState? {
    names.contains(name) ? try read(name) : nil
  }
}
