/// A time zone that cannot be used: which one, and why.
public struct ZoneError: Error, CustomStringConvertible {
  /// The name that was asked for, as it was given.
  public let zone: String
  /// Why the zone cannot be used, as a phrase that follows its name.
  public let reason: String

  /// The zone and the reason in one line. Control characters in the name are escaped.
  public var description: String { "time zone \(zone.debugDescription): \(reason)" }
}
