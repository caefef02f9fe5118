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

  /// The URL of an image as an object with `image_url`; other values are unchanged.
  static let urlToImage: VersionChange.Retyping = { json in
    json.string.map { ["image_url": .string($0)] } ?? json
  }

  /// An object with `image_url` as that URL; other values are unchanged.
  static let imageToURL: VersionChange.Retyping = { json in
    json["image_url"] ?? json
  }
}

/// Conversions of conversations and their parts to older versions.
enum ConversationConversions {
  private static let membersBefore2_15: Set = ["workflow", "attribute", "value", "action", "event"]

  /// Removes the details of calls.
  static let withoutCallDetails: VersionChange.Retyping = { json in
    guard var details = json.object else { return json }
    details["call_id"] = nil
    return .object(details)
  }

  /// Removes the details that 2.15 added, and the previous value of an attribute.
  static let withoutDetailsOf2_15: VersionChange.Retyping = { json in
    guard var details = json.object else { return json }
    details.removeAll { !membersBefore2_15.contains($0.key) }
    if var value = details["value"]?.object {
      value["previous"] = nil
      details["value"] = .object(value)
    }
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

  /// The details of a changed priority, with the values before 2.16.
  static let legacyPriorityDetails: VersionChange.Retyping = { json in
    guard var details = json.object else { return json }
    for key in ["current_priority", "previous_priority"] { details[key] = details[key].map(legacyPriority) }
    return .object(details)
  }

  /// The type of a source that no channel began is null before 2.16 (recorded in 2.11).
  static let unknownToNull: VersionChange.Retyping = { json in
    json == "unknown" ? .null : json
  }

  static let zeroToNull: VersionChange.Retyping = { json in
    json == 0 ? .null : json
  }
}
