import API
import HTTPMessage
import HTTPTypes

/// The fields that let scripts of other origins call the server (CORS, Fetch standard).
struct CrossOrigin {
  private static let methods = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
  /// Maximum length of the requested fields that a preflight reply repeats.
  private static let requestedLimit = 1024

  private let readableFields: String
  private let requestFields: String

  init(edge: any Edge) {
    readableFields = edge.readableFields.map(\.rawName).joined(separator: ", ")
    requestFields = (["Authorization", "Content-Type"] + edge.requestFields.map(\.rawName)).joined(separator: ", ")
  }

  /// Appends the fields that let an origin read a response.
  func write(for origin: String, to fields: inout FieldBlock) {
    fields.append(.accessControlAllowOrigin, value: origin)
    fields.append(.accessControlExposeHeaders, value: readableFields)
    fields.append(.vary, value: "Origin")
  }

  /// The reply to a preflight request, which has no token. Without the fields of `write`, the browser does not send the
  /// request that it asks for.
  func preflightReply(to request: Request) -> Reply {
    var names = request.fields[.accessControlRequestHeaders] ?? requestFields
    if names.utf8.count > Self.requestedLimit { names = requestFields }
    let fields: HTTPFields = [
      .allow: Self.methods,
      .accessControlAllowMethods: Self.methods,
      .accessControlAllowHeaders: names,
      .accessControlMaxAge: "600",
    ]
    return Reply(status: .noContent, headerFields: Array(fields))
  }
}
