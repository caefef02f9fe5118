import API
import HTTPTypes
import JSON
import Store

extension DataAttributes {
  static func create(_ call: Call) throws -> Reply {
    let owner = try owner(call.body["model"])
    let name = try name(call.body["name"])
    try refuseTaken(name, for: owner, call)
    let type = try type(call.body["data_type"], call)
    var attribute = model.blank()
    attribute["model"] = .string(owner)
    attribute["name"] = .string(name)
    attribute["data_type"] = .string(type == "options" ? "string" : type)
    attribute["messenger_writable"] = .boolean(!call.honours(.closesAttributesToMessenger))
    try write(call.body, to: &attribute, isList: type == "options")
    attribute["id"] = .json(call.workspace.nextID(for: model))
    attribute["admin_id"] = .string(Admins.actor(call))
    attribute["created_at"] = .integer(call.now)
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].insert(attribute)
    return .ok(attribute)
  }

  static func update(_ call: Call) throws -> Reply {
    var attribute = try call.find(model)
    try write(call.body, to: &attribute, isList: !attribute["options"].isEmpty && call.body["options"] != nil)
    if let flag = try flag("archived", call.body) {
      guard !flag || attribute["segment_ids"].strings.isEmpty else {
        throw APIError(
          .unprocessableContent, "data_invalid", "The Data Attribute you are trying to archive has a dependant object")
      }
      attribute["archived"] = .boolean(flag)
    }
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }

  /// What may be written on creation and later alike. A list needs options; none are no news to any other attribute.
  private static func write(_ body: JSONObject, to attribute: inout Record, isList: Bool) throws {
    if let description = body["description"] {
      guard description.isNull || description.string != nil else {
        throw APIError.parameterInvalid("description must be a string")
      }
      attribute["description"] = description.isNull ? .absent : .json(description)
    }
    if let flag = try flag("messenger_writable", body) { attribute["messenger_writable"] = .boolean(flag) }
    let options = body["options"] ?? .null
    if isList || !options.isNull && options != [] {
      try write(options: options.isNull ? [] : options, to: &attribute)
    }
  }

  private static func flag(_ name: String, _ body: JSONObject) throws -> Bool? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  // MARK: Checks

  private static func owner(_ json: JSON?) throws -> String {
    guard let text = json?.string, ["contact", "company"].contains(text) else {
      throw APIError.parameterInvalid("The Data Attribute model field must be either contact or company")
    }
    return text
  }

  /// Spaces and underscores pass too, as recorded names have them.
  private static func name(_ json: JSON?) throws -> String {
    guard let json, !json.isNull, json != "" else { throw APIError.parameterMissing("name is a required parameter") }
    guard let text = json.string,
      text.allSatisfy({ $0.isLetter || $0.isNumber || $0.isCurrencySymbol || "-_ ".contains($0) })
    else {
      throw APIError.parameterInvalid(
        "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens")
    }
    return text
  }

  /// A name is taken for both models at once, and an archived attribute keeps its own.
  private static func refuseTaken(_ name: String, for owner: String, _ call: Call) throws {
    guard let taken = call.workspace[model].first(in: "name", under: name) else { return }
    func noun(_ model: String?) -> String { model == "contact" ? "people" : "company" }
    throw APIError.parameterInvalid(
      "You already have '\(name)' in your \(noun(taken["model"].string)) data. "
        + "To save this as new \(noun(owner)) data, use a different name.")
  }

  private static func type(_ json: JSON?, _ call: Call) throws -> String {
    guard let text = json?.string, types.contains(text) || text == "options" && call.honours(.knowsOptionsType) else {
      throw APIError.parameterInvalid("Data Type isn't an option")
    }
    return text
  }

  /// Options are `{value}` or, as the descriptions up to 2.13 have it, plain texts.
  private static func write(options json: JSON, to attribute: inout Record) throws {
    guard let items = json.array else { throw APIError.parameterInvalid("Options isn't an array") }
    guard attribute["data_type"] == "string" else {
      throw APIError.parameterInvalid("Only an attribute of type string can have options")
    }
    var options: [String] = []
    var seen: Set<String> = []
    for item in items {
      let value = item["value"] ?? item
      guard let text = value.string ?? value.number.map({ _ in value.text }), !text.isEmpty else {
        throw APIError.parameterInvalid("Each option must have a value")
      }
      if seen.insert(text).inserted { options.append(text) }
    }
    guard options.count > 1 else {
      throw APIError.parameterInvalid("You must have at least two options on a list type data attribute")
    }
    attribute["options"] = .strings(options)
  }
}
