import API

/// How a server is set up.
public struct ServerConfiguration: Sendable {
  /// When bodies are hashed for an `ETag`.
  public enum ETagging: String, Sendable, CaseIterable {
    /// Bodies up to 16 KB: hashing a long list costs more than writing it.
    case auto
    case always, off
  }

  /// The version that serves requests which name none.
  public var defaultVersion = APIVersion.v2_14
  public var etag = ETagging.auto
  /// Whether tokens that no fixture lists are refused.
  public var onlyListedTokens = false
  /// How many workspaces are held at once.
  public var maxWorkspaces = 10_000
  /// Calls per ten-second slice, as the rate-limit fields tell it.
  public var rateLimit = 1667
  /// Where request ids and the ids of new records are drawn from.
  public var seed: UInt64 = 1
  /// The program's own version, for `/_mock/health`.
  public var programVersion = "0.0.0"

  public init() {}
}
