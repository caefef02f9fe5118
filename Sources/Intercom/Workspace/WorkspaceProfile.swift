import API
import HTTPTypes
import JSON
import Store

/// The data of the workspace that records show.
enum WorkspaceProfile {
  /// Writes the `id_code`, which records show as `workspace_id` or `app_id`.
  static func writeID(of record: Record, in call: Call, to writer: inout JSONWriter) {
    writer.write(call.workspace.profile["id_code"] ?? .null)
  }

  static func id(in call: Call) -> String {
    id(of: call.workspace)
  }

  static func id(of workspace: Workspace) -> String {
    workspace.profile["id_code"]?.string ?? ""
  }

  /// The numeric id of the workspace. It fits into 32 bits, which client libraries need
  /// (Documentation.docc/Clients.md, "Responses"). Unknown: how Intercom derives it from the `id_code`.
  static func number(in call: Call) -> Int64 {
    id(in: call).utf8.reduce(7) { ($0 &* 31 &+ Int64($1)) & 0xFF_FFFF }
  }
}

/// Features of a plan. A workspace refuses the features that its profile lists in `disabled_features`.
public enum PlanFeature: String, CaseIterable, Sendable {
  case catalogs
  case finProfile = "fin_profile"
  case monitoring = "real_time_monitoring"
  case procedureInput = "procedure_input"
  case teamMemberships = "team_memberships"
  case workflowExport = "workflow_export"

  /// Throws if the workspace has disabled the feature.
  func require(in call: Call) throws {
    guard let disabled = call.workspace.profile["disabled_features"]?.array else { return }
    if disabled.contains(.string(rawValue)) { throw refusal }
  }

  /// The documented wording (Documentation.docc/Errors.md, "Documented errors").
  private var refusal: APIError {
    switch self {
    case .catalogs:
      APIError(status: .notFound, code: "not_found", message: "The catalog API is not available for this workspace.")
    case .finProfile:
      .parameterInvalid(
        "No Fin profile is configured to handle this conversation. Configure a Fin profile and retry.")
    case .monitoring: restricted(message: "Real-time monitoring is not enabled for your workspace.")
    case .procedureInput:
      APIError(status: .forbidden, code: "forbidden", message: "Procedures HITL API is not enabled for your app.")
    case .teamMemberships:
      restricted(message: "Updating team memberships via the API is not available for this workspace")
    case .workflowExport: restricted(message: "Workflow export is not available for this app")
    }
  }

  private func restricted(message: String) -> APIError {
    APIError(status: .forbidden, code: "api_plan_restricted", message: message)
  }
}
