import HTTPMessage
import HTTPTypes

/// What a browser wants to hear before a page may call (the Fetch standard's CORS protocol).
enum CrossOrigin {
  static let fields: HTTPFields = [
    .accessControlAllowOrigin: "*",
    .accessControlExposeHeaders:
      "ETag, Intercom-Version, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
  ]

  /// The answer to a preflight request; it needs no token.
  static func preflight(_ request: Request) -> Response {
    let asked = request.fields[.accessControlRequestHeaders] ?? "Authorization, Content-Type, Intercom-Version"
    let fields: HTTPFields = [
      .allow: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      .accessControlAllowHeaders: asked,
      .accessControlMaxAge: "600",
    ]
    return Response(status: .noContent, fields: Array(fields.merging(CrossOrigin.fields)))
  }
}
