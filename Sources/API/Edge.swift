import HTTPMessage
import HTTPTypes
import JSON
import Store

/// What all responses of the emulated service have in common, whatever the operation: credentials, version
/// negotiation, header fields, the error envelope and the format of webhooks.
///
/// A class, because it stores issued tokens and the state of its id generators. Not thread-safe.
public protocol Edge: AnyObject {
  /// The name of the service, such as `Intercom`.
  var serviceName: String { get }
  var facts: ServiceFacts { get }

  // MARK: Credentials

  /// Identifies the caller.
  ///
  /// - Throws: 401 if the credentials are missing or rejected
  func authenticate(_ request: Request) throws -> any Credential
  /// The token of a request, without a check; nil if it has none.
  func token(of request: Request) -> String?
  /// Whether a request may use the control plane: false if only listed tokens are accepted and it has none of them.
  func acceptsControl(_ request: Request) -> Bool
  /// Whether a request needs credentials and has none that are accepted. The client of a refused request need not send
  /// its body.
  func refusesCredentials(of request: Request) -> Bool
  /// The workspace that a request addresses, without a check of the credentials; the default workspace if it has none.
  func workspaceName(for request: Request) -> String
  /// The workspace that requests without a token address.
  var defaultWorkspaceName: String { get }
  /// Serves the paths that need no token, such as those of OAuth; nil for all other requests.
  func reply(to request: Request, in workspaces: any WorkspaceDirectory) throws -> Reply?
  /// Refuses the tokens that were issued while the server runs, for a reset of all workspaces.
  func invalidateIssuedTokens()

  // MARK: Negotiation

  /// The version that a request asks for: the name that the response repeats, and the version itself, nil if unknown.
  func negotiateVersion(of request: Request, default: APIVersion) -> (name: String, version: APIVersion?)
  /// Throws 406 if the client does not accept the media type of the operation.
  func checkAccept(of request: Request, contentType: String) throws
  /// Deviations from good practice that strict mode reports, such as a request without a version.
  func deviations(in request: Request) -> [String]

  // MARK: Responses

  func nextRequestID() -> String
  /// The error for a rejection that does not depend on the operation.
  func error(for refusal: EdgeRefusal) -> APIError
  /// The body of an error response.
  func body(of error: APIError, requestID: String) -> [UInt8]
  /// JSON Schema of the body of an error response.
  var errorSchema: JSONObject { get }
  /// The fields that all responses with this status, version and media type share. The server caches them.
  /// - Parameter version: the name to repeat; nil if the version was not negotiated
  func fields(status: HTTPResponse.Status, version: String?, contentType: String) -> HTTPFields
  /// Appends the fields whose values differ in each response. Called once per response.
  func write(_ facts: ResponseFacts, to fields: inout FieldBlock)
  func entityTag(of body: [UInt8]) -> String
  /// The response fields that scripts in a browser may read.
  var readableFields: [HTTPField.Name] { get }
  /// The request fields that scripts in a browser may send, besides the usual ones.
  var requestFields: [HTTPField.Name] { get }

  var webhooks: any WebhookFormat { get }
}

/// Facts of the emulated service that apply before there is a server: defaults of settings, limits and host names.
public struct ServiceFacts: Sendable {
  /// The version for requests that specify none.
  public let defaultVersion: APIVersion
  public let rateLimit: RateLimitAllowance
  /// The requests whose bodies may be longer than the general limit.
  public let longBodies: [BodyLimitException]
  /// The host names of the service, for clients with a fixed host: such requests are served, and certificates name them.
  public let hostNames: [String]

  public init(
    defaultVersion: APIVersion, rateLimit: RateLimitAllowance, longBodies: [BodyLimitException] = [],
    hostNames: [String] = []
  ) {
    self.defaultVersion = defaultVersion
    self.rateLimit = rateLimit
    self.longBodies = longBodies
    self.hostNames = hostNames
  }
}

/// The number of requests that a workspace may send in a window of time.
public struct RateLimitAllowance: Sendable, Equatable {
  public let limit: Int
  public let windowSeconds: Int64

  public init(limit: Int, windowSeconds: Int64) {
    self.limit = limit
    self.windowSeconds = windowSeconds
  }
}

/// An authenticated caller.
public protocol Credential {
  var token: String { get }
  /// The name of the workspace that the token selects.
  var workspaceName: String { get }
  /// The id of the admin that the token belongs to; nil for the default admin.
  var adminID: String? { get }
  /// Throws 403 if the caller may not use an operation.
  func checkAccess(to operation: Operation) throws
}

/// The workspaces of a server, by name.
public protocol WorkspaceDirectory {
  /// Returns a workspace; nil if none with this name is in memory.
  func workspace(named name: String) -> Workspace?
  /// Creates the workspace if necessary.
  ///
  /// - Throws: 503 if the maximum number of workspaces is reached
  func openWorkspace(named name: String) throws -> Workspace
}

/// The reason why a request is rejected, independent of the operation.
public enum EdgeRefusal {
  case unknownVersion
  /// The operation does not exist in the version.
  case unavailableVersion
  case rateLimitExceeded(limit: Int, windowSeconds: Int64)
  /// The generic error of a status.
  case status(HTTPResponse.Status)
  /// The transport could not parse the request.
  case transport(RequestFailure)
}

/// The values of the header fields that differ in each response.
public struct ResponseFacts {
  public let requestID: String
  /// Processing time; nil if the request was not processed.
  public let microseconds: Int64?
  /// Nil if the response has no rate limit fields.
  public let rateLimitStatus: RateLimitStatus?
  /// Whether the request was sent to a host of the service.
  public let isServiceHost: Bool

  public init(
    requestID: String, microseconds: Int64? = nil, rateLimitStatus: RateLimitStatus? = nil, isServiceHost: Bool = false
  ) {
    self.requestID = requestID
    self.isServiceHost = isServiceHost
    self.microseconds = microseconds
    self.rateLimitStatus = rateLimitStatus
  }
}

/// The state of a rate limit after a request.
public struct RateLimitStatus {
  /// Requests per window.
  public let limit: Int
  /// Requests left in the window.
  public let remaining: Int
  /// End of the window, in seconds since 1970.
  public let reset: Int64

  public init(limit: Int, remaining: Int, reset: Int64) {
    self.limit = limit
    self.remaining = remaining
    self.reset = reset
  }
}
