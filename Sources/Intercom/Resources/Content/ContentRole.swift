/// What of the AI may use content.
enum ContentRole: String, CaseIterable, Sendable {
  case agent = "ai_agent"
  case copilot
  case sales = "sales_agent"

  /// The parameter of a search.
  var parameter: String {
    switch self {
    case .agent: "fin_service_state"
    case .copilot: "copilot_state"
    case .sales: "fin_sales_state"
    }
  }

  /// The member of a record; the agent's has several names.
  func member(agent: String) -> String {
    switch self {
    case .agent: agent
    case .copilot: ContentKind.copilot
    case .sales: ContentKind.sales
    }
  }
}
