import API
import HTTPMessage
import HTTPTypes
import JSON

/// Reads the token of a request.
enum Authentication {
  static let invalidToken = APIError(status: .unauthorized, code: "unauthorized", message: "Access Token Invalid")

  /// The token in the `Authorization` field: Bearer, or the user name of Basic. Returns nil if there is none.
  static func token(of request: Request) -> String? {
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

  /// Parses `Bearer` with a single space without a copy of the scheme; nil if there are more spaces.
  private static func bearerToken(in field: String) -> String? {
    let rest = field.utf8.dropFirst(7)
    guard let first = rest.first, first != UInt8(ascii: " ") else { return nil }
    return String(rest)
  }

  private static func basicUser(of credentials: String) -> String? {
    guard let bytes = Base64.decode(credentials) else { return nil }
    let user = String(decoding: bytes, as: UTF8.self).prefix { $0 != ":" }
    return user.isEmpty ? nil : String(user)
  }
}
