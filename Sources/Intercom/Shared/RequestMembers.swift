import API
import JSON
import Store

/// Members of requests that several operations read alike.
extension Call {
  /// An id in the body, sent as text or number; nil when there is none. Throws `parameter_invalid` for anything else.
  func id(_ name: String, in object: JSONObject? = nil) throws -> String? {
    guard let json = (object ?? body)[name], !json.isNull else { return nil }
    guard let id = json.string ?? json.integral.map(String.init) else {
      throw APIError.parameterInvalid("\(name) must be an ID")
    }
    return id.isEmpty ? nil : id
  }

  /// A text in the body; nil when there is none. Throws `parameter_invalid` for anything else.
  func text(_ name: String) throws -> String? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let text = json.string else { throw APIError.parameterInvalid("\(name) must be a string") }
    return text
  }

  /// A flag in the body; nil when there is none. Throws `parameter_invalid` for anything else.
  func flag(_ name: String) throws -> Bool? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  /// A time in the body, in seconds; nil when there is none. Throws `parameter_invalid` for anything else.
  func time(_ name: String) throws -> Int64? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let time = json.integral ?? json.string.flatMap({ Int64($0) }), (0..<253_402_300_800).contains(time) else {
      throw APIError.parameterInvalid("\(name) must be a Unix timestamp in seconds")
    }
    return time
  }

  /// The admin that the body's `admin_id` names. Throws `parameter_not_found` without one, 404 for one who is not there.
  func admin() throws -> String {
    guard let admin = try Admins.adminID(from: body["admin_id"], in: self) else {
      throw APIError.parameterMissing("admin_id is a required parameter")
    }
    return admin
  }
}
