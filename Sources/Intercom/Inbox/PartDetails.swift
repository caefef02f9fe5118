import API
import JSON
import Store

/// The `event_details` of a conversation part, which depend on its type (Documentation.docc/Recorded-Differences.md,
/// "Statements outside the descriptions").
enum PartDetails {
  private static let typesSince2_15: Set = [
    "conversation_attribute_updated_by_user", "conversation_tags_updated", "priority_changed", "snoozed",
    "conversation_sla_applied_by_rule", "conversation_sla_applied_by_workflow", "conversation_sla_target_missed",
    "conversation_sla_paused", "conversation_sla_unpaused", "conversation_sla_removed",
  ]

  /// The details in the version of the call; an empty object if there are none (recorded).
  static func shown(of part: Record, in call: Call) -> Node? {
    guard let details = part["event_details"].object, isShown(for: part, in: call) else { return .members([:]) }
    guard call.honours(.detailsMoreParts) else { return .json(.object(withoutPreviousValue(details))) }
    return .json(.object(call.honours(.hasFivePriorities) ? details : withLegacyPriorities(details)))
  }

  private static func isShown(for part: Record, in call: Call) -> Bool {
    let type = part["part_type"].string ?? ""
    if type == "call_summary" { return call.honours(.detailsCalls) }
    return !typesSince2_15.contains(type) || call.honours(.detailsMoreParts)
  }

  private static func withoutPreviousValue(_ details: JSONObject) -> JSONObject {
    guard var value = details["value"]?.object else { return details }
    var details = details
    value["previous"] = nil
    details["value"] = .object(value)
    return details
  }

  private static func withLegacyPriorities(_ details: JSONObject) -> JSONObject {
    var details = details
    for key in ["current_priority", "previous_priority"] {
      details[key] = details[key].map(VersionChanges.legacyPriority)
    }
    return details
  }
}
