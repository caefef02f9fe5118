import API
import JSON
import Store

/// Workflows, which the API exports but cannot create (2.15).
enum Workflows: Resource {
  static let operations: [Operation] = [
    .get("/export/workflows/{id}", id: "exportWorkflow", handler: export, available: .since(.v2_15))
  ]

  static let model = Model(
    name: "workflow", collection: "workflows", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Workflow not found"),
    references: [Reference("data_connector_ids", to: "data_connectors")],
    fields: [
      .string("id"), .string("title"), .string("description"), .string("trigger_type"),
      .string("state", initial: "draft", oneOf: ["live", "draft", "paused"]), .array("target_channels"),
      .array("preferred_devices"), .utcTimestamp("created_at"), .utcTimestamp("updated_at"),
      .object("targeting", initial: nil),
      .object("snapshot", initial: nil), .array("attributes"), .array("embedded_rules"),
      // The data connectors that the workflow's steps use.
      .array("data_connector_ids", options: [.hidden, .indexed]),
    ])

  // MARK: Behaviour

  static func export(in call: Call) throws -> Reply {
    try PlanFeature.workflowExport.require(in: call)
    return .ok(
      .members([
        "export_version": "1.0", "exported_at": .string(ISO8601UTC.text(seconds: call.now)),
        "app_id": .json(.integer(WorkspaceProfile.number(in: call))),
        "workflow": .record(try call.find(model)),
      ]))
  }
}
