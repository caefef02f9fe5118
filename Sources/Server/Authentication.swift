import API
import HTTPMessage
import HTTPTypes

/// Who asks: reads credentials and says why they are refused.
public enum Authentication {
  static let invalid = APIError(status: .unauthorized, code: "unauthorized", message: "Access Token Invalid")

  /// The token of a request: Bearer, or the user name of Basic; nil when there is none.
  public static func token(of request: Request) -> String? {
    guard let field = request.fields[.authorization] else { return nil }
    if field.hasPrefix("Bearer "), let token = plain(field) { return token }
    guard let space = field.utf8.firstIndex(of: UInt8(ascii: " ")) else {
      return nil
    }
    let credentials = String(field.utf8[space...].drop { $0 == UInt8(ascii: " ") }) ?? ""
    let scheme = field[..<space]
    if scheme == "Bearer" || scheme.lowercased() == "bearer" { return credentials.isEmpty ? nil : credentials }
    return scheme.lowercased() == "basic" ? user(of: credentials) : nil
  }

  /// What follows `Bearer` and one space, unless there are more of them.
  private static func plain(_ field: String) -> String? {
    let rest = field.utf8.dropFirst(7)
    guard let first = rest.first, first != UInt8(ascii: " ") else { return nil }
    return String(rest)
  }

  /// What a client that can send no fields has in the URL of a stream.
  static func pass(of request: Request) -> StreamToken? {
    guard request.method == .get, request.segments == ["event-stream"] else { return nil }
    return request.query.first { $0.name == "accessToken" }.flatMap { StreamToken($0.value) }
  }

  private static func user(of credentials: String) -> String? {
    guard let bytes = Base64.decode(credentials) else { return nil }
    let user = String(decoding: bytes, as: UTF8.self).prefix { $0 != ":" }
    return user.isEmpty ? nil : String(user)
  }

  /// Why this token may not make this call; nil when it may.
  ///
  /// Unknown: the messages of `token_revoked` and `token_blocked`, and which scope each operation asks for.
  static func refusal(of token: Token, _ operation: Operation?) -> APIError? {
    let reads = operation?.reads ?? true
    switch token.refused {
    case .invalid: return invalid
    case .revoked: return APIError(status: .unauthorized, code: "token_revoked", message: "Access Token Revoked")
    case .suspended:
      return APIError(
        status: .unauthorized, code: "token_suspended", message: "Unauthorized token, suspended application")
    case .blocked: return APIError(status: .unauthorized, code: "token_blocked", message: "Access Token Blocked")
    case .noPlan:
      return APIError(status: .forbidden, code: "api_plan_restricted", message: "Active subscription needed.")
    case .readOnly: return reads ? nil : operation.map { lacks($0.scope) }
    case .noScope: return operation.map { lacks($0.scope) }
    case nil:
      guard let scopes = token.scopes, let operation, !scopes.contains(operation.scope) else { return nil }
      return lacks(operation.scope)
    }
  }

  private static func lacks(_ scope: String) -> APIError {
    APIError(
      status: .forbidden, code: "forbidden",
      message: "You do not have the required scope (\(scope)) to access this resource")
  }
}

extension Operation {
  /// Whether it changes nothing: searches read, though they are posted.
  var reads: Bool {
    method == .get || path.hasSuffix("/search") || path == "/companies/list"
  }

  /// The scope it needs, `read_conversations` in the one documented example: here `read_` or `write_` and the first
  /// literal of its path.
  var scope: String {
    (reads ? "read_" : "write_") + (path.split(separator: "/").first.map(String.init) ?? "")
  }
}
