/// How a listener serves.
public struct Configuration: Sendable {
  public var limits = Limits()
  public var compression = Compression()
  /// How many connections may wait to be accepted.
  public var backlog: Int32 = 1_024

  /// The defaults.
  public init() {}
}
