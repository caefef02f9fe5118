import API
import JSON

/// The changes of type that versions made, by name.
enum ValueConversions {
  /// A text of digits as the number it stands for; anything else as it is.
  static let stringToInteger: VersionChange.Retyping = { json in
    json.string.flatMap { Int64($0) }.map(JSON.integer) ?? json
  }

  /// The type `datetime` as `date`; any other type as it is.
  static let datetimeToDate: VersionChange.Retyping = { json in
    json == "datetime" ? "date" : json
  }

  /// A number as text; anything else as it is.
  static let integerToString: VersionChange.Retyping = { json in
    json.integer.map { .string(String($0)) } ?? json
  }

  /// The address of an image as an object around it; anything else as it is.
  static let urlToImage: VersionChange.Retyping = { json in
    json.string.map { ["image_url": .string($0)] } ?? json
  }

  /// An object around the address of an image as that address; anything else as it is.
  static let imageToURL: VersionChange.Retyping = { json in
    json["image_url"] ?? json
  }
}

/// What older versions say of conversations and their parts.
enum ConversationConversions {
  private static let releasedMembers: Set = ["workflow", "attribute", "value", "action", "event"]

  /// The details that were there before Preview; of other events there were none.
  static let withoutPreviewDetails: VersionChange.Retyping = { json in
    guard var details = json.object else { return json }
    for key in details.map(\.key) where !releasedMembers.contains(key) { details.removeValue(forKey: key) }
    return details.isEmpty ? .null : .object(details)
  }

  /// An attribute's new value without the one before.
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
