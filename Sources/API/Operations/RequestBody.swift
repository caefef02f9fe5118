import HTTPMessage
import HTTPTypes
import JSON

/// Parses request bodies. An empty body and `[]` mean `{}`, because some clients send them.
public enum RequestBody {
  /// Refuses a compressed body, instead of a message about invalid JSON (RFC 9110, 8.4).
  ///
  /// Unknown: whether Intercom accepts compressed bodies.
  /// - Throws: 415
  public static func checkCoding(of request: Request) throws {
    let codings = request.fields.values(for: .contentEncoding).filter { $0.lowercased() != "identity" && !$0.isEmpty }
    guard !codings.isEmpty else { return }
    var error = APIError(
      status: .unsupportedMediaType, code: "client_error",
      message: "The request body has the content coding \(codings.joined(separator: ", ")), which is not supported")
    error.hint = "send the body without Content-Encoding"
    throw error
  }

  /// Parses a request body. Throws `parameter_invalid` (400) if it is not a JSON object.
  /// - Parameter parsed: the value of the body, if it is parsed already
  public static func object(from bytes: [UInt8], parsed: Result<JSON, JSONError>? = nil) throws -> JSONObject {
    guard !bytes.isEmpty else { return [:] }
    do {
      let json = try parsed?.get() ?? JSON(parsing: bytes)
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
