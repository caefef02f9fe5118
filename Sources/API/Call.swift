import HTTPMessage
import HTTPTypes
import JSON
import Store

/// One request to one operation: the input of a handler.
public final class Call {
  public private(set) var workspace: Workspace
  public let operation: Operation
  /// The plan of the API version that the request asked for.
  public let plan: VersionPlan
  /// The request body, converted to the newest version; empty if the request has none.
  public let body: JSONObject
  /// The id of the admin that the access token belongs to; nil if the token belongs to no admin.
  public let adminID: String?
  /// The access token of the request; empty for calls that the server makes itself.
  public let token: String
  let parameters: [String]
  /// The changes of many records that the handler has begun.
  var unfinishedChanges: [any StepwiseChange] = []
  /// Which of the writes of the handler the first of these changes made.
  var writesOfChanges = 0..<0
  private let request: Request
  /// The due time of a deferred task in milliseconds since 1970; nil for a request of a client.
  private let scheduledTime: Int64?

  /// - Parameters:
  ///   - workspace: the workspace that the access token selects
  ///   - operation: the operation that the request was routed to
  ///   - plan: the plan of the requested version
  ///   - parameters: the values of the path parameters, decoded, in the order of the path
  ///   - request: the HTTP request
  ///   - body: the body, converted to the newest version
  ///   - adminID: the admin that the token belongs to
  ///   - token: the access token
  ///   - time: the due time of a deferred task in milliseconds since 1970; nil for the workspace's current time
  public init(
    workspace: Workspace, operation: Operation, plan: VersionPlan, parameters: [String] = [], request: Request,
    body: JSONObject = [:], adminID: String? = nil, token: String = "", at time: Int64? = nil
  ) {
    self.workspace = workspace
    self.operation = operation
    self.plan = plan
    self.parameters = parameters
    self.request = request
    self.body = body
    self.adminID = adminID
    self.token = token
    self.scheduledTime = time
  }

  /// Replaces the workspace: the call goes on in it.
  func move(to workspace: Workspace) {
    self.workspace = workspace
  }

  /// Replaces the workspace by a snapshot of its state, so that the rest of a read does not see the writes of other
  /// requests.
  public func continueOnSnapshot() {
    workspace = workspace.copy
  }

  /// The decoded query parameters, in the order of the URL.
  public var query: [QueryItem] {
    request.query
  }

  /// The scheme and authority of the request URL: `http://127.0.0.1:4020`.
  public var baseURL: String {
    "\(request.scheme)://\(request.authority)"
  }

  /// The path of the request URL, percent-encoded, without the query.
  public var path: String {
    String(request.target.prefix { $0 != "?" })
  }

  /// The IP address of the client, without the port; empty for a Unix socket.
  public var peer: String {
    request.peer
  }

  /// Returns the value of a header field; nil if it is missing.
  public func headerField(_ name: String) -> String? {
    HTTPField.Name(name).flatMap { request.fields[$0] }
  }

  /// Parses the body as `multipart/form-data`.
  /// - Throws: `parameter_invalid` (400) if the body is malformed
  public func form() throws -> MultipartForm {
    do {
      return try MultipartForm(body: request.body, contentType: request.fields[.contentType] ?? "")
    } catch {
      throw APIError.parameterInvalid("The request body is not valid multipart/form-data: \(error.reason)")
    }
  }

  /// The workspace's clock in seconds since 1970; in a deferred task, the time it was due.
  public var now: Int64 {
    nowMilliseconds / 1000
  }

  /// `now` in milliseconds since 1970.
  public var nowMilliseconds: Int64 {
    scheduledTime ?? workspace.clock.milliseconds
  }

  /// Returns the value of a path parameter; an empty string if the path has no parameter of that name.
  public func pathParameter(_ name: String) -> String {
    var index = 0
    for case .parameter(let known) in operation.segments {
      if known == name { return index < parameters.count ? parameters[index] : "" }
      index += 1
    }
    assertionFailure("\(operation.path) has no \(name)")
    return ""
  }

  /// Returns the first value of a query parameter; nil if it is missing.
  public func queryParameter(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// Returns a query parameter as an integer; nil if it is missing or empty.
  /// - Throws: `parameter_invalid` (400) if it is not an integer or its magnitude is 2^40 or more
  public func integerQueryParameter(_ name: String) throws -> Int? {
    try queryParameter(name, as: .integer(in: .fortyBits)).map { Int($0) }
  }

  /// Returns the page size of a list that has no `Listing`: the query's `per_page`, clamped to 1...`limit`.
  /// - Parameters:
  ///   - count: the page size if the query has no `per_page`
  ///   - limit: the largest page size
  /// - Throws: `parameter_invalid` (400) if `per_page` is not an integer
  public func perPage(default count: Int, limit: Int) throws -> Int {
    min(max(try integerQueryParameter("per_page") ?? count, 1), limit)
  }

  /// Whether the requested version has this behaviour.
  public func honours(_ behaviour: Behaviour) -> Bool {
    plan.behaviours.contains(behaviour)
  }

  /// Returns the record whose id is the value of a path parameter.
  /// - Throws: the model's 404 error if no such record exists
  public func find(_ model: Model, parameter: String = "id") throws -> Record {
    guard let record = workspace[model][self.pathParameter(parameter)] else { throw APIError.notFound(for: model) }
    return record
  }
}

extension Workspace {
  /// The collection that stores the model's records.
  public subscript(model: Model) -> RecordCollection {
    self[model.schema]
  }

  /// Generates an id in the model's id format.
  public func nextID(for model: Model) -> JSON {
    switch model.ids {
    case .objectID: .string(ids.objectID(at: clock.now))
    case .sequence(let first): .string(String(ids.next(in: model.sequence, from: first)))
    case .integer(let first): .integer(Int64(clamping: ids.nextInteger(in: model.sequence, from: first)))
    case .uuid, .given: .string(ids.uuid())
    }
  }
}
