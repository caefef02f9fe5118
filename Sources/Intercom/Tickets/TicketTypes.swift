import API
import JSON
import Store

/// Ticket types: which kinds of tickets a workspace has, and what each of them asks (state-machine.md, 6).
enum TicketTypes: Resource {
  static let operations: [Operation] = [
    .get("/ticket_types", "listTicketTypes", list, .since(.v2_9)),
    .post("/ticket_types", "createTicketType", takes: "create_ticket_type_request", create, .since(.v2_9)),
    .get("/ticket_types/{id}", "getTicketType", retrieve, .since(.v2_9)),
    .put("/ticket_types/{id}", "updateTicketType", takes: "update_ticket_type_request", update, .since(.v2_9)),
  ]

  static let model = Model(
    "ticket_type", collection: "ticket_types", ids: .sequence(from: 1),
    own + [.derived("ticket_states", TicketStates.list)])

  /// As a ticket shows it: without the states (recorded).
  private static let ofTicket = Model(
    "ticket_type", own)

  /// As a ticket state shows it: the type alone (recorded).
  private static let ofState = Model(
    "ticket_type", opening + [.boolean("archived"), isInternal, category])

  static let models = [ofTicket, ofState]

  private static let opening: [Field] = [
    .type("ticket_type"), .string("id"), .string("name", [.writable, .required]),
    .string("description", .writable, initial: ""), .string("icon", .writable, initial: "🎟️"),
  ]

  private static let own: [Field] =
    opening + [
      .written("workspace_id", Profile.writeID), .boolean("archived", .writable, initial: false),
      .timestamp("created_at"), .timestamp("updated_at"), isInternal,
      .derived("ticket_type_attributes", TicketTypeAttributes.list), category,
    ]

  private static let isInternal = Field.boolean("is_internal", .writable, initial: false)

  private static let category = Field.string(
    "category", .writable, initial: "Customer", oneOf: [customer, backOffice, tracker])

  static let customer = "Customer"
  static let backOffice = "Back-office"
  static let tracker = "Tracker"

  static let listing = Listing.whole()

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    var body = try told(call.body)
    body["archived"] = nil
    // Before there were categories, a type was internal or not.
    if body["category"] == nil, body["is_internal"] == true { body["category"] = .string(backOffice) }
    let type = try model.make(from: body, call)
    call.workspace[model].insert(type)
    TicketTypeAttributes.addDefaults(to: type, call)
    return .ok(type)
  }

  static func update(_ call: Call) throws -> Reply {
    var type = try call.find(model)
    try model.write(try told(call.body), to: &type, call)
    call.workspace[model].replace(type)
    return .ok(type)
  }

  /// The members of a body that say something: null says nothing, and a name says something or is refused.
  static func told(_ body: JSONObject) throws -> JSONObject {
    if body["name"] == "" { throw APIError.parameterInvalid("name must not be empty") }
    var told = body
    told.removeAll { $0.value.isNull }
    return told
  }

  // MARK: Shared

  static func shownOnTicket(_ type: Record) -> Node {
    .record(ofTicket.copy(of: type))
  }

  static func shownOnState(_ types: [Record]) -> Node {
    .members(["type": "list", "data": .records(types.map(ofState.copy))])
  }
}

/// Ticket type attributes: what a ticket of a type holds, beside its title and description, which every type begins with.
enum TicketTypeAttributes: Resource {
  static let operations: [Operation] = [
    .post("/ticket_types/{ticket_type_id}/attributes", "createTicketTypeAttribute", create, .since(.v2_9)),
    .put("/ticket_types/{ticket_type_id}/attributes/{id}", "updateTicketTypeAttribute", update, .since(.v2_9)),
  ]

  static let model = Model(
    "ticket_type_attribute", collection: "ticket_type_attributes", ids: .sequence(from: 1),
    references: [Reference("ticket_type_id", to: "ticket_types")],
    [
      .type("ticket_type_attribute"), .string("id"), .written("workspace_id", Profile.writeID),
      .string("name", [.writable, .required]), .string("description", [.writable, .required], initial: ""),
      .string("data_type", oneOf: types), .object("input_options"), .integer("order", initial: 0),
      .boolean("required_to_create", .writable, initial: false),
      .boolean("required_to_create_for_contacts", .writable, initial: false),
      .boolean("visible_on_create", .writable, initial: true),
      .boolean("visible_to_contacts", .writable, initial: true),
      .boolean("default", initial: false), .integer("ticket_type_id", .indexed),
      .boolean("archived", .writable, initial: false), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  static let title = "_default_title_"
  static let text = "_default_description_"

  static let types = ["string", "list", "integer", "decimal", "boolean", "datetime", "files"]

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    let type = try call.find(TicketTypes.model, "ticket_type_id")
    var body = try TicketTypes.told(call.body)
    body["archived"] = nil
    let kind = try dataType(body["data_type"])
    try refuseTwin(of: body["name"], among: of(type, call))
    var attribute = try model.make(from: body, call)
    attribute["data_type"] = .string(kind)
    attribute["input_options"] = .json(.object(try TicketInputOptions(kind, body, call).object))
    attribute["ticket_type_id"] = .integer(Int64(type.id))
    attribute["order"] = .integer((of(type, call).compactMap { $0["order"].integer }.max() ?? -1) + 1)
    call.workspace[model].insert(attribute)
    return .ok(attribute)
  }

  /// Unknown: what the built-in two refuse; here only to be archived.
  static func update(_ call: Call) throws -> Reply {
    let type = try call.find(TicketTypes.model, "ticket_type_id")
    let before = try call.find(model)
    guard before["ticket_type_id"].integer.map(String.init) == type.id else { throw APIError.notFound(model) }
    var attribute = before
    let body = try TicketTypes.told(call.body)
    try refuseTwin(of: body["name"], among: of(type, call).filter { $0.id != before.id })
    try model.write(body, to: &attribute, call)
    guard attribute["archived"] != true || attribute["default"] != true else {
      throw APIError.parameterInvalid("A default attribute cannot be archived")
    }
    let options = try TicketInputOptions(attribute["data_type"].string ?? "", body, before: before, call)
    attribute["input_options"] = .json(.object(options.object))
    call.workspace[model].replace(attribute)
    if let old = before["name"].string, let new = attribute["name"].string, old != new {
      TicketAttributes.rename(old, new, ofType: type.id, call)
    }
    return .ok(attribute)
  }

  private static func dataType(_ json: JSON?) throws -> String {
    guard let json else { throw APIError.parameterMissing("data_type is a required parameter") }
    guard let type = json.string, types.contains(type) else {
      throw APIError.parameterInvalid("data_type must be one of \(types.joined(separator: ", "))")
    }
    return type
  }

  /// Tickets name attributes by their names. Unknown: Intercom's own wording.
  private static func refuseTwin(of name: JSON?, among attributes: [Record]) throws {
    guard let name = name?.string, attributes.contains(where: { $0["name"].string == name }) else { return }
    throw APIError.parameterInvalid("The ticket type has an attribute called \(name) already")
  }

  // MARK: Shared

  /// The attributes of a type, in their order.
  static func of(_ type: Record, _ call: Call) -> [Record] {
    let attributes = call.workspace[model].records(in: "ticket_type_id", under: type.id)
    // Sorted by id already; the sort is stable.
    return attributes.sorted { ($0["order"].integer ?? 0) < ($1["order"].integer ?? 0) }
  }

  /// The `ticket_type_attributes` of a type.
  static func list(of type: Record, _ call: Call) -> Node? {
    .members(["type": "list", "data": .records(of(type, call))])
  }

  /// Title and description, which the service gives to every new type (recorded).
  static func addDefaults(to type: Record, _ call: Call) {
    for (order, name) in [title, text].enumerated() {
      var attribute = model.blank()
      attribute["id"] = .json(call.workspace.nextID(for: model))
      attribute["name"] = .string(name)
      attribute["description"] = ""
      attribute["data_type"] = "string"
      attribute["input_options"] = .json(["multiline": .boolean(name == text)])
      attribute["order"] = .integer(order)
      attribute["default"] = true
      attribute["ticket_type_id"] = .integer(Int64(type.id))
      attribute["created_at"] = .integer(call.now)
      attribute["updated_at"] = .integer(call.now)
      call.workspace[model].insert(attribute)
    }
  }
}

/// The `input_options` of a ticket type attribute: what its data type leaves open.
///
/// Unknown: what the service calls the items of a list and the permission of several files; here as requests call them.
struct TicketInputOptions {
  let object: JSONObject

  /// The options of an attribute that a request makes, or of one that it changes.
  init(_ type: String, _ body: JSONObject, before: Record? = nil, _ call: Call) throws {
    let known = before?["input_options"].object ?? [:]
    switch type {
    case "string":
      object = ["multiline": .boolean(try Self.flag("multiline", body) ?? known["multiline"]?.boolean ?? false)]
    case "list":
      object = ["list_items": .array(try Self.items(body["list_items"], known, call))]
    case "files":
      let several = try Self.flag("allow_multiple_values", body) ?? known["allow_multiple_values"]?.boolean
      object = ["allow_multiple_values": .boolean(several ?? false)]
    default:
      object = [:]
    }
  }

  /// The items of a list: ids and labels.
  static func items(of attribute: Record) -> [(id: String, label: String)] {
    (attribute["input_options"].object?["list_items"]?.array ?? []).compactMap { item in
      guard let id = item["id"]?.string, let label = item["label"]?.string else { return nil }
      return (id, label)
    }
  }

  private static func flag(_ name: String, _ body: JSONObject) throws -> Bool? {
    guard let json = body[name] else { return nil }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  /// The items that a request names, by commas; one that was there keeps its id.
  private static func items(_ json: JSON?, _ known: JSONObject, _ call: Call) throws -> [JSON] {
    let before = known["list_items"]?.array ?? []
    guard let json else {
      guard before.isEmpty else { return before }
      throw APIError.parameterMissing("list_items is a required parameter")
    }
    guard let text = json.string else { throw APIError.parameterInvalid("list_items must be a string") }
    var labels: [String] = []
    for part in text.split(separator: ",") {
      let label = Self.trimmed(part)
      if !label.isEmpty, !labels.contains(label) { labels.append(label) }
    }
    guard !labels.isEmpty else { throw APIError.parameterInvalid("list_items must name at least one item") }
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
