import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Reads and validates the attribute values of tickets.
enum TicketAttributes {
  /// Returns the values that a request sets, each with its attribute, in the stored form.
  ///
  /// Throws `parameter_invalid` if the type has no such attribute, or if the value has another data type.
  static func validated(_ json: JSON?, for type: Record, in call: Call) throws -> [(definition: Record, value: JSON)] {
    guard let json, !json.isNull else { return [] }
    var object = try json.read(as: .object, orThrow: .parameterInvalid("ticket_attributes must be an object"))
    let definitions = activeAttributes(of: type, in: call)
    let references = try extractReferences(from: &object, besides: definitions, in: call)
    let unknown = object.keys.filter { name in !definitions.contains { $0["name"].string == name } }
    guard unknown.isEmpty else {
      throw APIError.parameterInvalid(
        "Extra attributes provided that are not found on ticket type: \(unknown.joined(separator: ", "))")
    }
    return try object.compactMap { name, value in
      guard let definition = definitions.first(where: { $0["name"].string == name }) else { return nil }
      return (definition, try TicketAttributeValue(definition: definition).validated(value, in: call))
    } + references
  }

  /// Removes references to custom objects from a request's values and returns them. Every ticket type accepts them.
  private static func extractReferences(
    from object: inout JSONObject, besides definitions: [Record], in call: Call
  ) throws -> [(definition: Record, value: JSON)] {
    var ids = JSONObject()
    var found: [(definition: Record, value: JSON)] = []
    for (name, value) in object where !definitions.contains(where: { $0["name"].string == name }) {
      guard try CustomObjectReferences.write(value, attribute: name, to: &ids, of: .ticket, in: call) else { continue }
      var definition = TicketTypeAttributes.model.blank()
      definition["id"] = .string(name)
      definition["name"] = .string(name)
      found.append((definition, ids[name] ?? .null))
    }
    for (definition, _) in found { object.removeValue(forKey: definition.id) }
    return found
  }

  /// Returns all values of a new ticket.
  ///
  /// Throws `parameter_invalid` if a required value is missing.
  static func initialValues(from json: JSON?, for type: Record, in call: Call) throws -> JSONObject {
    let values = try validated(json, for: type, in: call)
    var object = JSONObject()
    for (definition, value) in values { object[definition["name"].string ?? ""] = value }
    let isComplete = activeAttributes(of: type, in: call).allSatisfy { definition in
      definition["required_to_create"] != true || !(object[definition["name"].string ?? ""] ?? .null).isNull
    }
    guard isComplete else { throw APIError.parameterInvalid("Missing required ticket attributes") }
    return object
  }

  private static func activeAttributes(of type: Record, in call: Call) -> [Record] {
    TicketTypeAttributes.attributes(of: type, in: call).filter { $0["archived"] != true }
  }

  /// Returns the values that a ticket keeps in another type: those of attributes with the same name and data type.
  static func migratedValues(of ticket: Record, from old: Record, to new: Record, in call: Call) -> JSONObject {
    let before = TicketTypeAttributes.attributes(of: old, in: call)
    let after = activeAttributes(of: new, in: call)
    var migrated = JSONObject()
    for (name, value) in ticket["ticket_attributes"].object ?? [:] {
      guard let source = before.first(where: { $0["name"].string == name }),
        let target = after.first(where: { $0["name"].string == name }), source["data_type"] == target["data_type"]
      else { continue }
      migrated[name] = TicketAttributeValue(definition: target).migrated(value, from: source)
    }
    return migrated
  }

  /// Renames an attribute in the stored values of all tickets of a type.
  static func rename(_ old: String, to new: String, ofType type: String, in call: Call) {
    for ticket in call.workspace[Tickets.model].records(in: "ticket_type_id", under: type) {
      guard let values = ticket["ticket_attributes"].object, values.contains(key: old) else { continue }
      var changed = ticket
      changed["ticket_attributes"] = .json(.object(JSONObject(values.map { ($0 == old ? new : $0, $1) })))
      call.workspace[Tickets.model].replace(changed)
    }
  }

  /// The details of a new value, as a ticket part shows them.
  static func changeDetails(of definition: Record, value: JSON) -> JSON {
    let described = TicketAttributeValue(definition: definition).idAndLabel(of: value)
    return [
      "attribute": ["type": "attribute", "id": .string(definition.id), "label": definition["name"].json ?? .null],
      "value": ["type": "value", "id": described.id, "label": described.label],
    ]
  }
}

/// A value of a ticket, interpreted by the data type of its attribute.
struct TicketAttributeValue {
  private let definition: Record
  private let name: String
  private let type: String

  init(definition: Record) {
    self.definition = definition
    name = definition["name"].string ?? ""
    type = definition["data_type"].string ?? "string"
  }

  /// Returns a request's value in the stored form; null is returned unchanged.
  ///
  /// Throws `parameter_invalid`. Unknown: Intercom's wording.
  func validated(_ json: JSON, in call: Call) throws -> JSON {
    if json.isNull { return json }
    guard let value = type == "files" ? try files(from: json, in: call) : scalar(from: json) else {
      throw APIError.parameterInvalid("\(name) must be \(expectation)")
    }
    return value
  }

  private func scalar(from json: JSON) -> JSON? {
    switch type {
    case "string": json.string != nil ? json : json.number.map { _ in .string(json.text) }
    case "integer": json.asInteger.map(JSON.integer)
    case "decimal":
      json.number != nil ? json : json.string.flatMap(Double.init).flatMap { $0.isFinite ? .number($0) : nil }
    case "boolean": json.boolean != nil ? json : ["true": true, "false": false][json.string ?? ""]
    case "datetime": (json.asInteger ?? json.string.flatMap { ISO8601.seconds(from: $0) }).map(JSON.integer)
    default: TicketInputOptions.items(of: definition).first { $0.id == json.string }.map { .string($0.id) }
    }
  }

  private var expectation: String {
    switch type {
    case "string": "a string"
    case "integer": "an integer"
    case "decimal": "a number"
    case "boolean": "a boolean"
    case "datetime": "a Unix timestamp in seconds or an ISO 8601 date"
    case "files": "an array of URLs or files"
    default: "the id of one of its list items"
    }
  }

  // MARK: Files

  private func files(from json: JSON, in call: Call) throws -> JSON? {
    guard let items = json.array ?? json.string.map({ [.string($0)] }) ?? json.object.map({ [.object($0)] }) else {
      return nil
    }
    let files = items.compactMap(file)
    guard files.count == items.count else { return nil }
    guard files.count < 2 || definition["input_options"].object?["allow_multiple_values"] == true else {
      throw APIError.parameterInvalid("\(name) accepts only one file")
    }
    return .array(files)
  }

  /// Unknown: which members of a file are required; here `url`. The other members of an upload are optional.
  private func file(from json: JSON) -> JSON? {
    guard let url = json.string ?? json["url"]?.string, !url.isEmpty else { return nil }
    let name = url.split(separator: "/").last.map(String.init) ?? url
    return [
      "type": "upload", "name": .string(json["name"]?.string ?? name), "url": .string(url),
      "content_type": .string(json["content_type"]?.string ?? "application/octet-stream"),
      "filesize": .integer(json["filesize"]?.integral ?? 0), "width": .integer(json["width"]?.integral ?? 0),
      "height": .integer(json["height"]?.integral ?? 0),
    ]
  }

  // MARK: Showing and moving

  /// What a part shows of a value: item and label of a list, numbers and names of files, otherwise the string twice
  /// (recorded).
  func idAndLabel(of value: JSON) -> (id: JSON, label: JSON) {
    switch value {
    case .null: return (.null, "")
    case .array(let files):
      let names = files.map { $0["name"] ?? .string($0.string ?? "") }
      return (.array(names.indices.map { .integer(Int64($0 + 1)) }), .array(names))
    default:
      let text = value.string ?? value.text
      let item = TicketInputOptions.items(of: definition).first { $0.id == text }
      return (.string(text), .string(item?.label ?? text))
    }
  }

  /// Converts the value of another attribute to this one. List items are matched by label; null if there is no match.
  func migrated(_ value: JSON, from source: Record) -> JSON {
    guard type == "list" else { return value }
    let label = TicketInputOptions.items(of: source).first { $0.id == value.string }?.label
    let item = TicketInputOptions.items(of: definition).first { $0.label == label }
    return item.map { .string($0.id) } ?? .null
  }
}
