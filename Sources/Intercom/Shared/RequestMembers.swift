import API
import JSON
import Store

/// Reads request members that several operations have.
extension Call {
  /// Returns an id in the body, a string or a number; nil if it is missing or empty. Throws `parameter_invalid`
  /// for any other type.
  func id(_ name: String, in object: JSONObject? = nil) throws -> String? {
    guard let json = (object ?? body)[name], !json.isNull else { return nil }
    guard let id = json.string ?? json.integral.map(String.init) else {
      throw APIError.parameterInvalid("\(name) must be an ID")
    }
    return id.isEmpty ? nil : id
  }

  /// Returns a string in the body; nil if it is missing. Throws `parameter_invalid` for any other type.
  func text(_ name: String) throws -> String? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let text = json.string else { throw APIError.parameterInvalid("\(name) must be a string") }
    return text
  }

  /// Returns a boolean in the body; nil if it is missing. Throws `parameter_invalid` for any other type.
  func flag(_ name: String) throws -> Bool? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  /// Returns a Unix time in the body, in seconds; nil if it is missing. Throws `parameter_invalid` for any other value.
  func time(_ name: String) throws -> Int64? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let time = json.integral ?? json.string.flatMap({ Int64($0) }), (0..<253_402_300_800).contains(time) else {
      throw APIError.parameterInvalid("\(name) must be a Unix timestamp in seconds")
    }
    return time
  }

  /// Returns the body's `admin_id`. Throws `parameter_not_found` if it is missing, 404 if there is no such admin.
  func admin() throws -> String {
    guard let admin = try Admins.adminID(from: body["admin_id"], in: self) else {
      throw APIError.parameterMissing("admin_id is a required parameter")
    }
    return admin
  }
}
