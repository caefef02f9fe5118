import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store

/// What a test suite needs beside the API itself: everything under `/_mock`, and `GET /`.
///
/// A call addresses the workspace of its token; without one, the default workspace.
public final class ControlPlane {
  /// Every call there is, by topic; each table stands beside what its calls do.
  static let routes: [ControlRoute] =
    healthRoutes + workspaceRoutes + stateRoutes + snapshotRoutes + clockRoutes + faultRoutes
    + journalRoutes + verifyRoutes + webhookRoutes + generatingRoutes + settingsRoutes + metricsRoutes + openAPIRoutes

  let server: Server
  /// How many bytes are allocated and not freed, in the whole process.
  let memoryInUse: () -> Int
  private let started = ContinuousClock.now

  public init(_ server: Server, memoryInUse: @escaping () -> Int = { 0 }) {
    self.server = server
    self.memoryInUse = memoryInUse
  }

  /// Answers one request.
  ///
  /// Throws 404 for what is not here and `parameter_invalid` for what makes no sense.
  public func respond(to request: Request) throws -> ControlAnswer {
    let method = request.method == .head ? .get : request.method
    for route in Self.routes where route.method == method {
      guard let parameters = route.match(request.segments) else { continue }
      return try route.handler(self, try ControlCall(request, route, parameters: parameters))
    }
    let known = Self.routes.filter { $0.match(request.segments) != nil }.map(\.method.rawValue)
    var error = APIError.resourceNotFound
    error.hint = known.isEmpty ? "GET / says what there is" : "this path has \(known.joined(separator: ", ")) only"
    throw error
  }

  /// Seconds since the server came up.
  var uptime: Int64 {
    started.duration(to: .now).components.seconds
  }

  /// The workspace that a call changes, made now if need be.
  func tenant(_ call: ControlCall) throws -> Tenant {
    try server.tenants.tenant(call.token)
  }

  /// The workspace that a call looks at. One that was never used is shown as it would start, and is not made.
  func peek(_ call: ControlCall) -> Tenant {
    let tenant = server.tenants.peek(call.token)
    if server.tenants.existing(call.token) != nil { server.catchUp(tenant) }
    return tenant
  }
}
