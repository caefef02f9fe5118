/// A published version of the API. The cases are in ascending order.
public enum APIVersion: Int, CaseIterable, Comparable, Sendable {
  case v2_7, v2_8, v2_9, v2_10, v2_11, v2_12, v2_13, v2_14, v2_15, v2_16, preview

  /// The values of the `Intercom-Version` header field, in the order of the cases.
  private static let names = ["2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "Preview"]

  /// Versions without a published description. They are accepted and served as 2.7.
  public static let undocumented = [
    "1.0", "1.1", "1.2", "1.3", "1.4", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6",
  ]

  /// The version that serves requests for the undocumented ones.
  public static let substitute = APIVersion.v2_7

  private static let versionsByName: [String: APIVersion] = {
    var versions: [String: APIVersion] = ["preview": .preview, "Unstable": .preview, "unstable": .preview]
    for name in undocumented { versions[name] = substitute }
    for version in allCases { versions[version.name] = version }
    return versions
  }()

  /// Creates the version that serves a value of `Intercom-Version`; nil if the value is unknown. `Unstable` is the
  /// former name of `Preview`.
  public init?(named text: String) {
    guard let version = Self.versionsByName[text] else { return nil }
    self = version
  }

  /// The value of the `Intercom-Version` header field: `2.14`.
  public var name: String {
    Self.names[rawValue]
  }

  public static func < (left: APIVersion, right: APIVersion) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// The range of versions in which an operation, a topic or a search field exists.
public struct Availability: Sendable, Equatable {
  public let first: APIVersion
  public let last: APIVersion

  public static let always = Availability(first: .v2_7, last: .preview)

  /// No served version: the routes of former versions.
  public static let never = Availability(first: .preview, last: .v2_7)

  public static func since(_ first: APIVersion) -> Availability {
    Availability(first: first, last: .preview)
  }

  public static func through(_ last: APIVersion) -> Availability {
    Availability(first: .v2_7, last: last)
  }

  public static func between(_ first: APIVersion, and last: APIVersion) -> Availability {
    Availability(first: first, last: last)
  }

  public func contains(_ version: APIVersion) -> Bool {
    first <= version && version <= last
  }
}
