import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Conversation attributes: what a workspace records of its conversations (state-machine.md, 5.4).
enum ConversationAttributes: Resource {
  static let errands = [addition]

  static let operations: [Operation] = [
    .get("/conversations/attributes", "listConversationAttributes", list, .since(.v2_16)),
    .post("/conversations/attributes", "createConversationAttribute", create, .since(.v2_16)),
    .get("/conversations/attributes/{id}", "getConversationAttribute", retrieve, .since(.v2_16)),
    .put("/conversations/attributes/{id}", "updateConversationAttribute", update, .since(.v2_16)),
    .delete("/conversations/attributes/{id}", "deleteConversationAttribute", delete, .since(.v2_16)),
    .post("/conversations/attributes/{id}/options", "createConversationAttributeOption", addOption, .since(.v2_16)),
    .put(
      "/conversations/attributes/{id}/options/{option_id}", "updateConversationAttributeOption", renameOption,
      .since(.v2_16)),
    .delete(
      "/conversations/attributes/{id}/options/{option_id}", "deleteConversationAttributeOption", archiveOption,
      .since(.v2_16)),
  ]

  static let model = Model(
    "conversation_attribute", collection: "conversation_attributes", ids: .integer(from: 1),
    notFound: Model.NotFound("conversation_attribute_not_found", "Conversation attribute not found"),
    references: [Reference("admin_id", to: "admins"), Reference("visible_to_team_ids", to: "teams")],
    [
      .type("conversation_attribute"), .integer("id"), .string("name", [.writable, .required, .indexed]),
      .string("description", .writable, initial: ""), .string("data_type", initial: "string", oneOf: types),
      .boolean("required", .writable, initial: false), .array("visible_to_team_ids", .writable),
      .boolean("archived", initial: false), .timestamp("created_at", .ordered), .timestamp("updated_at"),
      .string("admin_id"), .boolean("multiline", .sparse), .models("options", option, .sparse, initial: nil),
      .object("reference", .sparse, initial: nil),
      // What a new conversation starts with.
      .any("initial", .hidden),
    ])

  static let option = Model(
    "conversation_attribute_option", [.string("id"), .string("label"), .boolean("archived", initial: false)])

  static let types = ["string", "integer", "list", "decimal", "boolean", "datetime", "relationship", "files"]

  /// Newest first (as in the description's example).
  static let listing = Listing.whole(order: ListOrder("created_at", descending: true))

  // MARK: Behaviour

  static func list(_ call: Call) throws -> Reply {
    let showsArchived = call.query("include_archived") == "true"
    let all = call.workspace[model].page(listing.order, from: .offset(0), limit: .max)
    return try listing.reply(all.filter { showsArchived || $0["archived"] != true }, call)
  }

  static func create(_ call: Call) throws -> Reply {
    let type = call.body["data_type"] ?? .null
    guard !type.isNull else { throw invalid("data_type is required") }
    guard let name = type.string, types.contains(name) else {
      throw invalid(
        "data_type '\(type.string ?? type.text)' is not valid. Allowed types: \(types.joined(separator: ", "))")
    }
    var attribute = try model.make(from: call.body, call)
    attribute["data_type"] = .string(name)
    attribute["admin_id"] = .string(Admins.actor(call))
    try refuseTwin(of: attribute, call)
    try writeTypical(call.body, to: &attribute, call)
    call.workspace[model].insert(attribute)
    return .ok(attribute)
  }

  static func update(_ call: Call) throws -> Reply {
    var attribute = try call.find(model)
    if call.body["name"]?.isNull ?? false { throw invalid("name is required") }
    try model.write(call.body, to: &attribute, call)
    try refuseTwin(of: attribute, call)
    try writeTypical(call.body, to: &attribute, call)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }

  /// Archives it, and answers with it.
  static func delete(_ call: Call) throws -> Reply {
    var attribute = try call.find(model)
    attribute["archived"] = true
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }

  // MARK: Shared

  static func invalid(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }

  private static func refuseTwin(of attribute: Record, _ call: Call) throws {
    guard let name = attribute["name"].string, !name.isEmpty else { throw invalid("name is required") }
    let twins = call.workspace[model].records(in: "name", under: name)
    guard !twins.contains(where: { $0.id != attribute.id && $0["archived"] != true }) else {
      throw invalid("An attribute named '\(name)' already exists")
    }
    try checkTeams(attribute, call)
  }

  private static func checkTeams(_ attribute: Record, _ call: Call) throws {
    for team in attribute["visible_to_team_ids"].array ?? [] {
      guard let id = team.string, call.workspace[Teams.model][id] != nil else {
        throw invalid("visible_to_team_ids must be IDs of teams")
      }
    }
  }

  /// What only attributes of one type have: `multiline`, `options`, `reference`.
  private static func writeTypical(_ body: JSONObject, to attribute: inout Record, _ call: Call) throws {
    switch attribute["data_type"].string {
    case "string":
      if let flag = body["multiline"], !flag.isNull, flag.boolean == nil {
        throw invalid("multiline must be a boolean")
      }
      attribute["multiline"] = .boolean(body["multiline"]?.boolean ?? attribute["multiline"].boolean ?? false)
    case "list":
      if attribute["options"].isEmpty { attribute["options"] = .records(try options(body["options"], call)) }
    case "relationship":
      guard let wish = body["reference"] ?? attribute["reference"].stored else { throw wrongReference }
      attribute["reference"] = .json(.object(try reference(wish)))
    default: break
    }
  }

  private static let wrongReference = invalid("reference must have a type, one or many")

  /// The members that a reference has, of those that were sent.
  private static func reference(_ json: JSON) throws -> JSONObject {
    guard let type = json["type"]?.string, ["one", "many"].contains(type) else { throw wrongReference }
    var reference: JSONObject = ["type": .string(type)]
    if let id = json["object_type_id"], !id.isNull {
      guard let text = id.string ?? id.integer.map(String.init) else {
        throw invalid("reference.object_type_id must be a string")
      }
      reference["object_type_id"] = .string(text)
    }
    return reference
  }

  private static func options(_ json: JSON?, _ call: Call) throws -> [Record] {
    guard let items = json?.array, items.count >= 2 else {
      throw invalid("A list attribute must have at least 2 active options")
    }
    return try items.map { item in
      guard let label = item["label"]?.string ?? item.string, !label.isEmpty else { throw invalid("label is required") }
      return newOption(label, call)
    }
  }

  static func newOption(_ label: String, _ call: Call) -> Record {
    var option = option.blank()
    option["id"] = .string(call.workspace.ids.uuid())
    option["label"] = .string(label)
    return option
  }
}

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

extension ConversationAttributes {
  /// Fewest options that a list keeps.
  private static let fewest = 2

  static func addOption(_ call: Call) throws -> Reply {
    var attribute = try listAttribute(call)
    let label = try label(call)
    attribute["options"] = .records(attribute["options"].records + [newOption(label, call)])
    return store(attribute, call)
  }

  static func renameOption(_ call: Call) throws -> Reply {
    var attribute = try listAttribute(call)
    let (options, place) = try option(of: attribute, call)
    var changed = options
    changed[place]["label"] = .string(try label(call))
    attribute["options"] = .records(changed)
    return store(attribute, call)
  }

  /// Archives it; two must stay.
  static func archiveOption(_ call: Call) throws -> Reply {
    var attribute = try listAttribute(call)
    let (options, place) = try option(of: attribute, call)
    var changed = options
    changed[place]["archived"] = true
    guard changed.filter({ $0["archived"] != true }).count >= fewest else {
      throw invalid("A list attribute must have at least 2 active options")
    }
    attribute["options"] = .records(changed)
    return store(attribute, call)
  }

  private static func listAttribute(_ call: Call) throws -> Record {
    let attribute = try call.find(model)
    guard attribute["data_type"] == "list" else { throw invalid("Options can only be managed on list attributes") }
    return attribute
  }

  private static func option(of attribute: Record, _ call: Call) throws -> ([Record], Int) {
    let options = attribute["options"].records
    guard let place = options.firstIndex(where: { $0.id == call.parameter("option_id") }) else {
      throw APIError(.notFound, "conversation_attribute_not_found", "List option not found")
    }
    return (options, place)
  }

  private static func label(_ call: Call) throws -> String {
    guard !call.body.contains(where: { $0.key != "label" }) else { throw invalid("only 'label' is accepted") }
    guard let json = call.body["label"], !json.isNull else { throw invalid("label is required") }
    guard let label = json.string else { throw invalid("label must be a string") }
    guard !label.isEmpty else { throw invalid("label is required") }
    return label
  }

  private static func store(_ attribute: Record, _ call: Call) -> Reply {
    var attribute = attribute
    attribute["updated_at"] = .integer(call.now)
    call.workspace[model].replace(attribute)
    return .ok(attribute)
  }
}

/// What the service says of a new conversation among its attributes, without being asked: a truth or a number each
/// (api-behaviour.md, 9). Which attributes do so, the fixtures tell by an `initial` value: in `fixtures/awkward`, as
/// recorded; not in the default world, as no description lets a conversation's attribute be a truth.
///
/// Unknown: what makes them change, but for the one about attachments. Recorded: the service adds some a second later, with
/// a part that tells of each; so it is here when side effects are delayed.
extension ConversationAttributes {
  /// At once, or as a side effect that a part tells of.
  static func beginBuiltIn(of conversation: inout Record, _ call: Call) {
    guard call.workspace.pace(of: .sideEffect) != .immediate else {
      return addBuiltIn(to: &conversation, call.workspace)
    }
    call.leave(addition, ["conversation": .string(conversation.id)])
  }

  static let addition = Errand("conversation.attributes", .sideEffect) { arguments, call in
    guard var conversation = call.workspace[Conversations.model][arguments["conversation"]?.string ?? ""] else {
      return
    }
    let before = conversation["custom_attributes"].object ?? [:]
    addBuiltIn(to: &conversation, call.workspace)
    var after = conversation["custom_attributes"].object ?? [:]
    // What was written meanwhile stays.
    for (name, value) in before { after[name] = value }
    conversation["custom_attributes"] = .json(.object(after))
    for (name, value) in after where before[name] == nil {
      ConversationParts.append(part(name, .null, value, call), to: &conversation, call.workspace)
    }
    call.workspace[Conversations.model].replace(conversation)
  }

  private static func addBuiltIn(to conversation: inout Record, _ workspace: Workspace) {
    var attributes = conversation["custom_attributes"].object ?? [:]
    for definition in workspace[model].all where definition["archived"] != true {
      guard let name = definition["name"].string, let initial = definition["initial"].stored, !initial.isNull else {
        continue
      }
      attributes[name] = initial
    }
    conversation["custom_attributes"] = .json(.object(attributes))
    let files = conversation["source"].record?["attachments"].records ?? []
    if !files.isEmpty { noteAttachments(of: &conversation) }
  }

  /// Of a conversation that does not say whether it has attachments, nothing is said.
  static func noteAttachments(of conversation: inout Record) {
    guard var attributes = conversation["custom_attributes"].object, attributes.contains("Has attachments") else {
      return
    }
    attributes["Has attachments"] = true
    conversation["custom_attributes"] = .json(.object(attributes))
  }
}
