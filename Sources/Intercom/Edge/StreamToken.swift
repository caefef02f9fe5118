import API
import HTTPMessage
import HTTPTypes
import JSON

/// A token in the URL of an event stream, for clients that cannot send header fields, such as `EventSource`.
///
/// An unsigned JSON Web Token: the mock has no secrets.
struct StreamToken {
  let token: String
  /// The channel that the client may read.
  let channel: String
  /// Number of earlier events to skip.
  let offset: Int
  /// In seconds since 1970, by the clock of the workspace.
  let expiresAt: Int64

  init(token: String, channel: String, offset: Int, expiresAt: Int64) {
    self.token = token
    self.channel = channel
    self.offset = offset
    self.expiresAt = expiresAt
  }

  /// Reads the token in the URL of a request; nil if the request is not for an event stream.
  init?(of request: Request) {
    guard request.method == .get, request.segments == ["event-stream"],
      let text = request.query.first(where: { $0.name == "accessToken" })?.value
    else { return nil }
    self.init(text)
  }

  /// Returns nil if the text is not a stream token.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Base64.decodeURLSafe(parts[1]),
      let claims = try? JSON(parsing: bytes),
      let token = claims["sub"]?.string, let channel = claims["channel"]?.string,
      let first = claims["first"]?.integer, let expiresAt = claims["exp"]?.integer
    else { return nil }
    self.init(token: token, channel: channel, offset: Int(clamping: first), expiresAt: expiresAt)
  }

  /// The token as text for a URL.
  var text: String {
    let claims: JSONObject = [
      "sub": .string(token), "channel": .string(channel), "first": .integer(Int64(offset)), "exp": .integer(expiresAt),
    ]
    return [#"{"alg":"none"}"#, JSON.object(claims).text].map { Base64.encodeURLSafe(Array($0.utf8)) + "." }
      .joined()
  }
}
