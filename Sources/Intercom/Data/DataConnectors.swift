import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Data connectors: requests to other services that workflows and Fin make (2.16).
enum DataConnectors: Resource {
  static let operations: [Operation] = [
    .get("/data_connectors", "listDataConnectors", list, .since(.v2_16)),
    .post("/data_connectors", "createDataConnector", create, .since(.v2_16)),
    .get("/data_connectors/{id}", "retrieveDataConnector", retrieve, .since(.v2_16)),
    .patch("/data_connectors/{id}", "updateDataConnector", update, .since(.v2_16)),
    .delete("/data_connectors/{id}", "deleteDataConnector", delete, .since(.v2_16)),
    .get(
      "/data_connectors/{data_connector_id}/execution_results", "listDataConnectorExecutionResults",
      DataConnectorExecutions.list, .since(.v2_16)),
    .get(
      "/data_connectors/{data_connector_id}/execution_results/{id}", "showDataConnectorExecutionResult",
      DataConnectorExecutions.retrieve, .since(.v2_16)),
  ]

  static let model = Model(
    "data_connector", collection: "data_connectors", ids: .sequence(from: 1),
    notFound: Model.NotFound("data_connector_not_found", "Data connector not found"),
    references: [Reference("created_by_admin_id", to: "admins"), Reference("updated_by_admin_id", to: "admins")],
    orders: [CollectionDefinition.Order("updated_at") { $0["updated_at"].integer ?? 0 }], fields)

  static let models = [DataConnectorExecutions.model]

  private static let order = ListOrder("updated_at", descending: true)

  // MARK: Behaviour

  /// Lately changed ones first.
  static func list(_ call: Call) throws -> Reply {
    let all = call.workspace[model]
    let records = all.page(order, from: .offset(0), limit: all.count)
    return try CursorPages(key: "updated_at", perPage: 20, limit: 50).reply(records, call)
  }

  static func create(_ call: Call) throws -> Reply {
    guard let name = call.body["name"]?.string, !name.allSatisfy(\.isWhitespace) else {
      throw APIError(.unprocessableContent, "parameter_not_found", "Name is required")
    }
    var connector = try DataConnectorRequest.refusingAsInvalid {
      try model.make(from: DataConnectorRequest.checked(call.body), call)
    }
    connector["state"] = "draft"
    connector["created_by_admin_id"] = .string(Admins.actor(call))
    try settle(&connector, call)
    call.workspace[model].insert(connector)
    return Reply(.created, body: .node(.record(connector)))
  }

  /// Unknown: what a live connector's unpublished changes are; here a connector has one version, whichever is asked for.
  static func retrieve(_ call: Call) throws -> Reply {
    if let version = call.query("state_version"), !["live", "draft"].contains(version) {
      throw APIError.parameterInvalid("Invalid state_version. Must be one of: live, draft")
    }
    return .ok(try call.find(model))
  }

  static func update(_ call: Call) throws -> Reply {
    let before = try call.find(model)
    if let name = call.body["name"], name.string?.allSatisfy(\.isWhitespace) ?? true {
      throw DataConnectorRequest.invalid("Name can't be blank")
    }
    var connector = before
    try DataConnectorRequest.refusingAsInvalid {
      try model.write(DataConnectorRequest.checked(call.body), to: &connector, call)
    }
    if before["state"] == "live", connector["state"] == "draft" {
      try refuseUse(of: before, "set to draft", call)
    }
    try settle(&connector, call)
    call.workspace[model].replace(connector)
    return .ok(connector)
  }

  /// Only a draft that nothing uses. What it did goes with it.
  static func delete(_ call: Call) throws -> Reply {
    let connector = try call.find(model)
    guard connector["state"] == "draft" else {
      throw APIError.conflict("Data connector must be in draft state to be deleted")
    }
    try refuseUse(of: connector, "deleted", call)
    for result in DataConnectorExecutions.of(connector, call) {
      call.workspace[DataConnectorExecutions.model].remove(result.id)
    }
    call.workspace[model].remove(connector.id)
    return .ok(.members(["id": .string(connector.id), "object": .string(model.name), "deleted": true]))
  }

  // MARK: Parts

  /// What follows from a request beside its members.
  private static func settle(_ connector: inout Record, _ call: Call) throws {
    connector["updated_by_admin_id"] = .string(Admins.actor(call))
    guard let json = call.body["mock_response"], !json.isNull else { return }
    guard json.object != nil else { throw DataConnectorRequest.invalid("mock_response must be an object") }
    connector["response_fields"] = .json(.array(ResponseFields.of(json)))
    connector["configuration_response_type"] = "mock_response_type"
  }

  private static func refuseUse(of connector: Record, _ verb: String, _ call: Call) throws {
    guard call.workspace[Workflows.model].count(in: "data_connector_ids", under: connector.id) > 0 else { return }
    throw APIError(
      .conflict, "data_connector_in_use", "Data connector is in use by other resources and cannot be \(verb)")
  }
}

extension DataConnectors {
  static let fields: [Field] = [
    .type("data_connector"), .string("id"), .string("name", .writable), .string("description", .writable),
    .string("state", .writable, initial: "draft", oneOf: ["draft", "live"]), detail(.string("url", .writable)),
    detail(.string("body", .writable, initial: "")),
    .array("headers", .writable).shown(redactedHeaders),
    .string("http_method", .writable, initial: "get", oneOf: ["get", "post", "put", "delete", "patch"]),
    .boolean("direct_fin_usage", .writable, initial: false), detail(.array("audiences", .writable)),
    detail(.string("execution_type", initial: "server_side")), detail(.string("configuration_response_type")),
    detail(.string("data_transformation_type")), detail(.string("client_function_name")),
    detail(.integer("client_function_timeout_ms")), detail(.array("data_inputs", .writable)),
    detail(.array("response_fields")), detail(.array("object_mappings")), detail(.array("token_ids", .writable)),
    detail(.boolean("customer_authentication", .writable, initial: false)),
    detail(.boolean("bypass_authentication", .writable, initial: false)),
    detail(.boolean("validate_missing_attributes", .writable)), .string("created_by_admin_id"),
    .string("updated_by_admin_id"), .zulu("created_at"), .zulu("updated_at"),
    .derived("execution_results_url") { connector, _ in .string("/data_connectors/\(connector.id)/execution_results") },
  ]

  /// A field that lists leave out.
  private static func detail(_ field: Field) -> Field {
    field.shown { [name = field.name] connector, call in
      showsList(call) ? nil : .json(connector[name].stored ?? .null)
    }
  }

  private static func showsList(_ call: Call) -> Bool {
    call.operation.name == "listDataConnectors"
  }

  /// Their values are secret.
  private static func redactedHeaders(_ connector: Record, _ call: Call) -> Node? {
    guard !showsList(call) else { return nil }
    return .json(.array((connector["headers"].array ?? []).map { ["name": $0["name"] ?? "", "value": "****"] }))
  }
}

/// What a request may say of a data connector.
enum DataConnectorRequest {
  private static let audiences = ["leads", "users", "visitors"]
  private static let inputTypes = ["string", "integer", "decimal", "boolean"]

  static func invalid(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }

  /// What the vocabulary refuses with 400 these operations refuse with 422.
  @discardableResult
  static func refusingAsInvalid<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as APIError where error.status == .badRequest {
      throw invalid(error.message ?? "")
    }
  }

  /// The body, its lists as they are kept. Throws 422.
  static func checked(_ body: JSONObject) throws -> JSONObject {
    var body = body
    // A name is asked for by those who need one; null leaves the other members as they start.
    if let json = body["state"], !["draft", "live"].contains(json.string) {
      throw invalid("Invalid state. Must be one of: draft, live")
    }
    if let json = body["http_method"], !["get", "post", "put", "delete", "patch"].contains(json.string) {
      throw invalid("Http Method isn't an option")
    }
    if let json = body["audiences"] {
      guard json.array?.allSatisfy({ audiences.contains($0.string ?? "") }) ?? false else {
        throw invalid("Invalid audiences. Must be a subset of: \(audiences.joined(separator: ", "))")
      }
    }
    if let json = body["token_ids"] { body["token_ids"] = .array(try ids(json)) }
    if let json = body["headers"] { body["headers"] = .array(try objects(json, "headers").map(header)) }
    if let json = body["data_inputs"] { body["data_inputs"] = .array(try objects(json, "data_inputs").map(input)) }
    return body
  }

  private static func objects(_ json: JSON, _ name: String) throws -> [JSONObject] {
    guard let items = json.array else { throw invalid("\(name) must be an array") }
    return try items.map { item in
      guard let object = item.object else { throw invalid("each of \(name) must be an object") }
      return object
    }
  }

  private static func ids(_ json: JSON) throws -> [JSON] {
    guard let items = json.array else { throw invalid("token_ids must be an array") }
    return try items.map { item in
      guard let id = item.string ?? item.integral.map(String.init) else { throw invalid("token_ids must be strings") }
      return .string(id)
    }
  }

  private static func header(_ object: JSONObject) throws -> JSON {
    guard let name = object["name"]?.string, !name.isEmpty, let value = object["value"]?.string else {
      throw invalid("each of headers must have a name and a value")
    }
    return ["name": .string(name), "value": .string(value)]
  }

  private static func input(_ object: JSONObject) throws -> JSON {
    guard let name = object["name"]?.string, !name.isEmpty, let type = object["type"]?.string, inputTypes.contains(type)
    else { throw invalid("each of data_inputs must have a name and a type of \(inputTypes.joined(separator: ", "))") }
    for name in ["description", "default_value"] where !(object[name] ?? "").isText {
      throw invalid("\(name) of data_inputs must be a string")
    }
    guard let isRequired = (object["required"] ?? false).boolean else {
      throw invalid("required of data_inputs must be a boolean")
    }
    return [
      "name": .string(name), "type": .string(type), "description": object["description"] ?? .null,
      "required": .boolean(isRequired), "default_value": .string(object["default_value"]?.string ?? ""),
    ]
  }
}

extension JSON {
  /// Whether it is a text, or null in the place of one.
  fileprivate var isText: Bool { isNull || string != nil }
}

/// The fields of a sample response, found by walking it.
enum ResponseFields {
  /// Most fields that are told, and how deep they are looked for.
  private static let limit = 500
  private static let depth = 20

  /// Unknown: how the service writes a path into a list; here `items[0].name`, of the first item.
  static func of(_ json: JSON) -> [JSON] {
    var fields: [JSON] = []
    walk(json, "", depth, &fields)
    return fields
  }

  private static func walk(_ json: JSON, _ path: String, _ depth: Int, _ fields: inout [JSON]) {
    guard depth > 0, fields.count < limit else { return }
    switch json {
    case .object(let object):
      for (key, value) in object { walk(value, path.isEmpty ? key : "\(path).\(key)", depth - 1, &fields) }
    case .array(let items):
      if let first = items.first { walk(first, "\(path)[0]", depth - 1, &fields) }
    default:
      fields.append(["path": .string(path), "type": type(of: json), "example_value": json, "redacted": false])
    }
  }

  private static func type(of json: JSON) -> JSON {
    switch json {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "decimal"
    case .string(let text): ISOTime.seconds(text) != nil ? "datetime" : "string"
    default: "unknown"
    }
  }
}
