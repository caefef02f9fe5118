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
  /// Answers what is asked under `/_mock`.
  public var control: ((Request) throws -> Reply)?
  let logger: Logger
  private var requestIDs: RequestIDs
  private var presets = Presets()
  private var plans: [APIVersion: VersionPlan] = [:]
  private var writer: JSONWriter?
  var alarms = Alarms()
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
    requestIDs = RequestIDs(seed: configuration.seed)
    tenants = Tenants(configuration, layout: catalogue.layout, seed: seed, tokens: tokens, clock: clock)
  }

  /// Answers one request.
  public func respond(to request: Request) -> Outcome {
    let started = ContinuousClock.now
    var exchange = Exchange(request, id: requestIDs.next(), started: started)
    do {
      return .now(response(try reply(to: request, &exchange), exchange))
    } catch let error as APIError {
      return .now(response(refusing: error, exchange))
    } catch {
      logger.error("a handler failed", metadata: ["request_id": "\(exchange.id)", "error": "\(error)"])
      return .now(response(refusing: APIError(.internalServerError, "server_error", "Server Error"), exchange))
    }
  }

  /// Words what the transport refuses by itself.
  public func respond(to failure: RequestFailure) -> Response {
    let id = requestIDs.next()
    let error = ErrorRendering.error(for: failure)
    return Response(
      status: error.status, preset: presets.fields(error.status, version: nil),
      fields: [HTTPField(name: .requestID, value: id)], body: .bytes(ErrorRendering.body(of: error, requestID: id)),
      compressible: false, closes: true)
  }

  private func reply(to request: Request, _ exchange: inout Exchange) throws -> Reply {
    if request.segments.first == "_mock" || request.segments.isEmpty, let control {
      exchange.isControl = true
      return try control(request)
    }
    if request.method == .options { return Reply(.noContent, headerFields: Array(CrossOrigin.preflight(request))) }
    return try admit(request, &exchange)
  }

  /// Steps 2 to 9 of a request's trip: identify, negotiate, route, admit, meter, upgrade, act.
  private func admit(_ request: Request, _ exchange: inout Exchange) throws -> Reply {
    guard let text = Authentication.token(of: request), let token = tenants.token(text) else {
      throw Authentication.invalid
    }
    let early = Authentication.refusal(of: token, nil)
    if let early, early.status == .unauthorized { throw early }
    let tenant = try tenants.tenant(text)
    try catalogue.admit(request, to: tenant.workspace)
    let negotiation = Negotiation(request, default: tenant.defaultVersion)
    exchange.version = negotiation.label
    exchange.rateFields = tenant.rate.count(tenant.workspace.clock.now, limit: configuration.rateLimit)
    guard let version = negotiation.version else { throw Negotiation.unknown }
    let match = try route(request, version)
    if let refusal = Authentication.refusal(of: token, match.operation) { throw refusal }
    return try act(request, match, version, tenant, token, &exchange)
  }

  private func route(_ request: Request, _ version: APIVersion) throws -> Router.Match {
    let method = request.method == .head ? .get : request.method
    let match = catalogue.router.match(method, request.segments, version)
    guard Acceptance.allows(match?.operation.produces ?? "application/json", request) else { throw Acceptance.refusal }
    guard let match else { throw unknownRoute(request) }
    guard match.operation.availability.contains(version) else { throw Negotiation.unavailable }
    return match
  }

  /// Recorded: a method that a path does not have is a 404 as well (api-behaviour.md, 3.2).
  private func unknownRoute(_ request: Request) -> APIError {
    var error = APIError.resourceNotFound
    let methods = catalogue.router.matches(request.segments).map(\.operation.method.rawValue)
    error.hint =
      methods.isEmpty
      ? "no operation has this path; GET /_mock/operations lists them"
      : "this path has \(Set(methods).sorted().joined(separator: ", ")) only"
    return error
  }

  private func act(
    _ request: Request, _ match: Router.Match, _ version: APIVersion, _ tenant: Tenant, _ token: Token,
    _ exchange: inout Exchange
  ) throws -> Reply {
    let plan = plan(version)
    var body = try body(request, match.operation)
    catchUp(tenant)
    if let name = match.operation.takes { body = plan.forward(body, as: name) }
    let call = Call(
      workspace: tenant.workspace, operation: match.operation, plan: plan, parameters: match.parameters,
      request: request, body: body, adminID: token.adminID)
    exchange.call = call
    // A refusal may have written too, as a failed merge does: the workspace counts as changed then.
    defer {
      if !tenant.workspace.takeMutations().isEmpty { setAlarm(of: tenant) }
    }
    return try match.operation(call)
  }

  /// The body as an object, where the operation takes one.
  private func body(_ request: Request, _ operation: Operation) throws -> JSONObject {
    guard operation.method != .get, operation.consumes == "application/json" else { return [:] }
    return try RequestBody.object(request.body)
  }

  /// The plan of a version, worked out when it is first asked for: a test run seldom uses more than one.
  private func plan(_ version: APIVersion) -> VersionPlan {
    if let plan = plans[version] { return plan }
    let plan = catalogue.plan(version)
    plans[version] = plan
    return plan
  }

  // MARK: Answering

  /// The body of an answer, written with the one writer there is: its room grows to what answers need and stays.
  private func render(_ node: Node, _ exchange: Exchange) -> [UInt8] {
    guard let call = exchange.call else {
      if case .json(let json) = node { return json.bytes }
      return []
    }
    var renderer = Renderer(call, to: writer.take() ?? JSONWriter(reserving: 65_536))
    renderer.write(node)
    var used = renderer.finish()
    let body = used.bytes
    used.removeAll()
    writer = .some(used)
    return body
  }

  private func response(_ reply: Reply, _ exchange: Exchange) -> Response {
    var fields = exchange.fields + reply.headerFields
    switch reply.body {
    case .none:
      return Response(
        status: reply.status, preset: presets.fields(reply.status, version: exchange.version), fields: fields)
    case .bytes(let bytes, let type) where exchange.call != nil:
      return Response(
        status: reply.status, preset: presets.fields(reply.status, version: exchange.version, type: type),
        fields: fields, body: .bytes(bytes))
    case .bytes(let bytes, let type):
      fields.append(HTTPField(name: .contentType, value: type))
      return Response(status: reply.status, fields: fields + CrossOrigin.fields, body: .bytes(bytes))
    case .node(let node):
      return response(reply.status, body: render(node, exchange), fields, exchange)
    }
  }

  private func response(
    _ status: HTTPResponse.Status, body: [UInt8], _ fields: [HTTPField], _ exchange: Exchange
  ) -> Response {
    var fields = fields
    if status == .ok, let tag = tag(of: body) {
      fields.append(HTTPField(name: .eTag, value: tag))
      if let known = exchange.request.fields[.ifNoneMatch], ETag.matches(known, tag) {
        return Response(
          status: .notModified, preset: presets.fields(.notModified, version: exchange.version), fields: fields)
      }
    }
    return Response(
      status: status, preset: presets.fields(status, version: exchange.version), fields: fields, body: .bytes(body))
  }

  private func response(refusing error: APIError, _ exchange: Exchange) -> Response {
    var fields = exchange.fields + error.headerFields
    if let hint = error.hint { fields.append(HTTPField(name: .mockHint, value: hint)) }
    return response(error.status, body: ErrorRendering.body(of: error, requestID: exchange.id), fields, exchange)
  }

  private func tag(of body: [UInt8]) -> String? {
    switch configuration.etag {
    case .off: nil
    case .auto: body.count <= ETag.longestAutomatic ? ETag.tag(of: body) : nil
    case .always: ETag.tag(of: body)
    }
  }
}
