import API
import JSON
import Store
import TimeZones

/// Custom attributes: attributes that a workspace defines for contacts and companies.
enum CustomAttributes {
  enum Owner: String {
    case contact, company
  }

  /// Writes the members of a request's `custom_attributes` to a record; other attributes are unchanged. Writes nothing
  /// if it throws.
  ///
  /// Throws `parameter_invalid` if an attribute is not defined or a value does not fit its definition. Unknown: whether
  /// null is stored; here it removes the attribute.
  static func write(_ json: JSON?, to record: inout Record, of owner: Owner, in call: Call) throws {
    guard let json, !json.isNull else { return }
    let object = try json.read(as: .object, orThrow: .parameterInvalid("custom_attributes must be an object"))
    var attributes = record["custom_attributes"].object ?? [:]
    for (name, value) in object {
      if let owner = CustomObjectReferences.Owner(rawValue: owner.rawValue),
        try CustomObjectReferences.write(value, attribute: name, to: &attributes, of: owner, in: call)
      {
        continue
      }
      guard let definition = DataAttributes.attribute(named: name, of: owner.rawValue, in: call) else {
        throw APIError.parameterInvalid("Custom attribute '\(name)' does not exist")
      }
      if value.isNull {
        attributes.removeValue(forKey: name)
      } else {
        attributes[name] = try validated(value, name: name, definition: definition)
      }
    }
    record["custom_attributes"] = .json(.object(attributes))
  }

  /// Returns the value in the stored form: numbers, booleans and times may be sent as strings.
  ///
  /// Unknown: Intercom's wording for a value of another type or outside the options.
  private static func validated(_ value: JSON, name: String, definition: Record) throws -> JSON {
    let type = definition["data_type"].string ?? "string"
    guard let fitting = converted(value, to: type) else {
      throw APIError.parameterInvalid("Custom attribute '\(name)' must be \(expectation(forType: type))")
    }
    if let options = definition["options"].array, !options.contains(fitting) {
      let known = options.compactMap(\.string).joined(separator: ", ")
      throw APIError.parameterInvalid("Custom attribute '\(name)' must be one of: \(known)")
    }
    return fitting
  }

  private static func converted(_ value: JSON, to type: String) -> JSON? {
    switch type {
    case "string": value.string != nil ? value : value.number.map { _ in .string(value.text) }
    case "integer": value.asInteger.map(JSON.integer)
    case "float": value.number != nil ? value : value.string.flatMap(Double.init).flatMap(finite)
    case "boolean": value.boolean != nil ? value : ["true": true, "false": false][value.string ?? ""]
    default: (value.asInteger ?? value.string.flatMap { ISO8601.seconds(from: $0) }).map(JSON.integer)
    }
  }

  private static func finite(_ number: Double) -> JSON? {
    number.isFinite ? .number(number) : nil
  }

  private static func expectation(forType type: String) -> String {
    switch type {
    case "string": "a string"
    case "integer": "an integer"
    case "float": "a number"
    case "boolean": "a boolean"
    default: "a Unix timestamp in seconds or an ISO 8601 date"
    }
  }
}
