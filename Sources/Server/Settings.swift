import API
import Store

/// What a test suite may set in a workspace of its own, `/_mock/settings`.
public struct Settings: Sendable, Equatable {
  /// When bodies are hashed for an `ETag`.
  public enum ETagging: String, Sendable, CaseIterable {
    /// Bodies up to 16 KB: hashing a long list costs more than writing it.
    case auto
    case always, off
  }

  /// What is made of requests that Intercom lets pass and a careful client would not send.
  public enum Strictness: String, Sendable, CaseIterable {
    case off, warn, fail
  }

  /// How long searches do not find what was written.
  public enum SearchLag: Sendable, Equatable {
    case none
    case milliseconds(Int64)
    /// So many further calls.
    case calls(Int64)
    case untilFlush
  }

  /// Calls per window, as the rate-limit fields tell it (api-behaviour.md, 4).
  public struct RateLimit: Sendable, Equatable {
    public var limit = 1667
    public var windowSeconds: Int64 = 10
    /// Whether what is over the limit is refused, or only counted.
    public var isEnforced = false

    public init() {}

    /// A limit that is enforced.
    public init(_ limit: Int, windowSeconds: Int64 = 10) {
      self.limit = limit
      self.windowSeconds = windowSeconds
      isEnforced = true
    }
  }

  /// The version that serves requests which name none.
  public var defaultVersion = APIVersion.v2_14
  public var etag = ETagging.auto
  /// Whether bodies are compressed for clients that accept it.
  public var gzip = true
  /// Whether what is asked and answered is written down.
  public var journal = true
  public var jobs = DeferralPolicy.immediate
  public var rateLimit = RateLimit()
  public var searchLag = SearchLag.none
  public var sideEffects = DeferralPolicy.immediate
  public var strict = Strictness.off
  public var webhookDelivery = WebhookDisturbance()

  public init() {}
}
