import API
import JSON
import Store

/// Execution results of data connectors: one request to another service and its response. Workflows and Fin create
/// them; the API only reads them.
enum DataConnectorExecutions {
  private static let errorTypes = [
    "request_configuration_error", "faraday_error", "3rd_party_error", "response_mapping_error", "token_refresh_error",
    "fin_action_response_formatting_error", "fin_action_identity_verification_error", "email_verification_error",
    "non_fin_standalone_action_identity_verification_error", "request_validation_error", "client_side_action_error",
  ]

  /// The fields that lists show only with `include_bodies=true`.
  private static let bodyFields = ["request_body", "response_body", "raw_response_body"]

  static let model = Model(
    name: "data_connector_execution_result", collection: "data_connector_executions", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "execution_result_not_found", message: "Execution result not found"),
    references: [
      Reference("data_connector_id", to: "data_connectors", onDelete: .cascade),
      Reference("conversation_id", to: "conversations", onDelete: .keep),
      Reference("source_id", by: "source_type", to: ["workflow": "workflows"], onDelete: .keep),
    ],
    fields: [
      .type("data_connector.execution"), .string("id"), .string("data_connector_id", options: .indexed),
      .boolean("success", initial: true), .integer("http_status"), .string("http_method", initial: "get"),
      .string("error_type", oneOf: errorTypes), .string("error_message"), .integer("execution_time_ms"),
      .string("source_type"), .string("source_id"), .string("conversation_id"), .utcTimestamp("created_at"),
      .string("request_url"),
    ]
      + bodyFields.map { name in
        .string(name).shown { result, call in showsBodies(in: call) ? .string(result[name].string) : nil }
      })

  // MARK: Behaviour

  /// The results of a period, newest first. The default period is the last hour.
  static func list(in call: Call) throws -> Reply {
    let connector = try call.find(DataConnectors.model, parameter: "data_connector_id")
    let start = try call.queryParameter("start_ts", as: time) ?? call.now - 3600
    let end = try call.queryParameter("end_ts", as: time) ?? call.now
    var found = results(of: connector, in: call).filter {
      let time = $0["created_at"].integer ?? 0
      return start <= time && time <= end
    }
    if let success = try call.queryParameter("success", as: .booleanString) {
      found = found.filter { $0["success"].boolean == success }
    }
    if let type = call.queryParameter("error_type"), !type.isEmpty {
      guard errorTypes.contains(type) else {
        throw APIError.parameterInvalid("Invalid error_type. Must be one of: \(errorTypes.joined(separator: ", "))")
      }
      found = found.filter { $0["error_type"].string == type }
    }
    _ = try call.queryParameter("include_bodies", as: .booleanString)
    found.sort {
      ($0["created_at"].integer ?? 0, numericID(of: $0)) > ($1["created_at"].integer ?? 0, numericID(of: $1))
    }
    return try CursorPages(key: "created_at", perPage: 10, limit: 30).reply(with: found, in: call)
  }

  static func retrieve(in call: Call) throws -> Reply {
    let (connector, result) = (
      try call.find(DataConnectors.model, parameter: "data_connector_id"), call.pathParameter("id")
    )
    guard let record = call.workspace[model][result], record["data_connector_id"].string == connector.id else {
      throw APIError.notFound(for: model)
    }
    return .ok(record)
  }

  /// The execution results of a connector.
  static func results(of connector: Record, in call: Call) -> [Record] {
    call.workspace[model].records(in: "data_connector_id", under: connector.id)
  }

  // MARK: Parts

  private static func showsBodies(in call: Call) -> Bool {
    call.operation.id == "showDataConnectorExecutionResult" || call.queryParameter("include_bodies") == "true"
  }

  private static func numericID(of result: Record) -> Int64 {
    Int64(result.id) ?? 0
  }

  private static var time: MemberType<Int64> { MemberType("a Unix timestamp (integer)", convert: \.asInteger) }
}

/// Cursor pagination without page numbers and totals, as data connectors and their execution results use it.
struct CursorPages {
  /// The field that orders the list, newest first: a time in seconds. Equal times are ordered by id, descending.
  let key: String
  let perPage: Int
  let limit: Int

  /// Returns the requested page of records that are already sorted.
  ///
  /// Throws 400 `client_error` if the cursor is invalid.
  func reply(with records: [Record], in call: Call) throws -> Reply {
    let perPage = try call.perPage(default: perPage, limit: limit)
    var rest = records[...]
    if let text = call.queryParameter("starting_after"), !text.isEmpty {
      let (time, id) = try position(from: text)
      rest = rest.drop { !isRecord($0, afterTime: time, id: id) }
    }
    let page = rest.prefix(perPage)
    let next: Node =
      rest.count > perPage ? .members(["starting_after": page.last.map { .string(cursor(for: $0)) }]) : .null
    return .ok(
      .members([
        "type": "list", "data": .records(Array(page)),
        "pages": .members(["type": "pages", "per_page": .integer(perPage), "next": next]),
      ]))
  }

  private func isRecord(_ record: Record, afterTime time: Int64, id: Int64) -> Bool {
    let own = record[key].integer ?? 0
    return own < time || (own == time && (Int64(record.id) ?? 0) < id)
  }

  /// The cursor that follows a record, in the form of the documented examples: base64 of `[1707594715.0,99000]`.
  private func cursor(for record: Record) -> String {
    let (time, id) = (record[key].integer ?? 0, Int64(record.id) ?? 0)
    return Base64.encode(JSON.array([.number(Double(time)), .integer(id)]).bytes)
  }

  private func position(from text: String) throws -> (time: Int64, id: Int64) {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 2,
      let time = parts[0].number.flatMap({ Int64(exactly: $0) }), let id = parts[1].integer
    else { throw APIError.invalidCursor }
    return (time, id)
  }
}
