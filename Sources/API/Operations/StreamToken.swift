import JSON

/// Lets in a client that can send no header fields, such as a browser's `EventSource`: its token, and what for, in a
/// URL. An unsigned JSON Web Token, for nothing here is secret.
public struct StreamToken {
  public let token: String
  /// What may be listened to.
  public let channel: String
  /// How much of it was said before, and is not repeated.
  public let offset: Int
  /// In seconds since 1970, by the workspace's clock.
  public let expiresAt: Int64

  public init(token: String, channel: String, offset: Int, expiresAt: Int64) {
    self.token = token
    self.channel = channel
    self.offset = offset
    self.expiresAt = expiresAt
  }

  /// Nil for what is no such pass.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Base64.decodeURLSafe(parts[1]),
      let claims = try? JSON(parsing: bytes),
      let token = claims["sub"]?.string, let channel = claims["channel"]?.string,
      let first = claims["first"]?.integer, let expiresAt = claims["exp"]?.integer
    else { return nil }
    self.init(token: token, channel: channel, offset: Int(clamping: first), expiresAt: expiresAt)
  }

  /// As it stands in a URL.
  public var text: String {
    let claims: JSONObject = [
      "sub": .string(token), "channel": .string(channel), "first": .integer(Int64(offset)), "exp": .integer(expiresAt),
    ]
    return [#"{"alg":"none"}"#, JSON.object(claims).text].map { Base64.encodeURLSafe(Array($0.utf8)) + "." }
      .joined()
  }
}
