import API
import JSON
import Store

/// Workflows: made in the product, exported here (2.15).
enum Workflows: Resource {
  static let operations: [Operation] = [.get("/export/workflows/{id}", "exportWorkflow", export, .since(.v2_15))]

  static let model = Model(
    "workflow", collection: "workflows", ids: .sequence(from: 1),
    notFound: Model.NotFound("not_found", "Workflow not found"),
    references: [Reference("data_connector_ids", to: "data_connectors")],
    [
      .string("id"), .string("title"), .string("description"), .string("trigger_type"),
      .string("state", initial: "draft", oneOf: ["live", "draft", "paused"]), .array("target_channels"),
      .array("preferred_devices"), .zulu("created_at"), .zulu("updated_at"), .object("targeting", initial: nil),
      .object("snapshot", initial: nil), .array("attributes"), .array("embedded_rules"),
      // The connectors that its steps call.
      .array("data_connector_ids", [.hidden, .indexed]),
    ])

  // MARK: Behaviour

  static func export(_ call: Call) throws -> Reply {
    try Feature.workflowExport.demand(call)
    return .ok(
      .members([
        "export_version": "1.0", "exported_at": .string(Zulu.text(call.now)), "app_id": .integer(appID(call)),
        "workflow": .record(try call.find(model)),
      ]))
  }

  /// Unknown: the number of a workspace, which only this operation shows; here its code, read in base 36.
  private static func appID(_ call: Call) -> Int {
    Int(Profile.id(call).prefix(10), radix: 36) ?? 0
  }
}
