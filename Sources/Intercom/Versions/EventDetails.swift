import API
import JSON

/// What older versions say of conversations and their parts.
enum EventDetails {
  private static let old: Set = ["workflow", "attribute", "value", "action", "event"]

  /// The details that were there before Preview; of other events there were none.
  static let known: VersionChange.Retyping = { json in
    guard var details = json.object else { return json }
    for key in details.map(\.key) where !old.contains(key) { details.removeValue(forKey: key) }
    return details.isEmpty ? .null : .object(details)
  }

  /// An attribute's new value without the one before.
  static let leavingOutPrevious: VersionChange.Retyping = { json in
    guard var details = json.object, var value = details["value"]?.object else { return json }
    value.removeValue(forKey: "previous")
    details["value"] = .object(value)
    return .object(details)
  }

  static let oldResolution: VersionChange.Retyping = { json in
    switch json.string {
    case "escalated", "procedure_handoff": "routed_to_team"
    case "negative_feedback": "abandoned"
    default: json
    }
  }

  static let oldPriority: VersionChange.Retyping = { json in
    json == "none" ? "not_priority" : "priority"
  }

  static let nullForZero: VersionChange.Retyping = { json in
    json == 0 ? .null : json
  }
}
