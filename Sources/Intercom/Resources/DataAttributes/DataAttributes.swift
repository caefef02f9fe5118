import API
import HTTPTypes
import JSON
import Store

extension Behaviour {
  /// A list is asked for as an attribute of type `options`.
  static let knowsOptionsType = Behaviour("data attributes of type options")
  /// The Messenger may not write a new attribute unless the request says so.
  static let closesAttributesToMessenger = Behaviour("attributes are closed to the Messenger")
  /// The attributes of conversations are listed elsewhere.
  static let separatesConversationAttributes = Behaviour("conversation attributes stand apart")
}

/// Data attributes: what a workspace may know of its contacts and companies, built in or defined by itself.
enum DataAttributes: Resource {
  static let operations: [Operation] = [
    .get("/data_attributes", "lisDataAttributes", list),
    .post("/data_attributes", "createDataAttribute", create),
    .put("/data_attributes/{id}", "updateDataAttribute", update),
  ]

  /// The attributes that a workspace defined. Built-in ones are `StandardAttribute`s.
  static let model = Model(
    "data_attribute", collection: "data_attributes", ids: .integer(from: 1),
    notFound: Model.NotFound("field_not_found", "We couldn't find that data attribute to update"),
    references: [Reference("admin_id", to: "admins"), Reference("segment_ids", to: "segments")],
    [
      .integer("id"), .type("data_attribute"),
      .string("model", oneOf: ["contact", "company"]),
      .string("name", .indexed),
      .derived("full_name", fullName),
      .derived("label", label),
      .string("description", .sparse),
      .string("data_type", oneOf: types),
      // What may be chosen; only of lists, whose type is shown as `string`.
      .array("options", .sparse, initial: nil),
      .boolean("api_writable", initial: true),
      .boolean("messenger_writable", initial: false),
      .boolean("ui_writable", initial: false),
      .constant("custom", true),
      .boolean("archived", initial: false),
      .timestamp("created_at"),
      .timestamp("updated_at"),
      .string("admin_id"),
      // The segments that ask for it; it cannot be archived while there are any.
      .array("segment_ids", .hidden),
    ])

  static let types = ["string", "integer", "float", "boolean", "date", "datetime"]

  // MARK: Listing

  static func list(_ call: Call) throws -> Reply {
    switch call.query("model") {
    case nil, "": .ok(wrap(of("contact", call) + of("company", call)))
    case "conversation": .ok(wrap(try ofConversations(call)))
    case let model? where model == "contact" || model == "company": .ok(wrap(of(model, call)))
    default: throw APIError.parameterInvalid("model must be either contact or company")
    }
  }

  private static func wrap(_ attributes: [Node]) -> Node {
    .members(["type": "list", "data": .array(attributes)])
  }

  private static func of(_ model: String, _ call: Call) -> [Node] {
    let custom = call.workspace[Self.model].all.filter { $0["model"].string == model && isListed($0, call) }
    return StandardAttribute.of(model).map(\.node) + custom.map(Node.record)
  }

  private static func isListed(_ attribute: Record, _ call: Call) -> Bool {
    attribute["archived"] != true || call.query("include_archived") == "true"
  }

  /// Up to 2.15 the attributes of conversations were read here too.
  ///
  /// Unknown: whether a list that names no model held them; here only the one that asks for them does, because the
  /// description knows no attribute of that model.
  private static func ofConversations(_ call: Call) throws -> [Node] {
    guard !call.honours(.separatesConversationAttributes) else {
      throw APIError(
        .unprocessableContent, "parameter_invalid",
        "model=conversation is no longer supported. Use GET /conversations/attributes instead")
    }
    let attributes = call.workspace.collection(named: "conversation_attributes")?.all ?? []
    return attributes.filter { isListed($0, call) }.map(ofConversation)
  }

  private static func ofConversation(_ attribute: Record) -> Node {
    let type = attribute["data_type"].string ?? ""
    var object: JSONObject = [
      "id": attribute["id"].stored ?? .null, "type": "data_attribute", "model": "conversation",
      "name": attribute["name"].stored ?? .null,
      "full_name": .string("custom_attributes.\(attribute["name"].string ?? "")"),
      "label": attribute["name"].stored ?? .null,
      "data_type": types.contains(type) ? .string(type) : type == "decimal" ? "float" : "string",
      "api_writable": true, "messenger_writable": false, "ui_writable": true, "custom": true,
    ]
    for name in ["description", "archived", "created_at", "updated_at", "admin_id"] {
      if let value = attribute[name].stored, !value.isNull { object[name] = value }
    }
    if let options = attribute["options"].stored?.array, type == "list" {
      object["options"] = .array(options.compactMap { $0["label"] })
    }
    return .shape(model.name, object)
  }

  // MARK: Shared

  /// The attribute that a workspace defined under this name; archived ones are as good as undefined.
  static func defined(_ name: String, of model: String, _ call: Call) -> Record? {
    call.workspace[Self.model].records(in: "name", under: name).first {
      $0["model"].string == model && $0["archived"] != true
    }
  }

  private static func fullName(of attribute: Record, _ call: Call) -> Node? {
    .string("custom_attributes.\(attribute["name"].string ?? "")")
  }

  private static func label(of attribute: Record, _ call: Call) -> Node? {
    .string(attribute["name"].string)
  }
}
