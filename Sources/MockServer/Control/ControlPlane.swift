import API
import HTTPMessage
import HTTPTypes
import JSON
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
  private let startTime = ContinuousClock.now

  public init(server: Server, memoryInUse: @escaping () -> Int = { 0 }) {
    self.server = server
    self.memoryInUse = memoryInUse
  }

  /// Answers one request.
  ///
  /// Throws 404 for what is not here and `parameter_invalid` for what makes no sense.
  public func respond(to request: Request) throws -> ControlReply {
    let method = request.method == .head ? .get : request.method
    for route in Self.routes where route.method == method {
      guard let parameters = route.match(request.segments) else { continue }
      return try route.handler(self, try ControlCall(request: request, route: route, parameters: parameters))
    }
    let known = Self.routes.filter { $0.match(request.segments) != nil }.map(\.method.rawValue)
    var error = APIError.resourceNotFound
    error.hint = known.isEmpty ? "GET / says what there is" : "this path has \(known.joined(separator: ", ")) only"
    throw error
  }

  /// Seconds since the server came up.
  var uptime: Int64 {
    startTime.duration(to: .now).components.seconds
  }

  /// The workspace that a call changes, made now if need be.
  func session(in call: ControlCall) throws -> WorkspaceSession {
    try server.sessions.openSession(forToken: call.token)
  }

  /// The workspace that a call looks at. One that was never used is shown as it would start, and is not made.
  func peekSession(in call: ControlCall) -> WorkspaceSession {
    let session = server.sessions.peekSession(forToken: call.token)
    if server.sessions.existingSession(forToken: call.token) != nil { server.runDueTasks(in: session) }
    return session
  }
}

/// Calls to the control plane.
extension Server {
  func outcome(of control: (Request) throws -> ControlReply, in exchange: inout Exchange) throws -> Outcome {
    exchange.session = sessions.existingSession(
      forToken: Authentication.token(of: exchange.request) ?? WorkspaceSessions.defaultToken)
    guard let faultMatch = matchFault(for: exchange) else {
      return outcome(of: try control(exchange.request), in: exchange)
    }
    guard faultMatch.rule.cannedResponse == nil || faultMatch.rule.commits else {
      return apply(faultMatch, to: &exchange) { _ in Response(status: .ok) }
    }
    switch try control(exchange.request) {
    case .now(let reply): return apply(faultMatch, to: &exchange) { response(for: reply, in: $0) }
    case .later(let start): return applyDeferred(faultMatch, to: exchange, start: start)
    }
  }

  /// What a rule makes of a call that is answered later. Of an answer that is still to come there is no half to send: it
  /// is broken off before, and it does not drip.
  private func applyDeferred(
    _ faultMatch: Faults.FaultMatch, to exchange: Exchange, start: @escaping ControlReply.DeferredReply
  ) -> Outcome {
    let rule = faultMatch.rule
    switch rule.connection {
    case .closeBeforeResponse, .closeMidBody, .refuseAfterAccept:
      if rule.commits { start { _ in } }
      return .fault(rule.connection == .refuseAfterAccept ? .reset : .closeBeforeResponse)
    case .drip, nil: break
    }
    return .pending { [schedule] complete in
      start { result in
        let response =
          rule.cannedResponse == nil ? self.response(for: result, in: exchange) : self.response(for: rule, in: exchange)
        guard let delay = faultMatch.delayMilliseconds else { return complete(response) }
        schedule(delay) { complete(response) }
      }
    }
  }

  private func response(for result: Result<Reply, APIError>, in exchange: Exchange) -> Response {
    switch result {
    case .success(let reply): response(for: reply, in: exchange)
    case .failure(let error): response(refusing: error, in: exchange)
    }
  }

  private func outcome(of answer: ControlReply, in exchange: Exchange) -> Outcome {
    switch answer {
    case .now(let reply): .now(response(for: reply, in: exchange))
    case .later(let start):
      .pending { complete in start { complete(self.response(for: $0, in: exchange)) } }
    }
  }
}

/// What a call to the control plane comes to.
public enum ControlReply {
  /// Sets to work, and calls back with what came of it.
  public typealias DeferredReply = (_ complete: @escaping (Result<Reply, APIError>) -> Void) -> Void

  case now(Reply)
  /// The answer comes later: the closure is called at once, with the completion to call then or later. Further calls do
  /// nothing.
  case later(DeferredReply)
}
