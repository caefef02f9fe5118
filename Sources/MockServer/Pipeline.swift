import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store

/// From a request to a response, without sockets: one function, `respond(to:)`, on one thread.
public final class Server {
  public let catalogue: Catalogue
  public let sessions: WorkspaceSessions
  public let configuration: ServerConfiguration
  let environment: ServerEnvironment
  /// Topics by the collection whose writes may be one.
  let topics: [String: [Topic]]
  /// Topics of requests.
  let requestTopics: [Topic]
  private let oauth: OAuth
  let logger: Logger
  private var requestIDs: RequestIDGenerator
  var responseFieldPresets = ResponseFieldPresets()
  private var plans: [APIVersion: VersionPlan] = [:]
  private var reusableWriter: JSONWriter?
  /// How long the records of a list are, as far as is known: only what room is made beforehand depends on it.
  private var estimatedBytesPerRecord = 2048
  var alarms = Alarms()
  /// What was asked and how long it took.
  public internal(set) var metrics = Metrics()
  /// Set once at the end of init, because the alarm refers to the server.
  private(set) var setAlarm: ServerEnvironment.Alarm = { _ in }

  /// - Parameters:
  ///   - catalogue: what is served
  ///   - seed: what every workspace starts as
  ///   - tokens: what is known of tokens beforehand
  ///   - environment: timers, client and fixtures of the process
  ///   - clock: makes the clock of a new workspace
  public init(
    catalogue: Catalogue, seed: WorkspaceState, tokens: [AccessToken] = [],
    configuration: ServerConfiguration = ServerConfiguration(), environment: ServerEnvironment = ServerEnvironment(),
    clock: @escaping () -> Clock = { Clock() }, logger: Logger = Logger(label: "intercom-mock")
  ) {
    self.catalogue = catalogue
    self.configuration = configuration
    self.environment = environment
    self.logger = logger
    var topics: [String: [Topic]] = [:]
    for topic in catalogue.topics {
      for collection in topic.collections { topics[collection, default: []].append(topic) }
    }
    self.topics = topics
    requestTopics = catalogue.topics.filter { $0.requestItem != nil }
    requestIDs = RequestIDGenerator(seed: configuration.seed)
    sessions = WorkspaceSessions(
      configuration: configuration, layout: catalogue.layout, seed: seed, tokens: tokens, clock: clock)
    oauth = OAuth(sessions: sessions, seed: configuration.seed)
    setAlarm = environment.makeAlarm { [weak self] in self?.runDueTasks() }
  }

  /// Answers one request.
  public func respond(to request: Request) -> Outcome {
    var exchange = Exchange(request: request, id: requestIDs.next())
    let outcome = process(&exchange)
    conclude(exchange, with: outcome)
    return outcome
  }

  private func process(_ exchange: inout Exchange) -> Outcome {
    do {
      if exchange.isControl { return try controlOutcome(in: &exchange) }
      if exchange.request.method == .options {
        return .now(
          response(
            for: Reply(status: .noContent, headerFields: Array(CrossOrigin.preflightFields(for: exchange.request))),
            in: exchange))
      }
      if let reply = try oauth.reply(to: exchange.request) { return .now(response(for: reply, in: exchange)) }
      let admission = try admit(&exchange)
      if let preferred = try preferredError(for: admission, in: exchange) { return .now(preferred) }
      guard let faultMatch = matchFault(for: exchange) else {
        return .now(response(for: try perform(admission, in: &exchange), in: exchange))
      }
      return apply(faultMatch, to: &exchange) { exchange in
        do { return response(for: try perform(admission, in: &exchange), in: exchange) } catch {
          return response(refusing: error, in: exchange)
        }
      }
    } catch {
      let refusal = response(refusing: error, in: exchange)
      // A rule may speak of a path that is not emulated.
      if exchange.hasUnknownPath, let faultMatch = matchFault(for: exchange) {
        return apply(faultMatch, to: &exchange) { _ in refusal }
      }
      return .now(refusal)
    }
  }

  /// Words what the transport refuses by itself.
  public func respond(to failure: RequestFailure) -> Response {
    let id = requestIDs.next()
    let error = ErrorRenderer.error(for: failure)
    return Response(
      status: error.status, presetFields: responseFieldPresets.fields(status: error.status, version: nil),
      fields: [HTTPField(name: .requestID, value: id)], body: .bytes(ErrorRenderer.body(of: error, requestID: id)),
      compressible: false, closesConnection: true)
  }

  /// A request that may be carried out.
  struct AdmittedRequest {
    let match: Router.Match
    let version: APIVersion
    let session: WorkspaceSession
    let token: AccessToken
  }

  /// Steps 2 to 6 of a request's trip: identify, negotiate, route, admit, meter.
  private func admit(_ exchange: inout Exchange) throws -> AdmittedRequest {
    let request = exchange.request
    guard let text = Authentication.token(of: request) ?? Authentication.streamPass(of: request)?.token,
      let token = sessions.accessToken(for: text)
    else {
      throw Authentication.invalidToken
    }
    let early = Authentication.refusal(of: token, for: nil)
    if let early, early.status == .unauthorized { throw early }
    let session = try sessions.openSession(forToken: text)
    exchange.session = session
    try catalogue.admit(request, to: session.workspace)
    let negotiation = VersionNegotiation(request: request, default: session.settings.defaultVersion)
    exchange.version = negotiation.echoedVersion
    exchange.rateLimitStatus = session.rateLimiter.countCall(
      at: session.workspace.clock.now, setting: session.settings.rateLimit)
    guard let version = negotiation.version else { throw VersionNegotiation.unknownVersion }
    let match = try route(version: version, in: &exchange)
    exchange.operation = match.operation
    if let refusal = Authentication.refusal(of: token, for: match.operation) { throw refusal }
    if session.rateLimiter.isExceeded(setting: session.settings.rateLimit) {
      throw RateLimiter.refusal(setting: session.settings.rateLimit)
    }
    runDueTasks(in: session)
    countCall(in: session)
    return AdmittedRequest(match: match, version: version, session: session, token: token)
  }

  private func route(version: APIVersion, in exchange: inout Exchange) throws -> Router.Match {
    let request = exchange.request
    let method = request.method == .head ? .get : request.method
    let match = catalogue.router.match(method: method, segments: request.segments, version: version)
    guard AcceptHeader.allows(match?.operation.produces ?? "application/json", in: request) else {
      throw AcceptHeader.notAcceptable
    }
    guard let match else {
      exchange.hasUnknownPath = true
      throw notFoundError(for: request)
    }
    guard match.operation.availability.contains(version) else { throw VersionNegotiation.unavailableVersion }
    return match
  }

  /// Recorded: a method that a path does not have is a 404 as well (api-behaviour.md, 3.2).
  private func notFoundError(for request: Request) -> APIError {
    var error = APIError.resourceNotFound
    let methods = catalogue.router.matches(for: request.segments).map(\.operation.method.rawValue)
    error.hint =
      methods.isEmpty
      ? "no operation has this path; GET /_mock/operations lists them"
      : "this path has \(Set(methods).sorted().joined(separator: ", ")) only"
    return error
  }

  /// Steps 8 and 9: upgrade, act.
  private func perform(_ admission: AdmittedRequest, in exchange: inout Exchange) throws -> Reply {
    let (request, operation, session) = (exchange.request, admission.match.operation, admission.session)
    let plan = plan(for: admission.version)
    var body = try body(of: request, for: operation)
    try checkStrictly(body, operation: operation, session: session, in: &exchange)
    if let name = operation.requestSchema { body = plan.upgrade(body, as: name) }
    let call = Call(
      workspace: visibleWorkspace(for: operation, in: session), operation: operation, plan: plan,
      parameters: admission.match.parameters,
      request: request, body: body, adminID: admission.token.adminID, token: admission.token.value)
    exchange.call = call
    return try operation(call)
  }

  /// What strict mode has to say.
  private func checkStrictly(
    _ body: JSONObject, operation: API.Operation, session: WorkspaceSession, in exchange: inout Exchange
  ) throws {
    guard session.settings.strict != .off else { return }
    let oddities = StrictModeCheck.deviations(
      in: exchange.request, body: body,
      documented: catalogue.documentedParameters.entry(of: operation) ?? .none)
    guard !oddities.isEmpty else { return }
    if session.settings.strict == .fail { throw StrictModeCheck.refusal(deviations: oddities) }
    exchange.warnings = StrictModeCheck.warningFields(for: oddities)
  }

  /// The workspace as it is, or for a search that lags behind as it was.
  private func visibleWorkspace(for operation: API.Operation, in session: WorkspaceSession) -> Workspace {
    let lag = session.settings.searchLag
    guard lag != .none else { return session.workspace }
    session.searchHistory.beginCall(in: session.workspace)
    guard operation.path.hasSuffix("/search"),
      let state = session.searchHistory.visibleState(in: session.workspace, lag: lag)
    else {
      return session.workspace
    }
    return Workspace(definition: catalogue.layout, state: state, clock: session.workspace.clock)
  }

  /// The body as an object, where the operation takes one.
  private func body(of request: Request, for operation: Operation) throws -> JSONObject {
    guard operation.method != .get, operation.consumes == "application/json" else { return [:] }
    return try RequestBody.object(from: request.body)
  }

  /// The plan of a version, worked out when it is first asked for: a test run seldom uses more than one.
  public func plan(for version: APIVersion) -> VersionPlan {
    if let plan = plans[version] { return plan }
    let plan = catalogue.plan(for: version)
    plans[version] = plan
    return plan
  }

  /// The body of an answer, written with the one writer there is: its room grows to what answers need and stays.
  func render(_ node: Node, in exchange: Exchange) -> [UInt8] {
    guard let call = exchange.call else {
      if case .json(let json) = node { return json.bytes }
      return []
    }
    let records = node.recordCount
    if records > 7 { return render(node, recordCount: records, in: call) }
    var renderer = Renderer(in: call, to: reusableWriter.take() ?? JSONWriter(reserving: 65_536))
    renderer.write(node)
    var used = renderer.finish()
    let body = used.bytes
    used.removeAll()
    reusableWriter = .some(used)
    return body
  }

  /// The body of a long list, written where it stays: a copy of a hundred kilobytes would be felt.
  private func render(_ node: Node, recordCount records: Int, in call: Call) -> [UInt8] {
    let body = JSONWriter.bytes(expecting: records * estimatedBytesPerRecord + 1024) { writer in
      var renderer = Renderer(in: call, to: writer)
      renderer.write(node)
      return renderer.finish()
    }
    estimatedBytesPerRecord = min(max(estimatedBytesPerRecord, body.count / records), 8192)
    return body
  }
}

/// Steps 10 and 11 of a request's trip: what was replied or thrown becomes a response.
extension Server {
  func response(for reply: Reply, in exchange: Exchange) -> Response {
    let fields = exchange.warnings + reply.headerFields
    if case .node(let node) = reply.body {
      return response(status: reply.status, body: render(node, in: exchange), fields: fields, in: exchange)
    }
    let own = exchange.fields
    switch reply.body {
    case .none, .node:
      return Response(
        status: reply.status,
        presetFields: responseFieldPresets.fields(status: reply.status, version: exchange.version),
        standardFields: own, fields: fields)
    case .bytes(let bytes, let type) where exchange.call != nil:
      return Response(
        status: reply.status,
        presetFields: responseFieldPresets.fields(status: reply.status, version: exchange.version, contentType: type),
        standardFields: own,
        fields: fields, body: .bytes(bytes))
    case .bytes(let bytes, let type):
      return Response(
        status: reply.status, standardFields: own,
        fields: fields + [HTTPField(name: .contentType, value: type)] + CrossOrigin.fields, body: .bytes(bytes))
    }
  }

  private func response(
    status: HTTPResponse.Status, body: [UInt8], fields: [HTTPField], in exchange: Exchange
  ) -> Response {
    var own = exchange.fields
    if status == .ok, let tag = entityTag(of: body, in: exchange) {
      own.append(.eTag, value: tag)
      if let known = exchange.request.fields[.ifNoneMatch], ETag.matches(ifNoneMatch: known, tag: tag) {
        return Response(
          status: .notModified,
          presetFields: responseFieldPresets.fields(status: .notModified, version: exchange.version),
          standardFields: own,
          fields: fields)
      }
    }
    return Response(
      status: status, presetFields: responseFieldPresets.fields(status: status, version: exchange.version),
      standardFields: own,
      fields: fields,
      body: .bytes(body), compressible: settings(in: exchange).gzip)
  }

  func response(refusing error: any Error, in exchange: Exchange) -> Response {
    guard let error = error as? APIError else {
      logger.error("a handler failed", metadata: ["request_id": "\(exchange.id)", "error": "\(error)"])
      return response(
        refusing: APIError(status: .internalServerError, code: "server_error", message: "Server Error"), in: exchange)
    }
    var fields = exchange.warnings + error.headerFields
    if let hint = error.hint { fields.append(HTTPField(name: .mockHint, value: hint)) }
    return response(
      status: error.status, body: ErrorRenderer.body(of: error, requestID: exchange.id), fields: fields, in: exchange)
  }

  /// The settings that an answer follows.
  private func settings(in exchange: Exchange) -> Settings {
    exchange.session?.settings ?? configuration.settings
  }

  private func entityTag(of body: [UInt8], in exchange: Exchange) -> String? {
    switch settings(in: exchange).etag {
    case .off: nil
    case .auto: body.count <= ETag.longestAutomatic ? ETag.tag(of: body) : nil
    case .always: ETag.tag(of: body)
    }
  }
}

/// Step 12 of a request's trip, and the books that are kept of it.
extension Server {
  func conclude(_ exchange: Exchange, with outcome: Outcome) {
    if let call = exchange.call, let session = exchange.session {
      publishWrites(in: session, by: call)
      notifySubscribers(of: exchange, response: outcome.response, session: session, in: call)
      runDueRecordTasks(in: session)
    }
    guard !exchange.isControl else { return }
    let (response, time) = (outcome.response, exchange.stopwatch.microseconds)
    metrics.record(
      operation: exchange.operation?.id, status: response?.status.code ?? 0, microseconds: time,
      isFault: exchange.faultID != nil)
    record(exchange, response: response, microseconds: time)
    if logger.logLevel <= .debug { log(exchange, response: response, microseconds: time) }
  }

  /// One that was refused for its token is written down where there is a workspace of this name.
  private func record(_ exchange: Exchange, response: Response?, microseconds time: Int64) {
    let token = { Authentication.token(of: exchange.request) ?? WorkspaceSessions.defaultToken }
    guard let session = exchange.session ?? sessions.existingSession(forToken: token()), session.settings.journal else {
      return
    }
    session.journal.record(exchange, response: response, time: session.workspace.clock.milliseconds, microseconds: time)
  }

  private func log(_ exchange: Exchange, response: Response?, microseconds time: Int64) {
    logger.debug(
      "request",
      metadata: [
        "request_id": "\(exchange.id)", "method": "\(exchange.request.method.rawValue)",
        "target": "\(exchange.request.target)", "operation": "\(exchange.operation?.id ?? "none")",
        "version": "\(exchange.version ?? "none")", "workspace": "\(exchange.session?.name ?? "none")",
        "status": .stringConvertible(response?.status.code ?? 0), "microseconds": .stringConvertible(time),
        "fault": "\(exchange.faultID ?? "none")",
      ])
  }
}

extension Outcome {
  /// What is answered, whole or not; nil when nothing is.
  fileprivate var response: Response? {
    switch self {
    case .now(let response), .after(_, let response), .fault(.closeMidBody(let response)),
      .fault(.drip(let response, _, _)):
      response
    case .fault, .pending: nil
    }
  }
}
