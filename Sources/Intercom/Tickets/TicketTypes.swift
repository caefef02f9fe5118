import API
import JSON
import Store

/// Ticket types: the kinds of tickets in a workspace, and the attributes of each kind
/// (Documentation.docc/Conversations-and-Tickets.md, "Ticket rules").
enum TicketTypes: Resource {
  static let operations: [Operation] = [
    .get("/ticket_types", id: "listTicketTypes", handler: list, available: .since(.v2_9)),
    .post(
      "/ticket_types", id: "createTicketType", requestSchema: "create_ticket_type_request", handler: create,
      available: .since(.v2_9)),
    .get("/ticket_types/{id}", id: "getTicketType", handler: retrieve, available: .since(.v2_9)),
    .put(
      "/ticket_types/{id}", id: "updateTicketType", requestSchema: "update_ticket_type_request", handler: update,
      available: .since(.v2_9)),
  ]

  static let model = Model(
    name: "ticket_type", collection: "ticket_types", ids: .sequence(from: 1),
    fields: ownFields + [.derived("ticket_states", from: TicketStates.list)])

  /// A type as tickets show it: without states (recorded).
  private static let ticketModel = Model(
    name: "ticket_type", fields: ownFields)

  /// A type as ticket states show it: without attributes and states (recorded).
  private static let stateModel = Model(
    name: "ticket_type", fields: leadingFields + [.boolean("archived"), isInternal, category])

  static let models = [ticketModel, stateModel]

  private static let leadingFields: [Field] = [
    .type("ticket_type"), .string("id"), .string("name", options: [.writable, .required]),
    .string("description", options: .writable, initial: ""), .string("icon", options: .writable, initial: "🎟️"),
  ]

  private static let ownFields: [Field] =
    leadingFields + [
      .written("workspace_id", with: WorkspaceProfile.writeID),
      .boolean("archived", options: .writable, initial: false),
      .timestamp("created_at"), .timestamp("updated_at"), isInternal,
      .derived("ticket_type_attributes", from: TicketTypeAttributes.list), category,
    ]

  private static let isInternal = Field.boolean("is_internal", options: .writable, initial: false)

  private static let category = Field.string(
    "category", options: .writable, initial: "Customer", oneOf: [customer, backOffice, tracker])

  static let customer = "Customer"
  static let backOffice = "Back-office"
  static let tracker = "Tracker"

  static let listing = Listing.unpaged()

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    var body = try nonNullMembers(of: call.body)
    body["archived"] = nil
    // In versions without categories, a type is internal or not.
    if body["category"] == nil, body["is_internal"] == true { body["category"] = .string(backOffice) }
    let type = try model.makeRecord(from: body, in: call)
    call.workspace[model].insert(type)
    TicketTypeAttributes.addDefaults(to: type, in: call)
    return .ok(type)
  }

  static func update(in call: Call) throws -> Reply {
    var type = try call.find(model)
    try model.write(try nonNullMembers(of: call.body), to: &type, in: call)
    call.workspace[model].replace(type)
    return .ok(type)
  }

  /// Returns the members that are not null: null means no change. Throws `parameter_invalid` for an empty name.
  static func nonNullMembers(of body: JSONObject) throws -> JSONObject {
    if body["name"] == "" { throw APIError.parameterInvalid("name must not be empty") }
    var members = body
    members.removeAll { $0.value.isNull }
    return members
  }

  // MARK: Shared

  static func nodeForTicket(of type: Record) -> Node {
    .record(ticketModel.copy(of: type))
  }

  static func nodeForState(of types: [Record]) -> Node {
    .members(["type": "list", "data": .records(types.map(stateModel.copy))])
  }
}

/// Ticket type attributes: the data of tickets of a type. Every type has a title and a description.
enum TicketTypeAttributes: Resource {
  static let operations: [Operation] = [
    .post(
      "/ticket_types/{ticket_type_id}/attributes", id: "createTicketTypeAttribute", handler: create,
      available: .since(.v2_9)),
    .put(
      "/ticket_types/{ticket_type_id}/attributes/{id}", id: "updateTicketTypeAttribute", handler: update,
      available: .since(.v2_9)),
  ]

  static let model = Model(
    name: "ticket_type_attribute", collection: "ticket_type_attributes", ids: .sequence(from: 1),
    references: [Reference("ticket_type_id", to: "ticket_types")],
    fields: [
      .type("ticket_type_attribute"), .string("id"), .written("workspace_id", with: WorkspaceProfile.writeID),
      .string("name", options: [.writable, .required]),
      .string("description", options: [.writable, .required], initial: ""),
      .string("data_type", oneOf: types), .object("input_options"), .integer("order", initial: 0),
      .boolean("required_to_create", options: .writable, initial: false),
      .boolean("required_to_create_for_contacts", options: .writable, initial: false),
      .boolean("visible_on_create", options: .writable, initial: true),
      .boolean("visible_to_contacts", options: .writable, initial: true),
      .boolean("default", initial: false), .integer("ticket_type_id", options: .indexed),
      .boolean("archived", options: .writable, initial: false), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  static let defaultTitle = "_default_title_"
  static let defaultDescription = "_default_description_"

  static let types = ["string", "list", "integer", "decimal", "boolean", "datetime", "files"]

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let type = try call.find(TicketTypes.model, parameter: "ticket_type_id")
    var body = try TicketTypes.nonNullMembers(of: call.body)
    body["archived"] = nil
    let kind = try body.required("data_type", as: .choice(of: types))
    try rejectDuplicate(of: body["name"], among: attributes(of: type, in: call))
    var attribute = try model.makeRecord(from: body, in: call)
    attribute["data_type"] = .string(kind)
    attribute["input_options"] = .json(.object(try TicketInputOptions(type: kind, body: body, in: call).object))
    attribute["ticket_type_id"] = .integer(Int64(type.id))
    attribute["order"] = .integer((attributes(of: type, in: call).compactMap { $0["order"].integer }.max() ?? -1) + 1)
    call.workspace[model].insert(attribute)
    return .ok(attribute)
  }

  /// Unknown: which changes of the two default attributes are refused; here only archiving.
  static func update(in call: Call) throws -> Reply {
    let type = try call.find(TicketTypes.model, parameter: "ticket_type_id")
    let before = try call.find(model)
    guard before["ticket_type_id"].integer.map(String.init) == type.id else { throw APIError.notFound(for: model) }
    var attribute = before
    let body = try TicketTypes.nonNullMembers(of: call.body)
    try rejectDuplicate(of: body["name"], among: attributes(of: type, in: call).filter { $0.id != before.id })
    try model.write(body, to: &attribute, in: call)
    guard attribute["archived"] != true || attribute["default"] != true else {
      throw APIError.parameterInvalid("A default attribute cannot be archived")
    }
    let options = try TicketInputOptions(
      type: attribute["data_type"].string ?? "", body: body, before: before, in: call)
    attribute["input_options"] = .json(.object(options.object))
    call.workspace[model].replace(attribute)
    if let old = before["name"].string, let new = attribute["name"].string, old != new {
      TicketAttributes.rename(old, to: new, ofType: type.id, in: call)
    }
    return .ok(attribute)
  }

  /// Tickets refer to attributes by name. Unknown: Intercom's wording.
  private static func rejectDuplicate(of name: JSON?, among attributes: [Record]) throws {
    guard let name = name?.string, attributes.contains(where: { $0["name"].string == name }) else { return }
    throw APIError.parameterInvalid("The ticket type already has an attribute named \(name)")
  }

  // MARK: Shared

  /// The attributes of a type, by `order`.
  static func attributes(of type: Record, in call: Call) -> [Record] {
    let attributes = call.workspace[model].records(in: "ticket_type_id", under: type.id)
    // The records are in the order of their ids, and the sort is stable.
    return attributes.sorted { ($0["order"].integer ?? 0) < ($1["order"].integer ?? 0) }
  }

  /// The `ticket_type_attributes` of a type.
  static func list(of type: Record, in call: Call) -> Node? {
    .members(["type": "list", "data": .records(attributes(of: type, in: call))])
  }

  /// Adds title and description, which Intercom adds to every new type (recorded).
  static func addDefaults(to type: Record, in call: Call) {
    for (order, name) in [defaultTitle, defaultDescription].enumerated() {
      var attribute = model.blank()
      attribute["id"] = .json(call.workspace.nextID(for: model))
      attribute["name"] = .string(name)
      attribute["description"] = ""
      attribute["data_type"] = "string"
      attribute["input_options"] = .json(["multiline": .boolean(name == defaultDescription)])
      attribute["order"] = .integer(order)
      attribute["default"] = true
      attribute["ticket_type_id"] = .integer(Int64(type.id))
      attribute["created_at"] = .integer(call.now)
      attribute["updated_at"] = .integer(call.now)
      call.workspace[model].insert(attribute)
    }
  }
}

/// The `input_options` of a ticket type attribute, which depend on its data type.
///
/// Unknown: Intercom's names for the items of a list and for the permission of several files; here those of the
/// requests.
struct TicketInputOptions {
  let object: JSONObject

  /// Reads the options of a new attribute, or of `before` with the changes of a request. Throws if an option is
  /// invalid.
  init(type: String, body: JSONObject, before: Record? = nil, in call: Call) throws {
    let known = before?["input_options"].object ?? [:]
    switch type {
    case "string":
      object = [
        "multiline": .boolean(try body.optional("multiline", as: .boolean) ?? known["multiline"]?.boolean ?? false)
      ]
    case "list":
      object = ["list_items": .array(try Self.items(in: body, known: known, in: call))]
    case "files":
      let several = try body.optional("allow_multiple_values", as: .boolean) ?? known["allow_multiple_values"]?.boolean
      object = ["allow_multiple_values": .boolean(several ?? false)]
    default:
      object = [:]
    }
  }

  /// The items of a list attribute.
  static func items(of attribute: Record) -> [(id: String, label: String)] {
    (attribute["input_options"].object?["list_items"]?.array ?? []).compactMap { item in
      guard let id = item["id"]?.string, let label = item["label"]?.string else { return nil }
      return (id, label)
    }
  }

  /// Returns the items in a request, which are separated by commas. An item with a known label keeps its id.
  private static func items(in body: JSONObject, known: JSONObject, in call: Call) throws -> [JSON] {
    let before = known["list_items"]?.array ?? []
    if body["list_items"] == nil, !before.isEmpty { return before }
    let text = try body.required("list_items", as: .string)
    var labels: [String] = []
    for part in text.split(separator: ",") {
      let label = Self.trimmed(part)
      if !label.isEmpty, !labels.contains(label) { labels.append(label) }
    }
    guard !labels.isEmpty else { throw APIError.parameterInvalid("list_items must contain at least one item") }
    return labels.map { label in
      before.first { $0["label"]?.string == label }
        ?? ["id": .string(call.workspace.ids.uuid()), "label": .string(label)]
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
