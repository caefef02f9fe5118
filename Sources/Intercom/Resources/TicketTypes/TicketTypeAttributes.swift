import API
import JSON
import Store

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
