import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Routes requests to `/_mock` and `GET /`: what a test suite needs in addition to the emulated API.
struct ControlRouter {
  /// The routes of every feature. The first match wins.
  let routes: [ControlRoute]

  init(generation: RecordGeneration?) {
    routes =
      HealthRoutes.routes + WorkspaceRoutes.routes + StateRoutes.routes + SnapshotRoutes.routes + ClockRoutes.routes
      + FaultRoutes.routes + JournalRoutes.routes + VerificationRoutes.routes + WebhookRoutes.routes
      + (generation.map(GenerationRoutes.routes) ?? []) + SettingsRoutes.routes + MetricsRoutes.routes
      + OpenAPIRoutes.routes
  }

  private static let pathPrefix = "/_mock"

  /// Whether a path belongs to the control plane.
  static func isControl(segments: [String]) -> Bool {
    segments.isEmpty || segments.first == "_mock"
  }

  /// Whether a fault rule with this path pattern applies to requests to the control plane. `*` alone does not.
  static func isControl(pattern path: String?) -> Bool {
    path?.hasPrefix(pathPrefix) ?? false
  }

  /// Whether a path manages fault rules. Fault rules never apply to it: they could not be deleted.
  static func managesFaults(segments: [String]) -> Bool {
    isControl(segments: segments) && segments.dropFirst().first == "faults"
  }

  /// Runs the handler of a request.
  ///
  /// - Throws: 404 if no route matches, `parameter_invalid` if the query or the body does not fit the route
  func respond(to exchange: Exchange, on server: Server) throws -> ControlReply {
    let request = exchange.request
    let method = request.method == .head ? .get : request.method
    for route in routes where route.method == method {
      guard let parameters = route.match(request.segments) else { continue }
      return try route.handler(try ControlCall(exchange, route: route, parameters: parameters, server: server))
    }
    throw notFoundError(for: request)
  }

  private func notFoundError(for request: Request) -> APIError {
    let methods = routes.filter { $0.match(request.segments) != nil }.map(\.method.rawValue)
    var error = APIError.resourceNotFound
    error.hint =
      methods.isEmpty ? "GET / lists the routes" : "this path has \(methods.joined(separator: ", ")) only"
    return error
  }
}

/// The result of a control plane handler.
enum ControlReply {
  /// Starts the work. Completes the reply once, at once or later.
  typealias DeferredReply = (PendingReply) -> Void

  case now(Reply)
  /// A computation, which is done in slices if it is long.
  case work(SlicedWork<Reply>)
  /// A reply that waits for an event.
  case later(DeferredReply)
}

/// A reply that waits for an event.
typealias PendingReply = Pending<Result<Reply, APIError>>

extension Server {
  /// Serves a request to the control plane, fault rules included.
  func controlOutcome(in exchange: inout Exchange) throws -> SlicedWork<Outcome> {
    try access.checkControl(exchange.request)
    if exchange.request.method == .options {
      let reply = responses.crossOrigin.preflightReply(to: exchange.request)
      return .finished(.now(responses.response(for: reply, in: exchange)))
    }
    exchange.session = sessions.session(named: controlWorkspaceName(for: exchange.request))
    guard let faultMatch = matchFault(for: exchange) else {
      return outcome(of: try controlRouter.respond(to: exchange, on: self), in: exchange)
    }
    guard faultMatch.rule.cannedResponse == nil || faultMatch.rule.commits else {
      return apply(faultMatch, to: &exchange) { _ in .finished(Response(status: .ok)) }
    }
    switch try controlRouter.respond(to: exchange, on: self) {
    case .now(let reply): return apply(faultMatch, to: &exchange) { .finished(responses.response(for: reply, in: $0)) }
    case .work(let work): return apply(faultMatch, to: &exchange) { responses.response(for: work, in: $0) }
    case .later(let start): return .finished(applyDeferred(faultMatch, to: exchange, start: start))
    }
  }

  /// The workspace that a request to the control plane addresses.
  func controlWorkspaceName(for request: Request) -> String {
    access.sharesAuthorization(request) ? edge.defaultWorkspaceName : edge.workspaceName(for: request)
  }

  /// Applies a fault rule to a deferred reply.
  private func applyDeferred(
    _ faultMatch: Faults.FaultMatch, to exchange: Exchange, start: @escaping ControlReply.DeferredReply
  ) -> Outcome {
    let rule = faultMatch.rule
    if rule.connection == .closeBeforeResponse || rule.connection == .refuseAfterAccept {
      if rule.commits { start(PendingReply { _ in }) }
      return .fault(rule.connection == .refuseAfterAccept ? .reset : .closeBeforeResponse)
    }
    return pendingOutcome(of: start) { result in
      let response =
        rule.cannedResponse == nil
        ? self.response(for: result, in: exchange) : self.faultResponse(for: rule, in: exchange)
      return Self.outcome(of: response, under: faultMatch)
    }
  }

  private func response(for result: Result<Reply, APIError>, in exchange: Exchange) -> Response {
    switch result {
    case .success(let reply): responses.response(for: reply, in: exchange)
    case .failure(let error): responses.response(refusing: error, in: exchange)
    }
  }

  private func outcome(of reply: ControlReply, in exchange: Exchange) -> SlicedWork<Outcome> {
    switch reply {
    case .now(let reply): .finished(.now(responses.response(for: reply, in: exchange)))
    case .work(let work): responses.response(for: work, in: exchange).map(Outcome.now)
    case .later(let start):
      .finished(pendingOutcome(of: start) { .now(self.response(for: $0, in: exchange)) })
    }
  }

  private func pendingOutcome(
    of start: @escaping ControlReply.DeferredReply, finish: @escaping (Result<Reply, APIError>) -> Outcome
  ) -> Outcome {
    .pending { pending in
      let reply = PendingReply { pending.complete(with: finish($0)) }
      // Weak, because the reply refers to the outcome.
      pending.onCancellation = { [weak reply] in reply?.cancel() }
      start(reply)
    }
  }
}
