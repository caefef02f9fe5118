import API
import HTTPTypes
import JSON
import Store

/// Data attributes of contacts and companies, built in or defined by the workspace.
enum DataAttributes: Resource {
  static let operations: [Operation] = [
    .get("/data_attributes", id: "lisDataAttributes", handler: list),
    .post("/data_attributes", id: "createDataAttribute", handler: create),
    .put("/data_attributes/{id}", id: "updateDataAttribute", handler: update),
  ]

  /// The attributes that a workspace defined, in the recorded order of members. Built-in attributes are
  /// `StandardAttribute`s.
  static let model = Model(
    name: "data_attribute", collection: "data_attributes", ids: .integer(from: 1),
    notFound: Model.NotFound(code: "field_not_found", message: "We couldn't find that data attribute to update"),
    references: [Reference("admin_id", to: "admins"), Reference("segment_ids", to: "segments")],
    fields: [
      .integer("id"), .type("data_attribute"),
      .string("name", options: .indexed),
      .derived("full_name", from: fullName),
      .derived("label", from: label),
      .string("description", options: .sparse),
      .string("data_type", oneOf: types),
      // The options of a list attribute, whose type is shown as `string`.
      .array("options", options: .sparse, initial: nil),
      .boolean("api_writable", initial: true),
      .boolean("ui_writable", initial: false),
      .boolean("messenger_writable", initial: false),
      .constant("custom", value: true),
      .boolean("archived", initial: false),
      .string("admin_id"),
      .timestamp("created_at"),
      .timestamp("updated_at"),
      .string("model", oneOf: ["contact", "company"]),
      // The segments that use the attribute. It cannot be archived while there are any.
      .array("segment_ids", options: .hidden),
    ])

  static let types = ["string", "integer", "float", "boolean", "date", "datetime"]

  // MARK: Listing

  static func list(in call: Call) throws -> Reply {
    switch call.queryParameter("model") {
    case nil, "": .ok(listNode(of: attributes(of: "contact", in: call) + attributes(of: "company", in: call)))
    case "conversation": .ok(listNode(of: try conversationAttributes(in: call)))
    case let model? where model == "contact" || model == "company": .ok(listNode(of: attributes(of: model, in: call)))
    default: throw APIError.parameterInvalid("model must be either contact or company")
    }
  }

  private static func listNode(of attributes: [Node]) -> Node {
    .members(["type": "list", "data": .array(attributes)])
  }

  private static func attributes(of model: String, in call: Call) -> [Node] {
    let custom = call.workspace[Self.model].all.filter { $0["model"].string == model && isListed($0, in: call) }
    return StandardAttribute.attributes(of: model).map(\.node) + custom.map(Node.record)
  }

  private static func isListed(_ attribute: Record, in call: Call) -> Bool {
    attribute["archived"] != true || call.queryParameter("include_archived") == "true"
  }

  /// The attributes of conversations, which this operation lists up to 2.15: the custom ones are between the built-in
  /// ones of conversations and those of the AI agent (recorded).
  ///
  /// Unknown: whether a request without `model` listed them too; here only `model=conversation` does, because the
  /// description has no attribute with that model.
  private static func conversationAttributes(in call: Call) throws -> [Node] {
    guard !call.honours(.separatesConversationAttributes) else {
      throw APIError(
        status: .unprocessableContent, code: "parameter_invalid",
        message: "model=conversation is no longer supported. Use GET /conversations/attributes instead")
    }
    let attributes = call.workspace.collection(named: "conversation_attributes")?.all ?? []
    return StandardAttribute.conversationAttributes.map(\.node)
      + attributes.filter { isListed($0, in: call) }.map(conversationAttributeNode)
      + StandardAttribute.agentAttributes.map(\.node)
  }

  private static func conversationAttributeNode(for attribute: Record) -> Node {
    let type = attribute["data_type"].string ?? ""
    var object: JSONObject = [
      "id": attribute["id"].json ?? .null, "type": "data_attribute", "name": attribute["name"].json ?? .null,
      "full_name": .string("custom_attributes.\(attribute["name"].string ?? "")"),
      "label": attribute["name"].json ?? .null,
    ]
    if let text = attribute["description"].string, !text.isEmpty { object["description"] = .string(text) }
    object["data_type"] = types.contains(type) ? .string(type) : type == "decimal" ? "float" : "string"
    if let options = attribute["options"].json?.array, type == "list" {
      object["options"] = .array(options.compactMap { $0["label"] })
    }
    for (name, flag) in [
      ("api_writable", true), ("ui_writable", true), ("messenger_writable", false), ("custom", true),
    ] {
      object[name] = .boolean(flag)
    }
    for name in ["archived", "admin_id", "created_at", "updated_at"] {
      if let value = attribute[name].json, !value.isNull { object[name] = value }
    }
    object["model"] = "conversation"
    return .json(.object(object))
  }

  // MARK: Shared

  /// Returns the custom attribute with this name, or nil if there is none or it is archived.
  static func attribute(named name: String, of model: String, in call: Call) -> Record? {
    attribute(named: name, of: model, in: call.workspace)
  }

  private static func attribute(named name: String, of model: String, in workspace: Workspace) -> Record? {
    workspace[Self.model].records(in: "name", under: name).first {
      $0["model"].string == model && $0["archived"] != true
    }
  }

  /// Returns the data type of the custom attribute with this name; nil if there is none or it is archived.
  static func type(of name: String, model: String, in workspace: Workspace) -> String? {
    attribute(named: name, of: model, in: workspace)?["data_type"].string
  }

  /// Returns how searches compare a custom attribute; nil if it has no definition.
  static func searchKind(of name: String, model: String, in workspace: Workspace) -> SearchAttribute.Kind? {
    type(of: name, model: model, in: workspace).map(searchKind)
  }

  /// Returns how searches compare the values of a data type, also one of conversations and tickets.
  static func searchKind(ofType type: String) -> SearchAttribute.Kind {
    switch type {
    case "integer": .integer
    case "float", "decimal": .decimal
    case "boolean": .boolean
    case "date", "datetime": .time
    case "files", "relationship": .list
    default: .text
    }
  }

  private static func fullName(of attribute: Record, in call: Call) -> Node? {
    .string("custom_attributes.\(attribute["name"].string ?? "")")
  }

  private static func label(of attribute: Record, in call: Call) -> Node? {
    .string(attribute["name"].string)
  }
}

extension DataAttributes {
  static func create(in call: Call) throws -> Reply {
    let owner = try validatedOwner(call.body["model"])
    let name = try validatedName(in: call.body)
    try requireUnusedName(name, for: owner, in: call)
    let type = try validatedType(call.body["data_type"], in: call)
    var attribute = model.blank()
    attribute["model"] = .string(owner)
    attribute["name"] = .string(name)
    attribute["data_type"] = .string(type == "options" ? "string" : type)
    attribute["messenger_writable"] = .boolean(!call.honours(.closesAttributesToMessenger))
    try write(call.body, to: &attribute, isList: type == "options")
    attribute["id"] = .json(call.workspace.nextID(for: model))
    attribute["admin_id"] = .string(Admins.actorID(in: call))
    attribute["created_at"] = .integer(call.now)
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].insert(attribute)
    return .ok(attribute)
  }

  static func update(in call: Call) throws -> Reply {
    var attribute = try call.find(model)
    try write(call.body, to: &attribute, isList: !attribute["options"].isEmpty && call.body["options"] != nil)
    if let flag = try call.body.optional("archived", as: .boolean) {
      guard !flag || attribute["segment_ids"].strings.isEmpty else {
        throw APIError(
          status: .unprocessableContent, code: "data_invalid",
          message: "The Data Attribute you are trying to archive has a dependant object")
      }
      attribute["archived"] = .boolean(flag)
    }
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }

  /// Writes the members that both creation and update accept. A list attribute requires `options`; for any other
  /// attribute null and an empty list are ignored.
  private static func write(_ body: JSONObject, to attribute: inout Record, isList: Bool) throws {
    if body.contains(key: "description") {
      attribute["description"] = try body.optional("description", as: .string).map { .string($0) } ?? .absent
    }
    if let flag = try body.optional("messenger_writable", as: .boolean) {
      attribute["messenger_writable"] = .boolean(flag)
    }
    let options = body["options"] ?? .null
    if isList || !options.isNull && options != [] {
      try write(options: options.isNull ? [] : options, to: &attribute)
    }
  }

  // MARK: Checks

  private static func validatedOwner(_ json: JSON?) throws -> String {
    guard let text = json?.string, ["contact", "company"].contains(text) else {
      throw APIError.parameterInvalid("The Data Attribute model field must be either contact or company")
    }
    return text
  }

  /// Spaces and underscores are allowed too, because recorded names contain them.
  private static func validatedName(in body: JSONObject) throws -> String {
    guard let text = try body.required("name", as: .nonEmpty).string,
      text.allSatisfy({ $0.isLetter || $0.isNumber || $0.isCurrencySymbol || "-_ ".contains($0) })
    else {
      throw APIError.parameterInvalid(
        "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens")
    }
    return text
  }

  /// A name is unique across both models, and an archived attribute keeps its name.
  private static func requireUnusedName(_ name: String, for owner: String, in call: Call) throws {
    guard let existing = call.workspace[model].first(in: "name", under: name) else { return }
    func noun(for model: String?) -> String { model == "contact" ? "people" : "company" }
    throw APIError.parameterInvalid(
      "You already have '\(name)' in your \(noun(for: existing["model"].string)) data. "
        + "To save this as new \(noun(for: owner)) data, use a different name.")
  }

  private static func validatedType(_ json: JSON?, in call: Call) throws -> String {
    guard let text = json?.string, types.contains(text) || text == "options" && call.honours(.knowsOptionsType) else {
      throw APIError.parameterInvalid("Data Type isn't an option")
    }
    return text
  }

  /// Writes the options. Each is an object with `value` or, as the descriptions up to 2.13 document, a plain string.
  ///
  /// Throws `parameter_invalid` if the attribute is not of type string or there are fewer than two distinct options.
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
