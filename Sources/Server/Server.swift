import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store

/// From a request to a response, without sockets: one function, `respond(to:)`, on one thread.
public final class Server {
  public let catalogue: Catalogue
  public let tenants: Tenants
  public let configuration: ServerConfiguration
  /// What a reset may start from instead of the seed.
  public var worlds = Worlds.none
  /// Answers what is asked under `/_mock`.
  public var control: ((Request) throws -> ControlAnswer)?
  /// Makes a request of another server and calls back with what came of it.
  public typealias Sender = (OutgoingRequest, @escaping (Result<ReceivedResponse, HTTPClientError>) -> Void) -> Void
  /// How webhooks leave. Without it they stay in their queues.
  public var send: Sender?
  /// Topics by the collection whose writes may be one.
  let topics: [String: [Topic]]
  /// Topics of requests.
  let requestTopics: [Topic]
  private let oauth: OAuth
  /// Calls an action in so many milliseconds of the system's time. Without a loop to wait in, at once.
  public var later: (_ milliseconds: Int, _ action: @escaping () -> Void) -> Void = { _, action in action() }
  let logger: Logger
  private var requestIDs: RequestIDs
  var presets = Presets()
  private var plans: [APIVersion: VersionPlan] = [:]
  private var writer: JSONWriter?
  /// How long the records of a list are, as far as is known: only what room is made beforehand depends on it.
  private var bytesPerRecord = 2048
  var alarms = Alarms()
  /// What was asked and how long it took.
  public internal(set) var metrics = Metrics()
  /// Told in how many milliseconds `catchUp()` is wanted, nil for not at all.
  public var onAlarm: ((Int?) -> Void)?

  /// - Parameters:
  ///   - catalogue: what is served
  ///   - seed: what every workspace starts as
  ///   - tokens: what is known of tokens beforehand
  ///   - clock: makes the clock of a new workspace
  public init(
    _ catalogue: Catalogue, seed: WorkspaceState, tokens: [Token] = [],
    configuration: ServerConfiguration = ServerConfiguration(),
    clock: @escaping () -> Clock = { Clock() }, logger: Logger = Logger(label: "intercom-mock")
  ) {
    self.catalogue = catalogue
    self.configuration = configuration
    self.logger = logger
    var topics: [String: [Topic]] = [:]
    for topic in catalogue.topics {
      for collection in topic.collections { topics[collection, default: []].append(topic) }
    }
    self.topics = topics
    requestTopics = catalogue.topics.filter { $0.requestItem != nil }
    requestIDs = RequestIDs(seed: configuration.seed)
    tenants = Tenants(configuration, layout: catalogue.layout, seed: seed, tokens: tokens, clock: clock)
    oauth = OAuth(tenants, seed: configuration.seed)
  }

  /// Answers one request.
  public func respond(to request: Request) -> Outcome {
    var exchange = Exchange(request, id: requestIDs.next())
    let outcome = outcome(&exchange)
    conclude(exchange, outcome)
    return outcome
  }

  private func outcome(_ exchange: inout Exchange) -> Outcome {
    do {
      if exchange.isControl, let control { return try outcome(of: control, &exchange) }
      if exchange.request.method == .options {
        return .now(
          response(Reply(status: .noContent, headerFields: Array(CrossOrigin.preflight(exchange.request))), exchange))
      }
      if let reply = try oauth.reply(to: exchange.request) { return .now(response(reply, exchange)) }
      let admission = try admit(&exchange)
      if let preferred = try preferred(admission, exchange) { return .now(preferred) }
      guard let strike = strike(exchange) else { return .now(response(try act(admission, &exchange), exchange)) }
      return divert(strike, &exchange) { exchange in
        do { return response(try act(admission, &exchange), exchange) } catch {
          return response(refusing: error, exchange)
        }
      }
    } catch {
      let refusal = response(refusing: error, exchange)
      // A rule may speak of a path that is not emulated.
      if exchange.isLost, let strike = strike(exchange) { return divert(strike, &exchange) { _ in refusal } }
      return .now(refusal)
    }
  }

  /// Words what the transport refuses by itself.
  public func respond(to failure: RequestFailure) -> Response {
    let id = requestIDs.next()
    let error = ErrorRendering.error(for: failure)
    return Response(
      status: error.status, presetFields: presets.fields(error.status, version: nil),
      fields: [HTTPField(name: .requestID, value: id)], body: .bytes(ErrorRendering.body(of: error, requestID: id)),
      compressible: false, closesConnection: true)
  }

  /// A request that may be carried out.
  struct Admission {
    let match: Router.Match
    let version: APIVersion
    let tenant: Tenant
    let token: Token
  }

  /// Steps 2 to 6 of a request's trip: identify, negotiate, route, admit, meter.
  private func admit(_ exchange: inout Exchange) throws -> Admission {
    let request = exchange.request
    guard let text = Authentication.token(of: request) ?? Authentication.pass(of: request)?.token,
      let token = tenants.token(text)
    else {
      throw Authentication.invalid
    }
    let early = Authentication.refusal(of: token, nil)
    if let early, early.status == .unauthorized { throw early }
    let tenant = try tenants.tenant(text)
    exchange.tenant = tenant
    try catalogue.admit(request, to: tenant.workspace)
    let negotiation = Negotiation(request, default: tenant.settings.defaultVersion)
    exchange.version = negotiation.label
    exchange.rate = tenant.rate.count(tenant.workspace.clock.now, tenant.settings.rateLimit)
    guard let version = negotiation.version else { throw Negotiation.unknown }
    let match = try route(version, &exchange)
    exchange.operation = match.operation
    if let refusal = Authentication.refusal(of: token, match.operation) { throw refusal }
    if tenant.rate.isExceeded(tenant.settings.rateLimit) { throw RateLimit.refusal(tenant.settings.rateLimit) }
    catchUp(tenant)
    countCall(tenant)
    return Admission(match: match, version: version, tenant: tenant, token: token)
  }

  private func route(_ version: APIVersion, _ exchange: inout Exchange) throws -> Router.Match {
    let request = exchange.request
    let method = request.method == .head ? .get : request.method
    let match = catalogue.router.match(method: method, segments: request.segments, version: version)
    guard Acceptance.allows(match?.operation.produces ?? "application/json", request) else { throw Acceptance.refusal }
    guard let match else {
      exchange.isLost = true
      throw unknownRoute(request)
    }
    guard match.operation.availability.contains(version) else { throw Negotiation.unavailable }
    return match
  }

  /// Recorded: a method that a path does not have is a 404 as well (api-behaviour.md, 3.2).
  private func unknownRoute(_ request: Request) -> APIError {
    var error = APIError.resourceNotFound
    let methods = catalogue.router.matches(for: request.segments).map(\.operation.method.rawValue)
    error.hint =
      methods.isEmpty
      ? "no operation has this path; GET /_mock/operations lists them"
      : "this path has \(Set(methods).sorted().joined(separator: ", ")) only"
    return error
  }

  /// Steps 8 and 9: upgrade, act.
  private func act(_ admission: Admission, _ exchange: inout Exchange) throws -> Reply {
    let (request, operation, tenant) = (exchange.request, admission.match.operation, admission.tenant)
    let plan = plan(admission.version)
    var body = try body(request, operation)
    try checkStrictly(body, operation, tenant, &exchange)
    if let name = operation.requestSchema { body = plan.upgrade(body, as: name) }
    let call = Call(
      workspace: seen(by: operation, tenant), operation: operation, plan: plan, parameters: admission.match.parameters,
      request: request, body: body, adminID: admission.token.adminID, token: admission.token.token)
    exchange.call = call
    return try operation(call)
  }

  /// What strict mode has to say.
  private func checkStrictly(
    _ body: JSONObject, _ operation: API.Operation, _ tenant: Tenant, _ exchange: inout Exchange
  ) throws {
    guard tenant.settings.strict != .off else { return }
    let oddities = Strictness.oddities(exchange.request, body, catalogue.documentedParameters.entry(of: operation))
    guard !oddities.isEmpty else { return }
    if tenant.settings.strict == .fail { throw Strictness.refusal(oddities) }
    exchange.warnings = Strictness.fields(oddities)
  }

  /// The workspace as it is, or for a search that lags behind as it was.
  private func seen(by operation: API.Operation, _ tenant: Tenant) -> Workspace {
    let lag = tenant.settings.searchLag
    guard lag != .none else { return tenant.workspace }
    tenant.past.begin(tenant.workspace)
    guard operation.path.hasSuffix("/search"), let state = tenant.past.state(tenant.workspace, lag) else {
      return tenant.workspace
    }
    return Workspace(definition: catalogue.layout, state: state, clock: tenant.workspace.clock)
  }

  /// The body as an object, where the operation takes one.
  private func body(_ request: Request, _ operation: Operation) throws -> JSONObject {
    guard operation.method != .get, operation.consumes == "application/json" else { return [:] }
    return try RequestBody.object(request.body)
  }

  /// The plan of a version, worked out when it is first asked for: a test run seldom uses more than one.
  public func plan(_ version: APIVersion) -> VersionPlan {
    if let plan = plans[version] { return plan }
    let plan = catalogue.plan(for: version)
    plans[version] = plan
    return plan
  }

  /// The body of an answer, written with the one writer there is: its room grows to what answers need and stays.
  func render(_ node: Node, _ exchange: Exchange) -> [UInt8] {
    guard let call = exchange.call else {
      if case .json(let json) = node { return json.bytes }
      return []
    }
    let records = node.recordCount
    if records > 7 { return render(node, records, call) }
    var renderer = Renderer(in: call, to: writer.take() ?? JSONWriter(reserving: 65_536))
    renderer.write(node)
    var used = renderer.finish()
    let body = used.bytes
    used.removeAll()
    writer = .some(used)
    return body
  }

  /// The body of a long list, written where it stays: a copy of a hundred kilobytes would be felt.
  private func render(_ node: Node, _ records: Int, _ call: Call) -> [UInt8] {
    let body = JSONWriter.bytes(expecting: records * bytesPerRecord + 1024) { writer in
      var renderer = Renderer(in: call, to: writer)
      renderer.write(node)
      return renderer.finish()
    }
    bytesPerRecord = min(max(bytesPerRecord, body.count / records), 8192)
    return body
  }
}
