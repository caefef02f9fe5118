/// In which versions an operation or a search field exists.
public struct Availability: Sendable, Equatable {
  public let first: APIVersion
  public let last: APIVersion

  public static let always = Availability(first: .v2_7, last: .preview)

  public static func since(_ first: APIVersion) -> Availability {
    Availability(first: first, last: .preview)
  }

  public static func through(_ last: APIVersion) -> Availability {
    Availability(first: .v2_7, last: last)
  }

  public static func between(_ first: APIVersion, _ last: APIVersion) -> Availability {
    Availability(first: first, last: last)
  }

  public func contains(_ version: APIVersion) -> Bool {
    first <= version && version <= last
  }
}
