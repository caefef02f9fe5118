import API
import JSON
import Store

/// Attributes that a workspace defines for its contacts and companies.
enum CustomAttributes {
  enum Owner: String {
    case contact, company
  }

  /// Writes the members of a request's `custom_attributes` to a record; the others stay. All or nothing.
  static func write(_ json: JSON?, to record: inout Record, of owner: Owner, _ call: Call) throws {
    guard let json, !json.isNull else { return }
    guard let object = json.object else { throw APIError.parameterInvalid("custom_attributes must be an object") }
    var attributes = record["custom_attributes"].object ?? [:]
    for (name, value) in object { attributes[name] = value }
    record["custom_attributes"] = .json(.object(attributes))
  }
}
