/// A time zone. Only UTC until the TZif reader is in place.
public struct Zone: Sendable {
  public static let utc = Zone()

  private init() {}

  public init(named name: String) throws {
    self.init()
  }

  /// The first second of the day that `seconds` lies in.
  public func startOfDay(_ seconds: Int64) -> Int64 {
    seconds - (seconds % 86_400 + 86_400) % 86_400
  }

  /// The first second of the day after the one that `seconds` lies in.
  public func startOfNextDay(_ seconds: Int64) -> Int64 {
    startOfDay(seconds) + 86_400
  }
}
