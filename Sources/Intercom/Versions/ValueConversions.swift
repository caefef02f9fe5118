import API
import JSON

/// Conversions of values between versions.
enum ValueConversions {
  /// A string of digits as an integer; other values are unchanged.
  static let stringToInteger: VersionChange.Retyping = { json in
    json.string.flatMap { Int64($0) }.map(JSON.integer) ?? json
  }

  /// `datetime` as `date`; other values are unchanged.
  static let datetimeToDate: VersionChange.Retyping = { json in
    json == "datetime" ? "date" : json
  }

  /// An integer as a string; other values are unchanged.
  static let integerToString: VersionChange.Retyping = { json in
    json.integer.map { .string(String($0)) } ?? json
  }
}

/// Conversions of conversations and their parts to older versions.
enum ConversationConversions {
  private static let releasedMembers: Set = ["workflow", "attribute", "value", "action", "event"]

  /// Removes the details that only Preview has; null if no other detail remains.
  static let withoutPreviewDetails: VersionChange.Retyping = { json in
    guard var details = json.object else { return json }
    for key in details.map(\.key) where !releasedMembers.contains(key) { details.removeValue(forKey: key) }
    return details.isEmpty ? .null : .object(details)
  }

  /// Removes the previous value of an attribute.
  static let withoutPreviousValue: VersionChange.Retyping = { json in
    guard var details = json.object, var value = details["value"]?.object else { return json }
    value.removeValue(forKey: "previous")
    details["value"] = .object(value)
    return .object(details)
  }

  static let legacyResolutionState: VersionChange.Retyping = { json in
    switch json.string {
    case "escalated", "procedure_handoff": "routed_to_team"
    case "negative_feedback": "abandoned"
    default: json
    }
  }

  static let legacyPriority: VersionChange.Retyping = { json in
    json == "none" ? "not_priority" : "priority"
  }

  static let zeroToNull: VersionChange.Retyping = { json in
    json == 0 ? .null : json
  }
}
