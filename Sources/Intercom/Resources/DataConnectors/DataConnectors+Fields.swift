import API
import JSON
import Store

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
