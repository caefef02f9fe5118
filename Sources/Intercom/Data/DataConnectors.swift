import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Data connectors: requests to other services, made by workflows and Fin (2.16).
enum DataConnectors: Resource {
  static let operations: [Operation] = [
    .get("/data_connectors", id: "listDataConnectors", handler: list, available: .since(.v2_16)),
    .post("/data_connectors", id: "createDataConnector", handler: create, available: .since(.v2_16)),
    .get("/data_connectors/{id}", id: "retrieveDataConnector", handler: retrieve, available: .since(.v2_16)),
    .patch("/data_connectors/{id}", id: "updateDataConnector", handler: update, available: .since(.v2_16)),
    .delete("/data_connectors/{id}", id: "deleteDataConnector", handler: delete, available: .since(.v2_16)),
    .get(
      "/data_connectors/{data_connector_id}/execution_results", id: "listDataConnectorExecutionResults",
      handler: DataConnectorExecutions.list, available: .since(.v2_16)),
    .get(
      "/data_connectors/{data_connector_id}/execution_results/{id}", id: "showDataConnectorExecutionResult",
      handler: DataConnectorExecutions.retrieve, available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "data_connector", collection: "data_connectors", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "data_connector_not_found", message: "Data connector not found"),
    references: [Reference("created_by_admin_id", to: "admins"), Reference("updated_by_admin_id", to: "admins")],
    orders: [CollectionDefinition.Order(name: "updated_at") { $0["updated_at"].integer ?? 0 }], fields: fields)

  static let models = [DataConnectorExecutions.model]

  private static let order = ListOrder(name: "updated_at", descending: true)

  // MARK: Behaviour

  /// The connectors, most recently updated first.
  static func list(in call: Call) throws -> Reply {
    let all = call.workspace[model]
    let records = all.page(orderedBy: order, from: .offset(0), limit: all.count)
    return try CursorPages(key: "updated_at", perPage: 20, limit: 50).reply(with: records, in: call)
  }

  static func create(in call: Call) throws -> Reply {
    _ = try call.body.required(
      "name", as: .nonBlankString,
      orThrow: APIError(status: .unprocessableContent, code: "parameter_not_found", message: "Name is required"))
    var connector = try DataConnectorRequest.rethrowingAsUnprocessable {
      try model.makeRecord(from: DataConnectorRequest.validated(call.body), in: call)
    }
    connector["state"] = "draft"
    connector["created_by_admin_id"] = .string(Admins.actorID(in: call))
    try applyDerivedFields(to: &connector, in: call)
    call.workspace[model].insert(connector)
    return Reply(status: .created, body: .node(.record(connector)))
  }

  /// Unknown: how the service versions unpublished changes of a live connector; here a connector has one version, which
  /// is returned for either `state_version`.
  static func retrieve(in call: Call) throws -> Reply {
    if let version = call.queryParameter("state_version"), !["live", "draft"].contains(version) {
      throw APIError.parameterInvalid("Invalid state_version. Must be one of: live, draft")
    }
    return .ok(try call.find(model))
  }

  static func update(in call: Call) throws -> Reply {
    let before = try call.find(model)
    if let name = call.body["name"], name.string?.allSatisfy(\.isWhitespace) ?? true {
      throw DataConnectorRequest.validationError("Name can't be blank")
    }
    var connector = before
    try DataConnectorRequest.rethrowingAsUnprocessable {
      try model.write(DataConnectorRequest.validated(call.body), to: &connector, in: call)
    }
    if before["state"] == "live", connector["state"] == "draft" {
      try requireUnused(before, action: "set to draft", in: call)
    }
    try applyDerivedFields(to: &connector, in: call)
    call.workspace[model].replace(connector)
    return .ok(connector)
  }

  /// Deletes a draft that no workflow uses, and its execution results.
  ///
  /// Throws 409 for a live connector, and `data_connector_in_use` if a workflow uses it.
  static func delete(in call: Call) throws -> Reply {
    let connector = try call.find(model)
    guard connector["state"] == "draft" else {
      throw APIError.conflict("Data connector must be in draft state to be deleted")
    }
    try requireUnused(connector, action: "deleted", in: call)
    call.delete(connector, of: model)
    return .ok(.members(["id": .string(connector.id), "object": .string(model.name), "deleted": true]))
  }

  // MARK: Parts

  /// Sets the fields that are derived from the request rather than copied from it.
  private static func applyDerivedFields(to connector: inout Record, in call: Call) throws {
    connector["updated_by_admin_id"] = .string(Admins.actorID(in: call))
    let invalid = DataConnectorRequest.validationError("mock_response must be an object")
    guard let response = try call.body.optional("mock_response", as: .object, invalid: invalid) else { return }
    connector["response_fields"] = .json(.array(ResponseFields.extract(from: .object(response))))
    connector["configuration_response_type"] = "mock_response_type"
  }

  private static func requireUnused(_ connector: Record, action verb: String, in call: Call) throws {
    guard !call.dependents(of: connector, in: model).isEmpty else { return }
    throw APIError(
      status: .conflict, code: "data_connector_in_use",
      message: "Data connector is in use by other resources and cannot be \(verb)")
  }
}

extension DataConnectors {
  static let fields: [Field] = [
    .type("data_connector"), .string("id"), .string("name", options: .writable),
    .string("description", options: .writable),
    .string("state", options: .writable, initial: "draft", oneOf: ["draft", "live"]),
    omittedFromLists(.string("url", options: .writable)),
    omittedFromLists(.string("body", options: .writable, initial: "")),
    .array("headers", options: .writable).shown(redactedHeaders),
    .string("http_method", options: .writable, initial: "get", oneOf: ["get", "post", "put", "delete", "patch"]),
    .boolean("direct_fin_usage", options: .writable, initial: false),
    omittedFromLists(.array("audiences", options: .writable)),
    omittedFromLists(.string("execution_type", initial: "server_side")),
    omittedFromLists(.string("configuration_response_type")),
    omittedFromLists(.string("data_transformation_type")), omittedFromLists(.string("client_function_name")),
    omittedFromLists(.integer("client_function_timeout_ms")),
    omittedFromLists(.array("data_inputs", options: .writable)),
    omittedFromLists(.array("response_fields")), omittedFromLists(.array("object_mappings")),
    omittedFromLists(.array("token_ids", options: .writable)),
    omittedFromLists(.boolean("customer_authentication", options: .writable, initial: false)),
    omittedFromLists(.boolean("bypass_authentication", options: .writable, initial: false)),
    omittedFromLists(.boolean("validate_missing_attributes", options: .writable)), .string("created_by_admin_id"),
    .string("updated_by_admin_id"), .utcTimestamp("created_at"), .utcTimestamp("updated_at"),
    .derived("execution_results_url") { connector, _ in .string("/data_connectors/\(connector.id)/execution_results") },
  ]

  /// Hides a field in lists.
  private static func omittedFromLists(_ field: Field) -> Field {
    field.shown { [name = field.name] connector, call in
      isListing(in: call) ? nil : .json(connector[name].json ?? .null)
    }
  }

  private static func isListing(in call: Call) -> Bool {
    call.operation.id == "listDataConnectors"
  }

  /// The header values are replaced by asterisks, because they are secret.
  private static func redactedHeaders(of connector: Record, in call: Call) -> Node? {
    guard !isListing(in: call) else { return nil }
    return .json(.array((connector["headers"].array ?? []).map { ["name": $0["name"] ?? "", "value": "****"] }))
  }
}

/// Validates the request bodies of data connectors.
enum DataConnectorRequest {
  private static let audiences = ["leads", "users", "visitors"]
  private static let inputTypes = ["string", "integer", "decimal", "boolean"]

  /// The error 422 `parameter_invalid` with a message.
  static func validationError(_ message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "parameter_invalid", message: message)
  }

  /// Runs `work` and rethrows a 400 error as 422, the status that these operations document.
  @discardableResult
  static func rethrowingAsUnprocessable<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as APIError where error.status == .badRequest {
      throw validationError(error.message ?? "")
    }
  }

  /// Returns the body with its lists in their stored form. Throws 422 if a member is invalid.
  static func validated(_ body: JSONObject) throws -> JSONObject {
    var body = body
    // Creation and update check `name` themselves. Null gives the other members their initial values.
    if let json = body["state"], !["draft", "live"].contains(json.string) {
      throw validationError("Invalid state. Must be one of: draft, live")
    }
    if let json = body["http_method"], !["get", "post", "put", "delete", "patch"].contains(json.string) {
      throw validationError("Http Method isn't an option")
    }
    if let json = body["audiences"] {
      guard json.array?.allSatisfy({ audiences.contains($0.string ?? "") }) ?? false else {
        throw validationError("Invalid audiences. Must be a subset of: \(audiences.joined(separator: ", "))")
      }
    }
    if let json = body["token_ids"] { body["token_ids"] = .array(try tokenIDs(from: json)) }
    if let json = body["headers"] { body["headers"] = .array(try objects(from: json, name: "headers").map(header)) }
    if let json = body["data_inputs"] {
      body["data_inputs"] = .array(try objects(from: json, name: "data_inputs").map(dataInput))
    }
    return body
  }

  private static func objects(from json: JSON, name: String) throws -> [JSONObject] {
    try json.read(as: .array, orThrow: validationError("\(name) must be an array"))
      .map { try $0.read(as: .object, orThrow: validationError("each of \(name) must be an object")) }
  }

  private static func tokenIDs(from json: JSON) throws -> [JSON] {
    try json.read(as: .array, orThrow: validationError("token_ids must be an array")).map { item in
      guard let id = item.asID else {
        throw validationError("token_ids must be strings")
      }
      return .string(id)
    }
  }

  private static func header(from object: JSONObject) throws -> JSON {
    guard let name = object["name"]?.string, !name.isEmpty, let value = object["value"]?.string else {
      throw validationError("each of headers must have a name and a value")
    }
    return ["name": .string(name), "value": .string(value)]
  }

  private static func dataInput(from object: JSONObject) throws -> JSON {
    guard let name = object["name"]?.string, !name.isEmpty, let type = object["type"]?.string, inputTypes.contains(type)
    else {
      throw validationError("each of data_inputs must have a name and a type of \(inputTypes.joined(separator: ", "))")
    }
    for name in ["description", "default_value"] where !(object[name] ?? "").isText {
      throw validationError("\(name) of data_inputs must be a string")
    }
    guard let isRequired = (object["required"] ?? false).boolean else {
      throw validationError("required of data_inputs must be a boolean")
    }
    return [
      "name": .string(name), "type": .string(type), "description": object["description"] ?? .null,
      "required": .boolean(isRequired), "default_value": .string(object["default_value"]?.string ?? ""),
    ]
  }
}

extension JSON {
  fileprivate var isText: Bool { isNull || string != nil }
}

/// Derives the response fields of a connector from a sample response.
enum ResponseFields {
  /// The number of fields returned and the nesting depth searched are limited.
  private static let maximumFields = 500
  private static let maximumDepth = 20

  /// Returns one entry per scalar value, with its path, type and example.
  ///
  /// Unknown: how the service writes the path of a list element; here `items[0].name`, taken from the first element.
  static func extract(from json: JSON) -> [JSON] {
    var fields: [JSON] = []
    walk(json, path: "", depth: maximumDepth, into: &fields)
    return fields
  }

  private static func walk(_ json: JSON, path: String, depth: Int, into fields: inout [JSON]) {
    guard depth > 0, fields.count < maximumFields else { return }
    switch json {
    case .object(let object):
      for (key, value) in object {
        walk(value, path: path.isEmpty ? key : "\(path).\(key)", depth: depth - 1, into: &fields)
      }
    case .array(let items):
      if let first = items.first { walk(first, path: "\(path)[0]", depth: depth - 1, into: &fields) }
    default:
      fields.append(["path": .string(path), "type": type(of: json), "example_value": json, "redacted": false])
    }
  }

  private static func type(of json: JSON) -> JSON {
    switch json {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "decimal"
    case .string(let text): ISO8601.seconds(from: text) != nil ? "datetime" : "string"
    default: "unknown"
    }
  }
}
