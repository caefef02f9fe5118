import HTTPMessage
import HTTPTypes

/// What a browser wants to hear before a page may call (the Fetch standard's CORS protocol).
enum CrossOrigin {
  static let fields: HTTPFields = [
    .accessControlAllowOrigin: "*",
    .accessControlExposeHeaders:
      "ETag, Intercom-Version, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
  ]

  /// What the answer to a preflight request, which needs no token, says beside the fields of every answer: a browser
  /// refuses an origin that is named twice.
  static func preflight(_ request: Request) -> [HTTPField] {
    let methods = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    let asked = request.fields[.accessControlRequestHeaders] ?? "Authorization, Content-Type, Intercom-Version"
    return [
      HTTPField(name: .allow, value: methods),
      HTTPField(name: .accessControlAllowMethods, value: methods),
      HTTPField(name: .accessControlAllowHeaders, value: asked),
      HTTPField(name: .accessControlMaxAge, value: "600"),
    ]
  }
}
