/// How a server is set up.
public struct ServerConfiguration: Sendable {
  /// What every workspace starts with.
  public var settings = Settings()
  /// Whether tokens that no fixture lists are refused.
  public var onlyListedTokens = false
  /// How many workspaces are held at once.
  public var maxWorkspaces = 10_000
  /// Where request ids and the ids of new records are drawn from.
  public var seed: UInt64 = 1
  /// The program's own version, for `/_mock/health`.
  public var programVersion = "0.0.0"

  public init() {}
}
