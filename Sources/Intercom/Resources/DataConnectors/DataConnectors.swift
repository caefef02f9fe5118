import API
import HTTPTypes
import JSON
import Store

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
