import API
import HTTPMessage
import HTTPTypes
import JSON

/// Who asks: reads credentials and says why they are refused.
public enum Authentication {
  static let invalidToken = APIError(status: .unauthorized, code: "unauthorized", message: "Access Token Invalid")

  /// The token of a request: Bearer, or the user name of Basic; nil when there is none.
  public static func token(of request: Request) -> String? {
    guard let field = request.fields[.authorization] else { return nil }
    if field.hasPrefix("Bearer "), let token = bearerToken(in: field) { return token }
    guard let space = field.utf8.firstIndex(of: UInt8(ascii: " ")) else {
      return nil
    }
    let credentials = String(field.utf8[space...].drop { $0 == UInt8(ascii: " ") }) ?? ""
    let scheme = field[..<space]
    if scheme == "Bearer" || scheme.lowercased() == "bearer" { return credentials.isEmpty ? nil : credentials }
    return scheme.lowercased() == "basic" ? basicUser(of: credentials) : nil
  }

  /// What follows `Bearer` and one space, unless there are more of them.
  private static func bearerToken(in field: String) -> String? {
    let rest = field.utf8.dropFirst(7)
    guard let first = rest.first, first != UInt8(ascii: " ") else { return nil }
    return String(rest)
  }

  /// What a client that can send no fields has in the URL of a stream.
  static func streamPass(of request: Request) -> StreamToken? {
    guard request.method == .get, request.segments == ["event-stream"] else { return nil }
    return request.query.first { $0.name == "accessToken" }.flatMap { StreamToken($0.value) }
  }

  private static func basicUser(of credentials: String) -> String? {
    guard let bytes = Base64.decode(credentials) else { return nil }
    let user = String(decoding: bytes, as: UTF8.self).prefix { $0 != ":" }
    return user.isEmpty ? nil : String(user)
  }

  /// Why this token may not make this call; nil when it may.
  ///
  /// Unknown: the messages of `token_revoked` and `token_blocked`, and which scope each operation asks for.
  static func refusal(of token: AccessToken, for operation: Operation?) -> APIError? {
    let reads = operation?.isReadOnly ?? true
    switch token.refused {
    case .invalid: return invalidToken
    case .revoked: return APIError(status: .unauthorized, code: "token_revoked", message: "Access Token Revoked")
    case .suspended:
      return APIError(
        status: .unauthorized, code: "token_suspended", message: "Unauthorized token, suspended application")
    case .blocked: return APIError(status: .unauthorized, code: "token_blocked", message: "Access Token Blocked")
    case .noPlan:
      return APIError(status: .forbidden, code: "api_plan_restricted", message: "Active subscription needed.")
    case .readOnly: return reads ? nil : operation.map { missingScope($0.requiredScope) }
    case .noScope: return operation.map { missingScope($0.requiredScope) }
    case nil:
      guard let scopes = token.scopes, let operation, !scopes.contains(operation.requiredScope) else { return nil }
      return missingScope(operation.requiredScope)
    }
  }

  private static func missingScope(_ scope: String) -> APIError {
    APIError(
      status: .forbidden, code: "forbidden",
      message: "You do not have the required scope (\(scope)) to access this resource")
  }
}

extension Operation {
  /// Whether it changes nothing: searches read, though they are posted.
  var isReadOnly: Bool {
    method == .get || path.hasSuffix("/search") || path == "/companies/list"
  }

  /// The scope it needs, `read_conversations` in the one documented example: here `read_` or `write_` and the first
  /// literal of its path.
  var requiredScope: String {
    (isReadOnly ? "read_" : "write_") + (path.split(separator: "/").first.map(String.init) ?? "")
  }
}

/// What is known of an access token beforehand: `{token, workspace, admin_id, scopes, refused}`.
public struct AccessToken: Sendable {
  /// Why a token is turned away.
  public enum Refusal: String, Sendable, CaseIterable {
    case invalid, revoked, suspended, blocked
    case noPlan = "no-plan"
    case readOnly = "read-only"
    case noScope = "no-scope"
  }

  public var value: String
  /// The name of the workspace it opens; its own when nil.
  public var workspace: String?
  public var adminID: String?
  /// The scopes it carries; nil for all.
  public var scopes: [String]?
  public var refused: Refusal?

  public init(
    value token: String, workspace: String? = nil, adminID: String? = nil, scopes: [String]? = nil,
    refused: Refusal? = nil
  ) {
    self.value = token
    self.workspace = workspace
    self.adminID = adminID
    self.scopes = scopes
    self.refused = refused
  }

  /// Refused in every world, so that each failure is one token away.
  public static let refusedTokens = Refusal.allCases.map { AccessToken(value: $0.rawValue, refused: $0) }

  /// The tokens of an `access_tokens.json`. Throws `FixtureError`.
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
    self.value = token
    workspace = json["workspace"]?.string
    adminID = json["admin_id"]?.string ?? json["admin_id"]?.integer.map(String.init)
    scopes = json["scopes"]?.array?.compactMap(\.string)
  }
}
