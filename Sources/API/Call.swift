import HTTPMessage
import HTTPTypes
import JSON
import Store

/// One request to one operation: all that a handler sees.
public final class Call {
  public let workspace: Workspace
  public let operation: Operation
  public let plan: VersionPlan
  /// The body in the newest request shape; empty when there was none.
  public let body: JSONObject
  /// The id of the admin that the token stands for, when it names one.
  public let adminID: String?
  /// The token that it was made with; empty for what no client asked for.
  public let token: String
  let parameters: [String]
  private let request: Request
  /// When it counts as made, in milliseconds; nil for now.
  private let scheduledTime: Int64?

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

  /// The decoded query.
  public var query: [QueryItem] {
    request.query
  }

  /// Scheme and authority that the client used: `http://127.0.0.1:4020`.
  public var baseURL: String {
    "\(request.scheme)://\(request.authority)"
  }

  /// The path as it was asked for, still encoded, without the query.
  public var path: String {
    String(request.target.prefix { $0 != "?" })
  }

  /// The address that the request came from, without its port; empty for a Unix socket.
  public var peer: String {
    request.peer
  }

  /// The value of a field of the request's head.
  public func headerField(_ name: String) -> String? {
    HTTPField.Name(name).flatMap { request.fields[$0] }
  }

  /// The body of an operation that takes a form with files. Throws `parameter_invalid` for what is none.
  public func form() throws -> MultipartForm {
    do {
      return try MultipartForm(body: request.body, contentType: request.fields[.contentType] ?? "")
    } catch {
      throw APIError.parameterInvalid("The request body is not valid multipart/form-data: \(error.reason)")
    }
  }

  /// The workspace's time in seconds since 1970; of work that was left for later, the time that it was due at.
  public var now: Int64 {
    nowMilliseconds / 1000
  }

  /// The same in milliseconds.
  public var nowMilliseconds: Int64 {
    scheduledTime ?? workspace.clock.milliseconds
  }

  /// The value of a path parameter; empty when the path has none of that name.
  public func pathParameter(_ name: String) -> String {
    var place = 0
    for case .parameter(let known) in operation.segments {
      if known == name { return place < parameters.count ? parameters[place] : "" }
      place += 1
    }
    assertionFailure("\(operation.path) has no \(name)")
    return ""
  }

  /// The first value of a query parameter.
  public func queryParameter(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// A query parameter that must be a whole number. Throws `parameter_invalid`.
  public func integerQueryParameter(_ name: String) throws -> Int? {
    guard let text = queryParameter(name), !text.isEmpty else { return nil }
    guard let number = Int(text), number.magnitude < 1 << 40 else {
      throw APIError.parameterInvalid("\(name) must be an integer")
    }
    return number
  }

  /// How many items a page of an unusual list has: the query's `per_page`, kept within 1 and `limit`.
  public func perPage(default count: Int, limit: Int) throws -> Int {
    min(max(try integerQueryParameter("per_page") ?? count, 1), limit)
  }

  /// Whether the version asked for has this behaviour.
  public func honours(_ behaviour: Behaviour) -> Bool {
    plan.behaviours.contains(behaviour)
  }

  /// The record that the path names, or the model's own 404.
  public func find(_ model: Model, parameter: String = "id") throws -> Record {
    guard let record = workspace[model][self.pathParameter(parameter)] else { throw APIError.notFound(for: model) }
    return record
  }
}

extension Workspace {
  /// The collection of a model's records.
  public subscript(model: Model) -> RecordCollection {
    self[model.schema]
  }

  /// A new id in the model's form.
  public func nextID(for model: Model) -> JSON {
    switch model.ids {
    case .objectID: .string(ids.objectID(at: clock.now))
    case .sequence(let first): .string(String(ids.next(in: model.sequence, from: first)))
    case .integer(let first): .integer(Int64(clamping: ids.next(in: model.sequence, from: first)))
    case .uuid, .given: .string(ids.uuid())
    }
  }
}
