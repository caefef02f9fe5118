import API
import HTTPTypes
import JSON

/// An access token and what it permits.
public struct AccessToken: Credential, Sendable {
  /// Why requests with the token are refused.
  public enum Refusal: String, Sendable, CaseIterable {
    case invalid, revoked, suspended, blocked
    case noPlan = "no-plan"
    case readOnly = "read-only"
    case noScope = "no-scope"
  }

  public var token: String
  /// The name of the workspace that the token opens; nil if it is the token itself.
  public var workspace: String?
  public var adminID: String?
  /// The granted scopes; nil for all scopes.
  public var scopes: [String]?
  public var refused: Refusal?

  public init(
    token: String, workspace: String? = nil, adminID: String? = nil, scopes: [String]? = nil,
    refused: Refusal? = nil
  ) {
    self.token = token
    self.workspace = workspace
    self.adminID = adminID
    self.scopes = scopes
    self.refused = refused
  }

  /// One token for each refusal, valid in every workspace: `Authorization: Bearer revoked`.
  public static let refusedTokens = Refusal.allCases.map { AccessToken(token: $0.rawValue, refused: $0) }

  public var workspaceName: String { workspace ?? token }

  /// Parses `access_tokens.json`: an array of `{token, workspace, admin_id, scopes, refused}`. Throws `FixtureError`.
  public static func parse(_ file: FixtureLoader.File) throws -> [AccessToken] {
    do {
      return try JSON.parseArrayWithLines(from: file.bytes).map {
        try AccessToken(json: $0.value, line: $0.line, file: file)
      }
    } catch let error as JSONError {
      throw FixtureError(file: file.path, line: error.line, reason: error.reason)
    }
  }

  private init(json: JSON, line: Int, file: FixtureLoader.File) throws {
    func invalid(field: String, reason: String) -> FixtureError {
      FixtureError(file: file.path, line: line, record: json["token"]?.string, field: field, reason: reason)
    }
    guard let token = json["token"]?.string, !token.isEmpty else {
      throw invalid(field: "token", reason: "expected a string")
    }
    let reason = json["refused"] ?? .null
    refused = reason.string.flatMap(Refusal.init)
    guard reason.isNull || refused != nil else {
      throw invalid(
        field: "refused", reason: "expected one of \(Refusal.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.token = token
    workspace = json["workspace"]?.string
    adminID = json["admin_id"]?.string ?? json["admin_id"]?.integer.map(String.init)
    scopes = json["scopes"]?.array?.compactMap(\.string)
  }
}

extension AccessToken {
  /// Throws 401 if the token is not valid for any operation.
  ///
  /// Unknown: the messages of `token_revoked` and `token_blocked`.
  func checkValidity() throws {
    switch refused {
    case .invalid: throw Authentication.invalidToken
    case .revoked: throw Self.unauthorized(code: "token_revoked", message: "Access Token Revoked")
    case .suspended:
      throw Self.unauthorized(code: "token_suspended", message: "Unauthorized token, suspended application")
    case .blocked: throw Self.unauthorized(code: "token_blocked", message: "Access Token Blocked")
    case .noPlan, .readOnly, .noScope, nil: break
    }
  }

  /// Throws 403 if the plan of the workspace does not include the API.
  func checkPlan() throws {
    guard refused == .noPlan else { return }
    throw APIError(status: .forbidden, code: "api_plan_restricted", message: "Active subscription needed.")
  }

  /// Unknown: which scope each operation requires.
  public func checkAccess(to operation: Operation) throws {
    try checkPlan()
    let isAllowed =
      switch refused {
      case .readOnly: operation.isReadOnly
      case .noScope: false
      default: scopes?.contains(operation.requiredScope) ?? true
      }
    guard !isAllowed else { return }
    throw APIError(
      status: .forbidden, code: "forbidden",
      message: "You do not have the required scope (\(operation.requiredScope)) to access this resource")
  }

  private static func unauthorized(code: String, message: String) -> APIError {
    APIError(status: .unauthorized, code: code, message: message)
  }
}

extension Operation {
  /// `read_` or `write_` and the first segment of the path, as in the one documented example, `read_conversations`.
  fileprivate var requiredScope: String {
    (isReadOnly ? "read_" : "write_") + (path.split(separator: "/").first.map(String.init) ?? "")
  }
}

/// The tokens that are accepted or refused.
final class AccessTokens {
  private static let issuedLimit = 10_000

  private var tokens: [String: AccessToken] { didSet { last = nil } }
  /// The tokens that OAuth issued, oldest first.
  private var issued: [String] = []
  private let onlyListed: Bool
  /// The tokens of `access_tokens.json`, if only they are accepted.
  private let listed: Set<String>
  /// The token of the last request: most requests of a test run use the same one.
  private var last: (token: String, credential: any Credential)?

  init(_ tokens: [AccessToken], onlyListed: Bool) {
    self.tokens = Dictionary((AccessToken.refusedTokens + tokens).map { ($0.token, $0) }) { _, last in last }
    self.onlyListed = onlyListed
    listed = onlyListed ? Set(tokens.map(\.token)) : []
  }

  /// Whether a token may use the control plane: if only listed tokens are accepted, it must be one of them. The default
  /// token, the preset ones and those of OAuth do not suffice, because anyone knows or gets them.
  func acceptsControl(_ token: String?) -> Bool {
    !onlyListed || token.map(listed.contains) ?? false
  }

  /// Throws 401 if the token is unknown and only listed ones are accepted, or if it is refused.
  func credential(for token: String) throws -> any Credential {
    if let last, last.token == token { return last.credential }
    let credential: any Credential = try accessToken(for: token)
    last = (token, credential)
    return credential
  }

  /// Throws as `credential(for:)` does.
  func accessToken(for token: String) throws -> AccessToken {
    guard let known = tokens[token] else {
      guard !onlyListed || token == IntercomEdge.defaultToken else { throw Authentication.invalidToken }
      return AccessToken(token: token)
    }
    try known.checkValidity()
    return known
  }

  /// The workspace that a token opens, whether it is accepted or not.
  func workspaceName(of token: String) -> String {
    tokens[token]?.workspace ?? token
  }

  /// Adds a token that OAuth issued. Deletes the oldest one if there are too many.
  func issue(_ token: String, for workspace: String) {
    if issued.count >= Self.issuedLimit { tokens[issued.removeFirst()] = nil }
    issued.append(token)
    tokens[token] = AccessToken(token: token, workspace: workspace)
  }

  /// Revokes a token that OAuth issued. Returns false for any other token.
  func revoke(_ token: String) -> Bool {
    guard issued.contains(token), let workspace = tokens[token]?.workspace else { return false }
    tokens[token] = AccessToken(token: token, workspace: workspace, refused: .revoked)
    return true
  }

  /// Refuses the tokens that OAuth issued from now on: unknown, they would open workspaces of their own.
  func invalidateIssued() {
    for token in issued { tokens[token] = AccessToken(token: token, refused: .invalid) }
  }
}
