import API
import JSON
import Store

/// Receipts: outbound content that reached someone. The API never shows them; data exports write them down.
enum Receipts {
  /// The first time that something happened to what was received. The second word is the service's own.
  private static let milestones = [
    "first_reply", "first_completion", "first_series_completion", "first_series_disengagement", "first_series_exit",
    "first_goal_success", "first_open", "first_click", "first_dismisall", "first_unsubscribe", "first_hard_bounce",
  ]

  /// What webhooks call them.
  static let statistics: [(milestone: String, name: String)] = milestones.map { milestone in
    (milestone, milestone == "first_dismisall" ? "dismissal" : String(milestone.dropFirst("first_".count)))
  }

  private static let columns =
    [
      "user_id", "user_external_id", "company_id", "email", "name", "ruleset_id", "content_id", "content_type",
      "content_title", "ruleset_version_id", "receipt_id", "received_at", "series_id", "series_title", "node_id",
    ] + milestones

  static let model = Model(
    "receipt", collection: "receipts", ids: .sequence(from: 1),
    // Not to contacts: what was sent to one outlives them.
    references: [Reference("ruleset_id", to: "rulesets")],
    [
      .string("id"), .string("contact_id"), .string("ruleset_id"), .string("content_id"), .string("content_type"),
      .string("content_title"), .string("ruleset_version_id"), .timestamp("received_at"), .string("series_id"),
      .string("series_title"), .string("node_id"),
    ] + milestones.map { .timestamp($0) })

  /// The table of what was received in the time that a job names; nil when there is nothing.
  static func table(_ job: Record, _ workspace: Workspace) -> String? {
    let (after, before) = (job["created_at_after"].integer ?? 0, job["created_at_before"].integer ?? 0)
    let found = (workspace[model].all + messages(workspace)).filter {
      (after...before).contains($0["received_at"].integer ?? -1)
    }
    guard !found.isEmpty else { return nil }
    return CSV.text([columns] + found.map { row($0, workspace) })
  }

  /// What admins sent through the API, one receipt for each contact.
  private static func messages(_ workspace: Workspace) -> [Record] {
    workspace[Messages.model].all.flatMap { message in
      message["contact_ids"].strings.map { contact in
        var receipt = model.blank()
        receipt["id"] = .string("\(message.id)-\(contact)")
        receipt["contact_id"] = .string(contact)
        receipt["content_id"] = message["id"]
        receipt["content_type"] = message["message_type"]
        receipt["content_title"] = message["subject"]
        receipt["received_at"] = message["created_at"]
        return receipt
      }
    }
  }

  /// Unknown: how the service writes times in the table; here as everywhere, in seconds since 1970.
  private static func row(_ receipt: Record, _ workspace: Workspace) -> [String] {
    let contact = receipt["contact_id"].string.flatMap { workspace[Contacts.model][$0] }
    return columns.map { column in
      switch column {
      case "user_id": receipt["contact_id"].string ?? ""
      case "user_external_id": contact?["external_id"].string ?? ""
      case "company_id": contact?["company_ids"].strings.first ?? "-1"
      case "email", "name": contact?[column].string ?? ""
      case "receipt_id": receipt.id
      case "series_id": receipt[column].string ?? "-1"
      default: receipt[column].string ?? receipt[column].integer.map(String.init) ?? ""
      }
    }
  }
}
