import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// From a request to its response.
extension Server {
  func respond(to request: Request, parsedBody: ParsedBody?) -> Outcome {
    var exchange = Exchange(request: request, id: edge.nextRequestID())
    exchange.parsedBody = parsedBody
    exchange.hostStanding = access.standing(of: request)
    exchange.readingOrigin = access.readingOrigin(of: request, isControl: exchange.isControl)
    let work = process(&exchange)
    if case .finished(let outcome) = work {
      conclude(exchange, with: outcome)
      return outcome
    }
    return runSlices(of: work, for: exchange)
  }

  /// Runs work that takes more than one step. What does not finish in its first slice continues in later turns of the
  /// loop, on a snapshot of the workspace, unless the client disconnects.
  private func runSlices(of work: SlicedWork<Outcome>, for exchange: Exchange) -> Outcome {
    func end(_ result: Result<Outcome, any Error>?) -> Outcome {
      let outcome: Outcome =
        switch result {
        case .success(let outcome): outcome
        case .failure(let error): .now(responses.response(refusing: error, in: exchange))
        case nil: .fault(.closeBeforeResponse)
        }
      conclude(exchange, with: outcome)
      return outcome
    }
    let rest: SlicedWork<Outcome>
    do { rest = try slicedWork.begin(work) } catch { return end(.failure(error)) }
    if case .finished(let outcome) = rest { return end(.success(outcome)) }
    // Operations that write finish, as they do if they are short.
    let isCancellable = exchange.operation?.isReadOnly ?? true
    if isCancellable { exchange.call?.continueOnSnapshot() }
    return .pending { [slicedWork] pending in
      slicedWork.finish(rest, unless: { isCancellable && pending.isCancelled }) { pending.complete(with: end($0)) }
    }
  }

  /// Whether a request is refused whatever its body is: the client need not send it.
  public func refusesWithoutBody(_ request: Request) -> Bool {
    !ControlRouter.isControl(segments: request.segments) && edge.refusesCredentials(of: request)
  }

  /// The response to a request that the transport could not read.
  public func respond(to failure: RequestFailure) -> Response {
    responses.response(to: failure)
  }

  private func process(_ exchange: inout Exchange) -> SlicedWork<Outcome> {
    do {
      guard exchange.hostStanding != .refused else { throw AccessGuard.hostRefusal(of: exchange.request) }
      if exchange.isControl { return try controlOutcome(in: &exchange) }
      if let reply = try unauthenticatedReply(to: exchange.request) {
        return .finished(.now(responses.response(for: reply, in: exchange)))
      }
      let admission = try admit(&exchange)
      if let preferred = try preferredError(for: admission, in: exchange) { return .finished(.now(preferred)) }
      guard let fault = matchFault(for: exchange) else { return perform(admission, in: &exchange).map(Outcome.now) }
      return apply(fault, to: &exchange) { perform(admission, in: &$0) }
    } catch {
      let refusal = responses.response(refusing: error, in: exchange)
      // Fault rules may match paths that the catalogue does not have.
      guard exchange.hasUnknownPath, let fault = matchFault(for: exchange) else { return .finished(.now(refusal)) }
      return apply(fault, to: &exchange) { _ in .finished(refusal) }
    }
  }

  private func unauthenticatedReply(to request: Request) throws -> Reply? {
    if request.method == .options { return responses.crossOrigin.preflightReply(to: request) }
    return try edge.reply(to: request, in: sessions)
  }

  /// A request that passed all checks that do not depend on its body.
  struct AdmittedRequest {
    let match: Router.Match
    let version: APIVersion
    let session: WorkspaceSession
    let credential: any Credential
  }

  /// Authenticates, negotiates, routes, authorises and counts. The order of the checks is that of the service.
  private func admit(_ exchange: inout Exchange) throws -> AdmittedRequest {
    let credential = try edge.authenticate(exchange.request)
    let session = try sessions.openSession(named: credential.workspaceName)
    exchange.session = session
    try catalogue.admit(exchange.request, to: session.workspace)
    let negotiated = edge.negotiateVersion(of: exchange.request, default: session.settings.defaultVersion)
    exchange.version = negotiated.name
    exchange.rateLimitStatus = session.rateLimiter.countCall(
      at: session.workspace.clock.now, setting: session.settings.rateLimit)
    guard let version = negotiated.version else { throw edge.error(for: .unknownVersion) }
    let match = try route(version: version, in: &exchange)
    exchange.operation = match.operation
    try credential.checkAccess(to: match.operation)
    if session.rateLimiter.isExceeded(setting: session.settings.rateLimit) {
      throw genericError(status: .tooManyRequests, in: session)
    }
    runDueTasks(in: session)
    countCall(in: session)
    return AdmittedRequest(match: match, version: version, session: session, credential: credential)
  }

  private func route(version: APIVersion, in exchange: inout Exchange) throws -> Router.Match {
    let request = exchange.request
    let method = request.method == .head ? .get : request.method
    let match = catalogue.router.match(method: method, segments: request.segments, version: version)
    try edge.checkAccept(of: request, contentType: match?.operation.produces ?? "application/json")
    guard let match else {
      exchange.hasUnknownPath = true
      throw catalogue.router.notFoundError(for: request)
    }
    guard match.operation.availability.contains(version) else { throw edge.error(for: .unavailableVersion) }
    return match
  }

  private func perform(_ admission: AdmittedRequest, in exchange: inout Exchange) -> SlicedWork<Response> {
    do {
      let call = try makeCall(for: admission, in: &exchange)
      exchange.call = call
      return responses.response(for: try call.operation.begin(call), in: exchange)
    } catch {
      return .finished(responses.response(refusing: error, in: exchange))
    }
  }

  /// Parses the body, checks it in strict mode and upgrades it to the newest version.
  private func makeCall(for admission: AdmittedRequest, in exchange: inout Exchange) throws -> Call {
    let (operation, session, plan) = (admission.match.operation, admission.session, plan(for: admission.version))
    var body = try operation.body(of: exchange.request, parsed: exchange.parsedBody)
    exchange.warnings = try strictModeWarnings(
      for: body, operation: operation, version: plan.version, exchange: exchange, session: session)
    if let name = operation.requestSchema { body = plan.upgrade(body, as: name) }
    return Call(
      workspace: visibleWorkspace(for: operation, in: session), operation: operation, plan: plan,
      parameters: admission.match.parameters, request: exchange.request, body: body,
      adminID: admission.credential.adminID, token: admission.credential.token)
  }

  /// Publishes the writes of the operation and records the request in metrics, journal and log.
  private func conclude(_ exchange: Exchange, with outcome: Outcome) {
    if let call = exchange.call, let session = exchange.session {
      publishWrites(in: session, by: call)
      notifySubscribers(of: exchange, response: outcome.response, session: session, in: call)
      runDueRecordTasks(in: session)
    }
    if !exchange.isControl { record(exchange, response: outcome.response) }
  }
}

// MARK: Steps

extension Server {
  /// The generic error of a status, with the rate limit of the session.
  func genericError(status: HTTPResponse.Status, in session: WorkspaceSession?) -> APIError {
    guard status == .tooManyRequests else { return edge.error(for: .status(status)) }
    let setting = (session?.settings ?? configuration.settings).rateLimit
    return edge.error(for: .rateLimitExceeded(limit: setting.limit, windowSeconds: setting.windowSeconds))
  }

  /// - Returns: warning fields, if strict mode warns
  /// - Throws: `parameter_invalid` if strict mode fails
  private func strictModeWarnings(
    for body: JSONObject, operation: API.Operation, version: APIVersion, exchange: Exchange, session: WorkspaceSession
  ) throws -> [HTTPField] {
    // The client of a stream opens a URL that the service made.
    guard session.settings.strict != .off, operation.kind != .stream else { return [] }
    let deviations =
      edge.deviations(in: exchange.request)
      + StrictModeCheck.deviations(
        in: exchange.request, body: body, version: version,
        documented: catalogue.documentedParameters.entry(of: operation, in: version) ?? .none)
    guard !deviations.isEmpty else { return [] }
    if session.settings.strict == .fail { throw StrictModeCheck.refusal(deviations: deviations) }
    return StrictModeCheck.warningFields(for: deviations)
  }

  /// The workspace as the operation sees it: a past state for searches if the workspace has a search lag.
  private func visibleWorkspace(for operation: API.Operation, in session: WorkspaceSession) -> Workspace {
    let lag = session.settings.searchLag
    guard lag != .none else { return session.workspace }
    session.searchHistory.beginCall(in: session.workspace)
    guard operation.kind == .search,
      let state = session.searchHistory.visibleState(in: session.workspace, lag: lag)
    else {
      return session.workspace
    }
    return Workspace(definition: catalogue.layout, state: state, clock: session.workspace.clock)
  }
}

extension API.Operation {
  /// The request body, if the operation takes JSON.
  fileprivate func body(of request: Request, parsed: ParsedBody?) throws -> JSONObject {
    guard method != .get else { return [:] }
    try RequestBody.checkCoding(of: request)
    return consumes == "application/json" ? try RequestBody.object(from: request.body, parsed: parsed) : [:]
  }
}

extension Router {
  /// 404, also for a known path with another method, with a hint for the developer.
  fileprivate func notFoundError(for request: Request) -> APIError {
    var error = APIError.resourceNotFound
    let served = matches(for: request.segments).map(\.operation).filter { $0.availability != .never }
    let methods = Set(served.map(\.method.rawValue))
    error.hint =
      methods.isEmpty
      ? "no operation has this path; GET /_mock/operations lists them"
      : "this path has \(methods.sorted().joined(separator: ", ")) only"
    return error
  }
}

extension Outcome {
  /// The response, even if the connection breaks while it is sent; nil if there is none yet.
  fileprivate var response: Response? {
    switch self {
    case .now(let response), .after(_, let response), .fault(.closeMidBody(let response)),
      .fault(.drip(let response, _, _)):
      response
    case .fault, .pending: nil
    }
  }
}
