import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// The edge of the Intercom API: what all its responses have in common.
public final class IntercomEdge: Edge {
  /// The token that is always valid. Requests to `/_mock` without a token address its workspace.
  public static let defaultToken = "test-token"

  public let serviceName = "Intercom"
  public let facts = ServiceFacts.intercom
  public let webhooks: any WebhookFormat = IntercomWebhooks()
  private let tokens: AccessTokens
  private let oauth: OAuth
  private var requestIDs: RequestIDGenerator

  /// - Parameters:
  ///   - tokens: the known tokens
  ///   - onlyListedTokens: whether unknown tokens are refused; if not, each opens a workspace with its own name
  ///   - seed: the seed of request ids and issued tokens
  public init(tokens: [AccessToken] = [], onlyListedTokens: Bool = false, seed: UInt64 = 1) {
    self.tokens = AccessTokens(tokens, onlyListed: onlyListedTokens)
    oauth = OAuth(tokens: self.tokens, seed: seed)
    requestIDs = RequestIDGenerator(seed: seed)
  }

  // MARK: Credentials

  public func authenticate(_ request: Request) throws -> any Credential {
    guard let token = Authentication.token(of: request) ?? StreamToken(of: request)?.token else {
      throw Authentication.invalidToken
    }
    return try tokens.credential(for: token)
  }

  public func token(of request: Request) -> String? {
    Authentication.token(of: request)
  }

  public func acceptsControl(_ request: Request) -> Bool {
    tokens.acceptsControl(Authentication.token(of: request))
  }

  public func refusesCredentials(of request: Request) -> Bool {
    guard !OAuth.isServed(request) else { return false }
    return (try? authenticate(request)) == nil
  }

  public func workspaceName(for request: Request) -> String {
    tokens.workspaceName(of: Authentication.token(of: request) ?? Self.defaultToken)
  }

  public var defaultWorkspaceName: String { tokens.workspaceName(of: Self.defaultToken) }

  public func reply(to request: Request, in workspaces: any WorkspaceDirectory) throws -> Reply? {
    try oauth.reply(to: request, in: workspaces)
  }

  public func invalidateIssuedTokens() {
    tokens.invalidateIssued()
  }

  // MARK: Negotiation

  public func negotiateVersion(
    of request: Request, default version: APIVersion
  ) -> (name: String, version: APIVersion?) {
    VersionNegotiation.negotiate(request, default: version)
  }

  public func checkAccept(of request: Request, contentType: String) throws {
    guard AcceptHeader.allows(contentType, in: request) else { throw AcceptHeader.notAcceptable }
  }

  public func deviations(in request: Request) -> [String] {
    (request.fields[.intercomVersion] ?? "").isEmpty ? ["Intercom-Version is missing"] : []
  }

  // MARK: Responses

  public func nextRequestID() -> String {
    requestIDs.next()
  }

  public func error(for refusal: EdgeRefusal) -> APIError {
    GeneralErrors.error(for: refusal)
  }

  public func body(of error: APIError, requestID: String) -> [UInt8] {
    ErrorRenderer.body(of: error, requestID: requestID)
  }

  public var errorSchema: JSONObject { ErrorRenderer.schema }

  public func fields(status: HTTPResponse.Status, version: String?, contentType: String) -> HTTPFields {
    EdgeFields.fields(status: status, version: version, contentType: contentType)
  }

  public func write(_ facts: ResponseFacts, to fields: inout FieldBlock) {
    EdgeFields.write(facts, to: &fields)
  }

  public func entityTag(of body: [UInt8]) -> String {
    EntityTag.tag(of: body)
  }

  public var readableFields: [HTTPField.Name] {
    [.eTag, .intercomVersion, .requestID, .rateLimitLimit, .rateLimitRemaining, .rateLimitReset]
  }

  public var requestFields: [HTTPField.Name] { [.intercomVersion] }
}

extension ServiceFacts {
  public static let intercom = ServiceFacts(
    // Most clients send no version (Documentation.docc/Clients.md, "Official libraries").
    defaultVersion: .v2_14,
    // 10,000 requests per minute (Documentation.docc/Rate-Limits.md, "Limits and windows").
    rateLimit: RateLimitAllowance(limit: 1667, windowSeconds: 10),
    longBodies: [
      // A catalog part has at most 99 MB; a larger one is read as well, because the refusal is Intercom's
      // (Documentation.docc/Data-and-Other-Resources.md, "Other rules").
      BodyLimitException(prefix: "/ecommerce/connectors/", suffix: "/catalog", bytes: 134_217_728)
    ],
    // US, EU and Australia (Documentation.docc/Requests-and-Responses.md, "Hosts and tokens"), and the consent page
    // (Documentation.docc/Requests-and-Responses.md, "OAuth").
    hostNames: [
      "api.intercom.io", "api.eu.intercom.io", "api.au.intercom.io", "app.intercom.com", "app.intercom.io",
    ])
}
