import HTTPMessage
import HTTPTypes

/// What a browser wants to hear before a page may call (the Fetch standard's CORS protocol).
enum CrossOrigin {
  static let fields: HTTPFields = [
    .accessControlAllowOrigin: "*",
    .accessControlExposeHeaders:
      "ETag, Intercom-Version, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
  ]

  /// What the answer to a preflight request says beside the fields that every answer has; it needs no token.
  static func preflight(_ request: Request) -> HTTPFields {
    [
      .allow: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      .accessControlAllowHeaders: request.fields[.accessControlRequestHeaders]
        ?? "Authorization, Content-Type, Intercom-Version",
      .accessControlMaxAge: "600",
    ]
  }
}
