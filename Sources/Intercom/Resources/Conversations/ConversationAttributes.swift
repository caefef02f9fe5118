import API
import HTTPTypes
import JSON
import Store

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
