import API
import JSON

/// Shapes that one version alone shows.
extension DataAttributes {
  /// With a description, if only an empty one.
  static let describing: VersionChange.Rewriting = { attribute in
    var attribute = attribute
    if attribute["description"] == nil { attribute["description"] = "" }
    return attribute
  }

  static let leavingOutEmptyDescription: VersionChange.Rewriting = { attribute in
    var attribute = attribute
    if attribute["description"] == "" { attribute.removeValue(forKey: "description") }
    return attribute
  }
}
