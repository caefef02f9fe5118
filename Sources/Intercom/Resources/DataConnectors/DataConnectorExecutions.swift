import API
import JSON
import Store

/// What a data connector did: one request to another service and its answer. Workflows and Fin make them; only read here.
enum DataConnectorExecutions {
  private static let errorTypes = [
    "request_configuration_error", "faraday_error", "3rd_party_error", "response_mapping_error", "token_refresh_error",
    "fin_action_response_formatting_error", "fin_action_identity_verification_error", "email_verification_error",
    "non_fin_standalone_action_identity_verification_error", "request_validation_error", "client_side_action_error",
  ]

  /// What lists show only when they are asked to.
  private static let bodies = ["request_body", "response_body", "raw_response_body"]

  static let model = Model(
    "data_connector_execution_result", collection: "data_connector_executions", ids: .sequence(from: 1),
    notFound: Model.NotFound("execution_result_not_found", "Execution result not found"),
    references: [Reference("data_connector_id", to: "data_connectors")],
    [
      .type("data_connector.execution"), .string("id"), .string("data_connector_id", .indexed),
      .boolean("success", initial: true), .integer("http_status"), .string("http_method", initial: "get"),
      .string("error_type", oneOf: errorTypes), .string("error_message"), .integer("execution_time_ms"),
      .string("source_type"), .string("source_id"), .string("conversation_id"), .zulu("created_at"),
      .string("request_url"),
    ]
      + bodies.map { name in
        .string(name).shown { result, call in showsBodies(call) ? .string(result[name].string) : nil }
      })

  // MARK: Behaviour

  /// Of the last hour, unless another time is asked for; the newest first.
  static func list(_ call: Call) throws -> Reply {
    let connector = try call.find(DataConnectors.model, "data_connector_id")
    let (start, end) = (try time("start_ts", call) ?? call.now - 3600, try time("end_ts", call) ?? call.now)
    var found = of(connector, call).filter {
      let time = $0["created_at"].integer ?? 0
      return start <= time && time <= end
    }
    if let success = try flag("success", call) { found = found.filter { $0["success"].boolean == success } }
    if let type = call.query("error_type"), !type.isEmpty {
      guard errorTypes.contains(type) else {
        throw APIError.parameterInvalid("Invalid error_type. Must be one of: \(errorTypes.joined(separator: ", "))")
      }
      found = found.filter { $0["error_type"].string == type }
    }
    _ = try flag("include_bodies", call)
    found.sort { ($0["created_at"].integer ?? 0, number($0)) > ($1["created_at"].integer ?? 0, number($1)) }
    return try CursorPages(key: "created_at", perPage: 10, limit: 30).reply(found, call)
  }

  static func retrieve(_ call: Call) throws -> Reply {
    let (connector, result) = (try call.find(DataConnectors.model, "data_connector_id"), call.parameter("id"))
    guard let record = call.workspace[model][result], record["data_connector_id"].string == connector.id else {
      throw APIError.notFound(model)
    }
    return .ok(record)
  }

  static func of(_ connector: Record, _ call: Call) -> [Record] {
    call.workspace[model].records(in: "data_connector_id", under: connector.id)
  }

  // MARK: Parts

  private static func showsBodies(_ call: Call) -> Bool {
    call.operation.name == "showDataConnectorExecutionResult" || call.query("include_bodies") == "true"
  }

  private static func number(_ result: Record) -> Int64 {
    Int64(result.id) ?? 0
  }

  private static func time(_ name: String, _ call: Call) throws -> Int64? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard let time = Int64(text) else {
      throw APIError.parameterInvalid("\(name) must be a Unix timestamp (integer)")
    }
    return time
  }

  private static func flag(_ name: String, _ call: Call) throws -> Bool? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard text == "true" || text == "false" else { throw APIError.parameterInvalid("\(name) must be true or false") }
    return text == "true"
  }
}
