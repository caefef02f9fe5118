import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Conversation attributes: the custom attributes that a workspace defines for its conversations
/// (Documentation.docc/Conversations-and-Tickets.md, "Conversation attributes").
enum ConversationAttributes: Resource {
  static let deferredTasks = [builtInAddition]

  static let operations: [Operation] = [
    .get("/conversations/attributes", id: "listConversationAttributes", handler: list, available: .since(.v2_16)),
    .post("/conversations/attributes", id: "createConversationAttribute", handler: create, available: .since(.v2_16)),
    .get(
      "/conversations/attributes/{id}", id: "getConversationAttribute", handler: retrieve, available: .since(.v2_16)),
    .put(
      "/conversations/attributes/{id}", id: "updateConversationAttribute", handler: update, available: .since(.v2_16)),
    .delete(
      "/conversations/attributes/{id}", id: "deleteConversationAttribute", handler: delete, available: .since(.v2_16)),
    .post(
      "/conversations/attributes/{id}/options", id: "createConversationAttributeOption", handler: addOption,
      available: .since(.v2_16)),
    .put(
      "/conversations/attributes/{id}/options/{option_id}", id: "updateConversationAttributeOption",
      handler: renameOption,
      available: .since(.v2_16)),
    .delete(
      "/conversations/attributes/{id}/options/{option_id}", id: "deleteConversationAttributeOption",
      handler: archiveOption,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "conversation_attribute", collection: "conversation_attributes", ids: .integer(from: 1),
    notFound: Model.NotFound(code: "conversation_attribute_not_found", message: "Conversation attribute not found"),
    references: [Reference("admin_id", to: "admins"), Reference("visible_to_team_ids", to: "teams")],
    fields: [
      .type("conversation_attribute"), .integer("id"), .string("name", options: [.writable, .required, .indexed]),
      .string("description", options: .writable, initial: ""), .string("data_type", initial: "string", oneOf: types),
      .boolean("required", options: .writable, initial: false), .array("visible_to_team_ids", options: .writable),
      .boolean("archived", initial: false), .timestamp("created_at", options: .ordered), .timestamp("updated_at"),
      .string("admin_id"), .boolean("multiline", options: .sparse),
      .models("options", of: option, options: .sparse, initial: nil),
      .object("reference", options: .sparse, initial: nil),
      // The value of a new conversation.
      .any("initial", options: .hidden),
    ])

  static let option = Model(
    name: "conversation_attribute_option",
    fields: [.string("id"), .string("label"), .boolean("archived", initial: false)])

  static let types = ["string", "integer", "list", "decimal", "boolean", "datetime", "relationship", "files"]

  /// Newest first (as in the description's example).
  static let listing = Listing.unpaged(order: ListOrder(name: "created_at", descending: true))

  // MARK: Behaviour

  static func list(in call: Call) throws -> Reply {
    let showsArchived = call.queryParameter("include_archived") == "true"
    let all = call.workspace[model].page(orderedBy: listing.order, from: .offset(0), limit: .max)
    return try listing.reply(with: all.filter { showsArchived || $0["archived"] != true }, in: call)
  }

  static func create(in call: Call) throws -> Reply {
    let type = try call.body.required(
      "data_type", as: .any, missing: parameterInvalid(message: "data_type is required"))
    guard let name = type.string, types.contains(name) else {
      throw parameterInvalid(
        message: "data_type '\(type.string ?? type.text)' is not valid. Allowed types: \(types.joined(separator: ", "))"
      )
    }
    var attribute = try model.makeRecord(from: call.body, in: call)
    attribute["data_type"] = .string(name)
    attribute["admin_id"] = .string(Admins.actorID(in: call))
    try checkNameAndTeams(of: attribute, in: call)
    try writeTypeSpecificMembers(of: call.body, to: &attribute, in: call)
    call.workspace[model].insert(attribute)
    return .ok(attribute)
  }

  static func update(in call: Call) throws -> Reply {
    var attribute = try call.find(model)
    if call.body["name"]?.isNull ?? false { throw parameterInvalid(message: "name is required") }
    try model.write(call.body, to: &attribute, in: call)
    try checkNameAndTeams(of: attribute, in: call)
    try writeTypeSpecificMembers(of: call.body, to: &attribute, in: call)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }

  /// Archives the attribute and returns it.
  static func delete(in call: Call) throws -> Reply {
    var attribute = try call.find(model)
    attribute["archived"] = true
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }

  // MARK: Shared

  /// The error 422 `parameter_invalid`, the status that these operations document.
  static func parameterInvalid(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "parameter_invalid", message: message)
  }

  private static func checkNameAndTeams(of attribute: Record, in call: Call) throws {
    guard let name = attribute["name"].string, !name.isEmpty else {
      throw parameterInvalid(message: "name is required")
    }
    let duplicates = call.workspace[model].records(in: "name", under: name)
    guard !duplicates.contains(where: { $0.id != attribute.id && $0["archived"] != true }) else {
      throw parameterInvalid(message: "An attribute named '\(name)' already exists")
    }
    try checkTeams(of: attribute, in: call)
  }

  private static func checkTeams(of attribute: Record, in call: Call) throws {
    for team in attribute["visible_to_team_ids"].array ?? [] {
      guard let id = team.string, call.workspace[Teams.model][id] != nil else {
        throw parameterInvalid(message: "visible_to_team_ids must be IDs of teams")
      }
    }
  }

  /// Writes the members that only attributes of one type have: `multiline`, `options`, `reference`.
  private static func writeTypeSpecificMembers(of body: JSONObject, to attribute: inout Record, in call: Call) throws {
    switch attribute["data_type"].string {
    case "string":
      let flag = try body.optional(
        "multiline", as: .boolean, invalid: parameterInvalid(message: "multiline must be a boolean"))
      attribute["multiline"] = .boolean(flag ?? attribute["multiline"].boolean ?? false)
    case "list":
      if attribute["options"].isEmpty { attribute["options"] = .records(try options(from: body["options"], in: call)) }
    case "relationship":
      guard let json = body["reference"] ?? attribute["reference"].json else { throw invalidReference }
      attribute["reference"] = .json(.object(try reference(from: json)))
    default: break
    }
  }

  private static let invalidReference = parameterInvalid(message: "reference must have a type, one or many")

  /// Returns the valid members of a `reference` object. Throws `parameter_invalid` without a valid type.
  private static func reference(from json: JSON) throws -> JSONObject {
    guard let type = json["type"]?.string, ["one", "many"].contains(type) else { throw invalidReference }
    var reference: JSONObject = ["type": .string(type)]
    if let id = json["object_type_id"], !id.isNull {
      guard let text = id.string ?? id.integer.map(String.init) else {
        throw parameterInvalid(message: "reference.object_type_id must be a string")
      }
      reference["object_type_id"] = .string(text)
    }
    return reference
  }

  private static func options(from json: JSON?, in call: Call) throws -> [Record] {
    guard let items = json?.array, items.count >= 2 else {
      throw parameterInvalid(message: "A list attribute must have at least 2 active options")
    }
    return try items.map { item in
      guard let label = item["label"]?.string ?? item.string, !label.isEmpty else {
        throw parameterInvalid(message: "label is required")
      }
      return makeOption(label: label, in: call)
    }
  }

  static func makeOption(label: String, in call: Call) -> Record {
    var option = option.blank()
    option["id"] = .string(call.workspace.ids.uuid())
    option["label"] = .string(label)
    return option
  }
}

/// The values of a conversation's attributes.
extension ConversationAttributes {
  /// Writes the `custom_attributes` of a request to a conversation; other attributes keep their values. Returns one
  /// part for each changed attribute. If an attribute is invalid, the conversation is not changed.
  ///
  /// Throws `parameter_invalid` if an attribute is not defined or its value does not match the type.
  /// Unknown: the effect of null; here it removes the value.
  static func write(_ json: JSON?, to conversation: inout Record, in call: Call) throws -> [Record] {
    guard let json, !json.isNull else { return [] }
    let object = try json.read(as: .object, orThrow: .parameterInvalid("custom_attributes must be an object"))
    var attributes = conversation["custom_attributes"].object ?? [:]
    var parts: [Record] = []
    for (name, value) in object {
      if try CustomObjectReferences.write(value, attribute: name, to: &attributes, of: .conversation, in: call) {
        continue
      }
      guard let definition = definition(named: name, in: call.workspace) else {
        throw APIError.parameterInvalid("Custom attribute '\(name)' does not exist")
      }
      let (before, new) = (attributes[name] ?? .null, try checked(value, name: name, definition: definition))
      if new.isNull { attributes.removeValue(forKey: name) } else { attributes[name] = new }
      if before != new { parts.append(makeChangePart(name: name, before: before, after: new, in: call)) }
    }
    conversation["custom_attributes"] = .json(.object(attributes))
    return parts
  }

  /// Throws `parameter_invalid` if two active attributes of the workspace have the same name, whichever attributes the
  /// request writes, because a name would be ambiguous (Documentation.docc/Errors.md, "General errors").
  ///
  /// Duplicate names come from the product or from a fixture. Unknown: the service's message.
  static func checkNamesAreUnique(in call: Call) throws {
    guard let json = call.body["custom_attributes"], !json.isNull else { return }
    var names: Set<String> = []
    for attribute in call.workspace[model].all where attribute["archived"] != true {
      guard let name = attribute["name"].string, !names.insert(name).inserted else { continue }
      throw APIError.parameterInvalid(
        "There are several conversation attributes named '\(name)'; rename or archive all but one")
    }
  }

  /// The active attribute with this name, or nil if there is none.
  static func definition(named name: String, in workspace: Workspace) -> Record? {
    workspace[model].records(in: "name", under: name).first { $0["archived"] != true }
  }

  /// The part that records a changed attribute. The caller stores it.
  static func makeChangePart(name: String, before: JSON, after new: JSON, in call: Call) -> Record {
    var part = ConversationParts.makePart(
      type: "conversation_attribute_updated_by_admin", by: .bot(in: call.workspace), at: call.now)
    part["event_details"] = .json([
      "attribute": ["name": .string(name)],
      "value": [
        "name": .string(new.string ?? new.text),
        "previous": before.isNull ? .null : .string(before.string ?? before.text),
      ],
    ])
    return part
  }

  private static func checked(_ value: JSON, name: String, definition: Record) throws -> JSON {
    if value.isNull { return .null }
    let type = definition["data_type"].string ?? "string"
    guard let newValue = converted(value, to: type) else {
      throw APIError.parameterInvalid("Custom attribute '\(name)' must be \(expectation(for: type))")
    }
    guard type == "list" else { return newValue }
    let options = definition["options"].records.filter { $0["archived"] != true }
    guard let option = options.first(where: { $0.id == newValue.string || $0["label"].string == newValue.string })
    else {
      let known = options.compactMap { $0["label"].string }.joined(separator: ", ")
      throw APIError.parameterInvalid("Custom attribute '\(name)' must be one of: \(known)")
    }
    return option["label"].json ?? newValue
  }

  private static func converted(_ value: JSON, to type: String) -> JSON? {
    switch type {
    case "integer": value.asInteger.map(JSON.integer)
    case "decimal":
      value.number != nil ? value : value.string.flatMap(Double.init).flatMap { $0.isFinite ? .number($0) : nil }
    case "boolean": value.boolean != nil ? value : ["true": true, "false": false][value.string ?? ""]
    case "datetime":
      (value.asInteger ?? value.string.flatMap { ISO8601.seconds(from: $0) }).map(JSON.integer)
    case "relationship", "files": value.array != nil ? value : nil
    default: value.string != nil ? value : value.number.map { _ in .string(value.text) }
    }
  }

  private static func expectation(for type: String) -> String {
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

extension ConversationAttributes {
  /// The minimum number of active options of a list attribute.
  private static let minimumOptionCount = 2

  static func addOption(in call: Call) throws -> Reply {
    var attribute = try findListAttribute(in: call)
    let label = try requiredLabel(in: call)
    attribute["options"] = .records(attribute["options"].records + [makeOption(label: label, in: call)])
    return store(attribute, in: call)
  }

  static func renameOption(in call: Call) throws -> Reply {
    var attribute = try findListAttribute(in: call)
    let (options, index) = try optionsAndIndex(of: attribute, in: call)
    var changed = options
    changed[index]["label"] = .string(try requiredLabel(in: call))
    attribute["options"] = .records(changed)
    return store(attribute, in: call)
  }

  /// Archives an option. Throws `parameter_invalid` if fewer than two active options would remain.
  static func archiveOption(in call: Call) throws -> Reply {
    var attribute = try findListAttribute(in: call)
    let (options, index) = try optionsAndIndex(of: attribute, in: call)
    var changed = options
    changed[index]["archived"] = true
    guard changed.filter({ $0["archived"] != true }).count >= minimumOptionCount else {
      throw parameterInvalid(message: "A list attribute must have at least 2 active options")
    }
    attribute["options"] = .records(changed)
    return store(attribute, in: call)
  }

  private static func findListAttribute(in call: Call) throws -> Record {
    let attribute = try call.find(model)
    guard attribute["data_type"] == "list" else {
      throw parameterInvalid(message: "Options can only be managed on list attributes")
    }
    return attribute
  }

  private static func optionsAndIndex(of attribute: Record, in call: Call) throws -> ([Record], Int) {
    let options = attribute["options"].records
    guard let index = options.firstIndex(where: { $0.id == call.pathParameter("option_id") }) else {
      throw APIError(status: .notFound, code: "conversation_attribute_not_found", message: "List option not found")
    }
    return (options, index)
  }

  private static func requiredLabel(in call: Call) throws -> String {
    guard !call.body.contains(where: { $0.key != "label" }) else {
      throw parameterInvalid(message: "only 'label' is accepted")
    }
    return try call.body.required(
      "label", as: .nonEmptyString, missing: parameterInvalid(message: "label is required"),
      invalid: parameterInvalid(message: "label must be a string"))
  }

  private static func store(_ attribute: Record, in call: Call) -> Reply {
    var attribute = attribute
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }
}

/// Attributes that the service sets on new conversations, each a boolean or a number
/// (Documentation.docc/Requests-and-Responses.md, "Text and HTML").
///
/// Fixtures define them with an `initial` value: `fixtures/awkward` has them as recorded. The default fixtures have
/// none, because no description allows a boolean value for a conversation attribute.
///
/// Recorded: the service adds some of them a second later, with one part for each. The same happens here when side
/// effects are delayed.
/// Unknown: what changes their values, except for `Has attachments`.
extension ConversationAttributes {
  /// Adds the values immediately, or as a deferred side effect that also adds parts.
  static func addOrScheduleBuiltInValues(to conversation: inout Record, in call: Call) {
    guard call.workspace.deferralPolicy(of: .sideEffect) != .immediate else {
      return addBuiltInValues(to: &conversation, in: call.workspace)
    }
    call.schedule(builtInAddition, arguments: ["conversation": .string(conversation.id)])
  }

  static let builtInAddition = DeferredTask(name: "conversation.attributes", kind: .sideEffect) { arguments, call in
    guard var conversation = call.workspace[Conversations.model][arguments["conversation"]?.string ?? ""] else {
      return
    }
    let before = conversation["custom_attributes"].object ?? [:]
    addBuiltInValues(to: &conversation, in: call.workspace)
    var after = conversation["custom_attributes"].object ?? [:]
    // Values that were written in the meantime take precedence.
    for (name, value) in before { after[name] = value }
    conversation["custom_attributes"] = .json(.object(after))
    for (name, value) in after where before[name] == nil {
      ConversationParts.append(
        makeChangePart(name: name, before: .null, after: value, in: call), to: &conversation, in: call.workspace)
    }
    call.workspace[Conversations.model].replace(conversation)
  }

  private static func addBuiltInValues(to conversation: inout Record, in workspace: Workspace) {
    var attributes = conversation["custom_attributes"].object ?? [:]
    for definition in workspace[model].all where definition["archived"] != true {
      guard let name = definition["name"].string, let initial = definition["initial"].json, !initial.isNull else {
        continue
      }
      attributes[name] = initial
    }
    conversation["custom_attributes"] = .json(.object(attributes))
    let files = conversation["source"].record?["attachments"].records ?? []
    if !files.isEmpty { noteAttachments(of: &conversation) }
  }

  /// Sets `Has attachments`, if the conversation has that attribute.
  static func noteAttachments(of conversation: inout Record) {
    guard var attributes = conversation["custom_attributes"].object, attributes.contains(key: "Has attachments") else {
      return
    }
    attributes["Has attachments"] = true
    conversation["custom_attributes"] = .json(.object(attributes))
  }
}
