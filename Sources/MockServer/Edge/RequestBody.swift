import API
import HTTPMessage
import JSON

/// Reads a request's body. Nothing and `[]` mean `{}`: some clients send them (clients.md).
public enum RequestBody {
  /// Throws `parameter_invalid` for what is no JSON object.
  public static func object(from bytes: [UInt8]) throws -> JSONObject {
    guard !bytes.isEmpty else { return [:] }
    do {
      let json = try JSON(parsing: bytes)
      if let object = json.object { return object }
      if json == .array([]) { return [:] }
      throw APIError.parameterInvalid("The request body must be a JSON object")
    } catch let error as JSONError {
      throw APIError.parameterInvalid(
        "The request body is not valid JSON: \(error.reason) at line \(error.line), column \(error.column)")
    }
  }
}

extension Substring {
  /// Without the spaces at either end, as elements of a field's list come.
  var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
