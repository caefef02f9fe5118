import API
import HTTPTypes
import Server

/// One call of the control plane: where it is, what it takes and gives, and what does it. Requests are checked against
/// it before the handler sees them, and `/_mock/openapi.json` is written from it.
struct ControlRoute: Sendable {
  typealias Handler = @Sendable (ControlPlane, ControlCall) throws -> ControlAnswer
  /// A method of the control plane.
  typealias Method = @Sendable (ControlPlane) -> (ControlCall) throws -> Reply
  /// One that may answer later.
  typealias PatientMethod = @Sendable (ControlPlane) -> (ControlCall) throws -> ControlAnswer

  let method: HTTPRequest.Method
  /// `/_mock/workspaces/{token}`.
  let path: String
  /// What it does, in a few words.
  let summary: String
  let query: [Shape.Member]
  /// What a body must be; nil when none is read.
  let takes: Shape?
  let gives: Shape
  /// The statuses that it answers with besides 400 and 404 for what makes no sense.
  let statuses: [HTTPResponse.Status]
  /// What a 409 tells beside the error.
  let conflict: [Shape.Member]
  /// The media type of its answer.
  let produces: String
  let handler: Handler
  let segments: [String]

  init(
    _ method: HTTPRequest.Method, _ path: String, _ summary: String, query: [Shape.Member] = [], takes: Shape? = nil,
    gives: Shape, statuses: [HTTPResponse.Status] = [.ok], produces: String = "application/json",
    _ handler: @escaping Method
  ) {
    self.init(
      later: method, path, summary, query: query, takes: takes, gives: gives, statuses: statuses, produces: produces
    ) { plane in { call in .now(try handler(plane)(call)) } }
  }

  init(
    later method: HTTPRequest.Method, _ path: String, _ summary: String, query: [Shape.Member] = [],
    takes: Shape? = nil, gives: Shape, statuses: [HTTPResponse.Status] = [.ok], conflict: [Shape.Member] = [],
    produces: String = "application/json", _ handler: @escaping PatientMethod
  ) {
    self.method = method
    self.path = path
    self.summary = summary
    self.query = query
    self.takes = takes
    self.gives = gives
    self.statuses = statuses
    self.conflict = conflict
    self.produces = produces
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
