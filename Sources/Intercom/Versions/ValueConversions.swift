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

  /// The type of a source that no channel began is null before 2.16 (recorded in 2.11).
  static let unknownToNull: VersionChange.Retyping = { json in
    json == "unknown" ? .null : json
  }

  static let zeroToNull: VersionChange.Retyping = { json in
    json == 0 ? .null : json
  }
}
