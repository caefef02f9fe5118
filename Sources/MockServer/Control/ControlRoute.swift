import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// One operation of the control plane. Requests are checked against it before the handler runs, and
/// `/_mock/openapi.json` is generated from it.
struct ControlRoute: Sendable {
  typealias Handler = @Sendable (ControlCall) throws -> Reply
  /// A handler whose reply may come later.
  typealias DeferredHandler = @Sendable (ControlCall) throws -> ControlReply

  let method: HTTPRequest.Method
  /// A path template such as `/_mock/workspaces/{token}`.
  let path: String
  /// The operation id in `/_mock/openapi.json`: a unique name such as `createFault`.
  let id: String
  let summary: String
  let query: [Shape.Member]
  /// The shape of the request body; nil if the body is ignored.
  let requestShape: Shape?
  let responseShape: Shape
  /// The documented statuses, except 400 and 404 for invalid requests.
  let statuses: [HTTPResponse.Status]
  /// Members of a 409 response in addition to those of every error.
  let conflictMembers: [Shape.Member]
  /// Whether the handler reads the body itself, because it may be long. It is then not checked against its shape.
  let readsBody: Bool
  /// The media type of the response.
  let contentType: String
  let handler: DeferredHandler
  let segments: [String]

  init(
    _ method: HTTPRequest.Method, path: String, id: String, summary: String, query: [Shape.Member] = [],
    request: Shape? = nil,
    response: Shape, statuses: [HTTPResponse.Status] = [.ok], contentType: String = "application/json",
    handler: @escaping Handler
  ) {
    self.init(
      deferred: method, path: path, id: id, summary: summary, query: query, request: request, response: response,
      statuses: statuses, contentType: contentType
    ) { call in .now(try handler(call)) }
  }

  init(
    deferred method: HTTPRequest.Method, path: String, id: String, summary: String, query: [Shape.Member] = [],
    request: Shape? = nil, response: Shape, statuses: [HTTPResponse.Status] = [.ok], conflict: [Shape.Member] = [],
    contentType: String = "application/json", readsBody: Bool = false, handler: @escaping DeferredHandler
  ) {
    self.readsBody = readsBody
    self.method = method
    self.path = path
    self.id = id
    self.summary = summary
    self.query = query
    self.requestShape = request
    self.responseShape = response
    self.statuses = statuses
    self.conflictMembers = conflict
    self.contentType = contentType
    self.handler = handler
    segments = path.split(separator: "/").map(String.init)
  }

  /// The feature that the route belongs to, for the chapters of the reference: `clock` of `/_mock/clock/advance`.
  var tag: String {
    let feature = segments.dropFirst().first?.prefix { $0 != "." } ?? ""
    return ["", "health", "operations", "openapi", "metrics"].contains(feature) ? "server" : String(feature)
  }

  /// The values of the path parameters; nil if the segments do not match the path.
  func match(_ segments: [String]) -> [String]? {
    guard self.segments.count == segments.count else { return nil }
    var parameters: [String] = []
    for (part, segment) in zip(self.segments, segments) {
      if part.hasPrefix("{") { parameters.append(segment) } else if part != segment { return nil }
    }
    return parameters
  }
}

/// One request to the control plane, checked against its route.
struct ControlCall {
  let server: Server
  let request: Request
  /// The values of the path parameters, in order.
  let parameters: [String]
  /// The query parameters, each parsed as its shape requires.
  let query: JSONObject
  /// The body; empty if the request has none.
  let body: JSONObject

  /// Throws `parameter_invalid` if the query or the body does not fit the route.
  init(_ exchange: Exchange, route: ControlRoute, parameters: [String], server: Server) throws {
    let request = exchange.request
    self.server = server
    self.request = request
    self.parameters = parameters
    query = JSONObject(
      request.query.map { item in
        (item.name, Self.parse(item.value, as: route.query.first { $0.name == item.name }?.shape))
      })
    try Shape.object(route.query).check(.object(query))
    guard let shape = route.requestShape, !route.readsBody else {
      body = [:]
      return
    }
    try RequestBody.checkCoding(of: request)
    body = try RequestBody.object(from: request.body, parsed: exchange.parsedBody)
    // Operations of the API accept `[]` as `{}` because some clients send it; here it is a mistake.
    if body.isEmpty, request.body.first == UInt8(ascii: "[") {
      throw APIError.parameterInvalid("the body must be \(shape.expectation)")
    }
    try shape.check(.object(body))
  }

  private var workspaceName: String { server.controlWorkspaceName(for: request) }

  /// The addressed session, created if necessary: for calls that change it.
  func openSession() throws -> WorkspaceSession {
    try server.sessions.openSession(named: workspaceName)
  }

  /// The addressed session; nil if it does not exist.
  func existingSession() -> WorkspaceSession? {
    server.sessions.session(named: workspaceName)
  }

  /// The addressed session with its due tasks done, or a new one that is not stored: for calls that only read.
  func peekSession() -> WorkspaceSession {
    let session = server.sessions.peekSession(named: workspaceName)
    if existingSession() != nil { server.runDueTasks(in: session) }
    return session
  }

  /// The first path parameter.
  var pathParameter: String {
    parameters.first ?? ""
  }

  private static func parse(_ text: String, as shape: Shape?) -> JSON {
    switch shape {
    case .integer: Int64(text).map(JSON.integer) ?? .string(text)
    case .number: Double(text).map(JSON.number) ?? .string(text)
    case .boolean:
      ["true": true, "1": true, "": true, "false": false, "0": false][text].map(JSON.boolean) ?? .string(text)
    case .described(let shape, _): parse(text, as: shape)
    default: .string(text)
    }
  }
}
