import API
import HTTPMessage
import HTTPTypes
import JSON

/// One call of the control plane: where it is, what it takes and gives, and what does it. Requests are checked against
/// it before the handler sees them, and `/_mock/openapi.json` is written from it.
struct ControlRoute: Sendable {
  typealias Handler = @Sendable (ControlPlane, ControlCall) throws -> ControlReply
  /// A method of the control plane.
  typealias Method = @Sendable (ControlPlane) -> (ControlCall) throws -> Reply
  /// One that may answer later.
  typealias DeferredMethod = @Sendable (ControlPlane) -> (ControlCall) throws -> ControlReply

  let method: HTTPRequest.Method
  /// `/_mock/workspaces/{token}`.
  let path: String
  /// What it does, in a few words.
  let summary: String
  let query: [Shape.Member]
  /// What a body must be; nil when none is read.
  let requestShape: Shape?
  let responseShape: Shape
  /// The statuses that it answers with besides 400 and 404 for what makes no sense.
  let statuses: [HTTPResponse.Status]
  /// What a 409 tells beside the error.
  let conflictMembers: [Shape.Member]
  /// The media type of its answer.
  let contentType: String
  let handler: Handler
  let segments: [String]

  init(
    _ method: HTTPRequest.Method, path: String, summary: String, query: [Shape.Member] = [], request: Shape? = nil,
    response: Shape, statuses: [HTTPResponse.Status] = [.ok], contentType: String = "application/json",
    handler: @escaping Method
  ) {
    self.init(
      deferred: method, path: path, summary: summary, query: query, request: request, response: response,
      statuses: statuses, contentType: contentType
    ) { plane in { call in .now(try handler(plane)(call)) } }
  }

  init(
    deferred method: HTTPRequest.Method, path: String, summary: String, query: [Shape.Member] = [],
    request: Shape? = nil, response: Shape, statuses: [HTTPResponse.Status] = [.ok], conflict: [Shape.Member] = [],
    contentType: String = "application/json", handler: @escaping DeferredMethod
  ) {
    self.method = method
    self.path = path
    self.summary = summary
    self.query = query
    self.requestShape = request
    self.responseShape = response
    self.statuses = statuses
    self.conflictMembers = conflict
    self.contentType = contentType
    self.handler = { plane, call in try handler(plane)(call) }
    segments = path.split(separator: "/").map(String.init)
  }

  /// The values of its path parameters, when the segments of a request are its own.
  func match(_ segments: [String]) -> [String]? {
    guard self.segments.count == segments.count else { return nil }
    var parameters: [String] = []
    for (part, segment) in zip(self.segments, segments) {
      if part.hasPrefix("{") { parameters.append(segment) } else if part != segment { return nil }
    }
    return parameters
  }
}

/// One call to the control plane, checked against its route.
struct ControlCall {
  let request: Request
  /// The values of the path's parameters, in order.
  let parameters: [String]
  /// The parameters of the query, each in the form that the route says.
  let query: JSONObject
  /// The body; empty when there was none.
  let body: JSONObject

  /// Throws `parameter_invalid` for what the route does not take.
  init(request: Request, route: ControlRoute, parameters: [String]) throws {
    self.request = request
    self.parameters = parameters
    query = JSONObject(
      request.query.map { item in
        (item.name, Self.parse(item.value, as: route.query.first { $0.name == item.name }?.shape))
      })
    try Shape.object(route.query).check(.object(query))
    guard let shape = route.requestShape else {
      body = [:]
      return
    }
    body = try RequestBody.object(from: request.body)
    // The API takes an empty list for an empty object, as some of its clients send it; nobody sends it here on purpose.
    if body.isEmpty, request.body.first == UInt8(ascii: "[") {
      throw APIError.parameterInvalid("the body must be \(shape.expectation)")
    }
    try shape.check(.object(body))
  }

  /// The token whose workspace is addressed.
  var token: String {
    Authentication.token(of: request) ?? WorkspaceSessions.defaultToken
  }

  /// The first parameter of the path.
  var pathParameter: String {
    parameters.first ?? ""
  }

  /// A text of the query, as its shape has it.
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
