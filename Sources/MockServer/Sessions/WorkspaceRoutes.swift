import API
import HTTPTypes
import JSON
import Store

extension ControlPlane {
  private static let parts = WorkspaceSession.Part.allCases.map(\.rawValue).joined(separator: ", ")

  static let workspaceRoutes: [ControlRoute] = [
    ControlRoute(
      .post, path: "/_mock/reset", summary: "Put this workspace back to its seed",
      query: [
        .optional("scope", as: .string(oneOf: ["workspace", "all"])),
        .optional("keep", as: .described(.string(), "some of \(parts), with commas")),
      ],
      request: .object([.optional("world", as: .string())]),
      response: .object([.required("status", as: .string(oneOf: ["reset"]))]), handler: resetWorkspaces),
    ControlRoute(
      .get, path: "/_mock/workspaces", summary: "The workspaces that are held",
      response: .object([
        .required("type", as: .string(oneOf: ["workspace.list"])),
        .required(
          "workspaces", as: .array(of: .object([.required("name", as: .string()), .required("changed", as: .boolean)]))),
        .required("total_count", as: .integer()),
      ]), handler: listWorkspaces),
    ControlRoute(
      .delete, path: "/_mock/workspaces/{token}", summary: "Let go of a workspace",
      response: .object([.required("name", as: .string()), .required("deleted", as: .boolean)]),
      handler: deleteWorkspace),
  ]

  /// This workspace back to its seed; `?scope=all` for every workspace, `?keep=` to spare parts.
  func resetWorkspaces(in call: ControlCall) throws -> Reply {
    let kept = try keptParts(in: call)
    let world = try call.body["world"]?.string.map(fixtureState)
    if call.query["scope"] == "all" {
      server.sessions.resetAll(to: world, keeping: kept)
      server.updateAlarms()
    } else if let session = world == nil ? server.sessions.existingSession(forToken: call.token) : try session(in: call)
    {
      server.sessions.reset(session, to: world, keeping: kept)
      server.updateAlarm(of: session)
    }
    return .ok(.json(["status": "reset"]))
  }

  private func keptParts(in call: ControlCall) throws -> Set<WorkspaceSession.Part> {
    let names = call.query["keep"]?.string?.split(separator: ",").map(String.init) ?? []
    return Set(
      try names.map { name in
        guard let part = WorkspaceSession.Part(rawValue: name) else {
          throw Self.invalidParameter("keep", message: "keep: there is no \(name); there are \(Self.parts)")
        }
        return part
      })
  }

  private func fixtureState(named name: String) throws -> WorkspaceState {
    do {
      if let world = try server.fixtureSets.state(of: name) { return world }
    } catch {
      throw APIError(status: .badRequest, code: "parameter_invalid", message: "world \(name): \(error)", field: "world")
    }
    let known = server.fixtureSets.names.joined(separator: ", ")
    throw APIError(
      status: .badRequest, code: "parameter_invalid", message: "there is no world \(name); there are \(known)",
      field: "world")
  }

  func listWorkspaces(in call: ControlCall) -> Reply {
    let rows = server.sessions.names.map { name -> JSON in
      ["name": .string(name), "changed": .boolean(server.sessions.session(named: name)?.isChanged ?? false)]
    }
    return .ok(
      .json(["type": "workspace.list", "workspaces": .array(rows), "total_count": .integer(Int64(rows.count))]))
  }

  func deleteWorkspace(in call: ControlCall) throws -> Reply {
    guard server.sessions.removeSession(named: call.pathParameter) else {
      throw APIError(status: .notFound, code: "not_found", message: "no workspace \(call.pathParameter) is held")
    }
    return .ok(.json(["name": .string(call.pathParameter), "deleted": true]))
  }
}

/// The worlds that a reset may start from, beside the one that every workspace starts as.
public struct FixtureSets {
  private let listNames: () -> [String]
  private let read: (String) throws -> WorkspaceState?

  /// - Parameters:
  ///   - names: what there is, in order; looked up whenever somebody asks, which most never do
  ///   - read: makes the world of one of the names; throws `FixtureError` for one that does not fit
  public init(
    names: @escaping @autoclosure () -> [String] = [], read: @escaping (String) throws -> WorkspaceState?
  ) {
    listNames = names
    self.read = read
  }

  /// What there is, in order.
  public var names: [String] { listNames() }

  /// No world but the one that every workspace starts as.
  public static var none: FixtureSets { FixtureSets { _ in nil } }

  /// The world of this name; nil when there is none.
  public func state(of name: String) throws -> WorkspaceState? {
    names.contains(name) ? try read(name) : nil
  }
}
