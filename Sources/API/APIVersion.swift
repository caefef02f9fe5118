/// A published version of the API, oldest first.
public enum APIVersion: String, CaseIterable, Comparable, Sendable {
  case v2_7 = "2.7"
  case v2_8 = "2.8"
  case v2_9 = "2.9"
  case v2_10 = "2.10"
  case v2_11 = "2.11"
  case v2_12 = "2.12"
  case v2_13 = "2.13"
  case v2_14 = "2.14"
  case v2_15 = "2.15"
  case v2_16 = "2.16"
  case preview = "Preview"

  /// Versions that were never described: accepted, and served in the shape of 2.7.
  public static let undescribed = [
    "1.0", "1.1", "1.2", "1.3", "1.4", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6",
  ]

  /// The version that serves a request for `text`; nil for one that never was. `Unstable` is Preview's former name.
  public init?(asked text: String) {
    if let version = APIVersion(rawValue: text) {
      self = version
    } else if Self.undescribed.contains(text) {
      self = .v2_7
    } else if ["preview", "unstable"].contains(text.lowercased()) {
      self = .preview
    } else {
      return nil
    }
  }

  /// The version's place, oldest first.
  public var ordinal: Int {
    Self.allCases.firstIndex(of: self) ?? 0
  }

  public static func < (left: APIVersion, right: APIVersion) -> Bool {
    left.ordinal < right.ordinal
  }
}
