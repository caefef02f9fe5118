import API
import HTTPTypes
import JSON

/// What a request may say of a data connector.
enum DataConnectorRequest {
  private static let audiences = ["leads", "users", "visitors"]
  private static let inputTypes = ["string", "integer", "decimal", "boolean"]

  static func invalid(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }

  /// What the vocabulary refuses with 400 these operations refuse with 422.
  @discardableResult
  static func refusingAsInvalid<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as APIError where error.status == .badRequest {
      throw invalid(error.message ?? "")
    }
  }

  /// The body, its lists as they are kept. Throws 422.
  static func checked(_ body: JSONObject) throws -> JSONObject {
    var body = body
    // A name is asked for by those who need one; null leaves the other members as they start.
    if let json = body["state"], !["draft", "live"].contains(json.string) {
      throw invalid("Invalid state. Must be one of: draft, live")
    }
    if let json = body["http_method"], !["get", "post", "put", "delete", "patch"].contains(json.string) {
      throw invalid("Http Method isn't an option")
    }
    if let json = body["audiences"] {
      guard json.array?.allSatisfy({ audiences.contains($0.string ?? "") }) ?? false else {
        throw invalid("Invalid audiences. Must be a subset of: \(audiences.joined(separator: ", "))")
      }
    }
    if let json = body["token_ids"] { body["token_ids"] = .array(try ids(json)) }
    if let json = body["headers"] { body["headers"] = .array(try objects(json, "headers").map(header)) }
    if let json = body["data_inputs"] { body["data_inputs"] = .array(try objects(json, "data_inputs").map(input)) }
    return body
  }

  private static func objects(_ json: JSON, _ name: String) throws -> [JSONObject] {
    guard let items = json.array else { throw invalid("\(name) must be an array") }
    return try items.map { item in
      guard let object = item.object else { throw invalid("each of \(name) must be an object") }
      return object
    }
  }

  private static func ids(_ json: JSON) throws -> [JSON] {
    guard let items = json.array else { throw invalid("token_ids must be an array") }
    return try items.map { item in
      guard let id = item.string ?? item.integral.map(String.init) else { throw invalid("token_ids must be strings") }
      return .string(id)
    }
  }

  private static func header(_ object: JSONObject) throws -> JSON {
    guard let name = object["name"]?.string, !name.isEmpty, let value = object["value"]?.string else {
      throw invalid("each of headers must have a name and a value")
    }
    return ["name": .string(name), "value": .string(value)]
  }

  private static func input(_ object: JSONObject) throws -> JSON {
    guard let name = object["name"]?.string, !name.isEmpty, let type = object["type"]?.string, inputTypes.contains(type)
    else { throw invalid("each of data_inputs must have a name and a type of \(inputTypes.joined(separator: ", "))") }
    for name in ["description", "default_value"] where !(object[name] ?? "").isText {
      throw invalid("\(name) of data_inputs must be a string")
    }
    guard let isRequired = (object["required"] ?? false).boolean else {
      throw invalid("required of data_inputs must be a boolean")
    }
    return [
      "name": .string(name), "type": .string(type), "description": object["description"] ?? .null,
      "required": .boolean(isRequired), "default_value": .string(object["default_value"]?.string ?? ""),
    ]
  }
}

extension JSON {
  /// Whether it is a text, or null in the place of one.
  fileprivate var isText: Bool { isNull || string != nil }
}
