import API
import JSON
import Store

/// The values of a conversation's attributes.
extension ConversationAttributes {
  /// Writes the members of a request's `custom_attributes` to a conversation; the others stay. Gives a part for each
  /// that changed. All or nothing.
  ///
  /// Throws `parameter_invalid` for one that is not defined, and for a value that does not fit. Unknown: what null does;
  /// here it takes the value away.
  static func write(_ json: JSON?, to conversation: inout Record, _ call: Call) throws -> [Record] {
    guard let json, !json.isNull else { return [] }
    guard let object = json.object else { throw APIError.parameterInvalid("custom_attributes must be an object") }
    var attributes = conversation["custom_attributes"].object ?? [:]
    var parts: [Record] = []
    for (name, value) in object {
      if try CustomObjectReferences.write(value, name, to: &attributes, of: .conversation, call) { continue }
      guard let definition = defined(name, call.workspace) else {
        throw APIError.parameterInvalid("Custom attribute '\(name)' does not exist")
      }
      let (before, new) = (attributes[name] ?? .null, try checked(value, name, definition))
      if new.isNull { attributes.removeValue(forKey: name) } else { attributes[name] = new }
      if before != new { parts.append(part(name, before, new, call)) }
    }
    conversation["custom_attributes"] = .json(.object(attributes))
    return parts
  }

  /// Throws when two of the workspace's attributes have one name, whichever the request writes: it could mean either
  /// (errors.md, 2). They come from the product, or from a fixture. Unknown: the words.
  static func refuseTwins(_ call: Call) throws {
    guard let json = call.body["custom_attributes"], !json.isNull else { return }
    var names: Set<String> = []
    for attribute in call.workspace[model].all where attribute["archived"] != true {
      guard let name = attribute["name"].string, !names.insert(name).inserted else { continue }
      throw APIError.parameterInvalid(
        "There are several conversation attributes named '\(name)'; rename or archive all but one")
    }
  }

  static func defined(_ name: String, _ workspace: Workspace) -> Record? {
    workspace[model].records(in: "name", under: name).first { $0["archived"] != true }
  }

  static func part(_ name: String, _ before: JSON, _ new: JSON, _ call: Call) -> Record {
    var part = ConversationParts.new(
      "conversation_attribute_updated_by_admin", by: .bot(call.workspace), at: call.now)
    part["event_details"] = .json([
      "attribute": ["name": .string(name)],
      "value": [
        "name": .string(new.string ?? new.text),
        "previous": before.isNull ? .null : .string(before.string ?? before.text),
      ],
    ])
    return part
  }

  private static func checked(_ value: JSON, _ name: String, _ definition: Record) throws -> JSON {
    if value.isNull { return .null }
    let type = definition["data_type"].string ?? "string"
    guard let fitting = converted(value, type) else {
      throw APIError.parameterInvalid("Custom attribute '\(name)' must be \(expectation(type))")
    }
    guard type == "list" else { return fitting }
    let options = definition["options"].records.filter { $0["archived"] != true }
    guard let option = options.first(where: { $0.id == fitting.string || $0["label"].string == fitting.string }) else {
      let known = options.compactMap { $0["label"].string }.joined(separator: ", ")
      throw APIError.parameterInvalid("Custom attribute '\(name)' must be one of: \(known)")
    }
    return option["label"].stored ?? fitting
  }

  private static func converted(_ value: JSON, _ type: String) -> JSON? {
    switch type {
    case "integer": (value.integral ?? value.string.flatMap { Int64($0) }).map(JSON.integer)
    case "decimal":
      value.number != nil ? value : value.string.flatMap(Double.init).flatMap { $0.isFinite ? .number($0) : nil }
    case "boolean": value.boolean != nil ? value : ["true": true, "false": false][value.string ?? ""]
    case "datetime": (value.integral ?? value.string.flatMap { Int64($0) ?? ISOTime.seconds($0) }).map(JSON.integer)
    case "relationship", "files": value.array != nil ? value : nil
    default: value.string != nil ? value : value.number.map { _ in .string(value.text) }
    }
  }

  private static func expectation(_ type: String) -> String {
    switch type {
    case "integer": "an integer"
    case "decimal": "a number"
    case "boolean": "a boolean"
    case "datetime": "a Unix timestamp in seconds or an ISO 8601 date"
    case "relationship": "a list of IDs"
    case "files": "a list of files"
    default: "a string"
    }
  }
}
