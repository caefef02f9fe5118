import API
import HTTPMessage
import JSON
import Server

extension RequestPattern {
  /// How a match is given, by faults and by whoever verifies.
  static let members: [Shape.Member] = [
    .optional("method", .string()), .optional("path", .noted(.string(), "exact, or with * for anything")),
    .optional("operation", .noted(.string(), "as GET /_mock/operations names it")),
    .optional("version", .string(oneOf: APIVersion.allCases.map(\.name))), .optional("query", .map(of: .string())),
    .optional("body", .noted(.anyObject, "members that the body must have")),
  ]

  private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

  /// A match that fits its shape. Throws 400 for an operation or a method that there is not.
  init(_ json: JSONObject, _ catalogue: Catalogue) throws {
    self.init()
    method = json["method"]?.string?.uppercased()
    path = json["path"]?.string
    version = json["version"]?.string
    if let method, !Self.methods.contains(method) {
      throw APIError(
        status: .badRequest, code: "parameter_invalid",
        message: "match.method must be \(Self.methods.joined(separator: ", "))",
        field: "match.method")
    }
    query = json["query"]?.object?.map { QueryItem(name: $0.key, value: $0.value.string ?? "") } ?? []
    body = json["body"]
    if let path, !path.hasPrefix("/"), !path.hasPrefix("*") {
      throw APIError(
        status: .badRequest, code: "parameter_invalid", message: "match.path must start with / or *",
        field: "match.path")
    }
    if let name = json["operation"]?.string {
      operation = catalogue.operations.first { $0.id.lowercased() == name.lowercased() }?.id
      guard operation == nil else { return }
      throw APIError(
        status: .badRequest, code: "parameter_invalid",
        message: "match.operation: there is no \(name); GET /_mock/operations lists what there is",
        field: "match.operation"
      )
    }
  }
}
