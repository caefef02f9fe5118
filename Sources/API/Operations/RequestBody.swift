import JSON

/// Parses request bodies. An empty body and `[]` mean `{}`, because some clients send them.
public enum RequestBody {
  /// Parses a request body. Throws `parameter_invalid` (400) if it is not a JSON object.
  public static func object(from bytes: [UInt8]) throws -> JSONObject {
    guard !bytes.isEmpty else { return [:] }
    do {
      let json = try JSON(parsing: bytes)
      if let object = json.object { return object }
      if json == .array([]) { return [:] }
      throw APIError.parameterInvalid("The request body must be a JSON object")
    } catch let error as JSONError {
      throw Self.error(for: error)
    }
  }

  /// The error for a body that is not JSON.
  public static func error(for error: JSONError) -> APIError {
    .parameterInvalid(
      "The request body is not valid JSON: \(error.reason) at line \(error.line), column \(error.column)")
  }
}

extension Substring {
  /// Without leading and trailing spaces, for the elements of a list in a header field (RFC 9110, 5.6.1).
  public var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
