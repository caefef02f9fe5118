import API
import HTTPMessage
import JSON
import Store

/// The settings of a workspace, `/_mock/settings`. `Setting.all` has a row for each.
public struct Settings: Sendable, Equatable {
  /// Which responses have an `ETag`.
  public enum ETagMode: String, Sendable, CaseIterable {
    /// Bodies up to 16 KB: hashing a longer one takes more time than writing it.
    case auto
    case always, off
  }

  /// What happens to a request that the service accepts and its documentation does not describe.
  public enum Strictness: String, Sendable, CaseIterable {
    case off, warn, fail
  }

  /// How long searches do not find a written record.
  public enum SearchLag: Sendable, Equatable {
    case none
    case milliseconds(Int64)
    /// The number of further calls.
    case calls(Int64)
    case untilFlush
  }

  /// Calls per window, which the rate-limit header fields report.
  public struct RateLimit: Sendable, Equatable {
    /// The allowance of the service.
    private let standard: RateLimitAllowance
    public var limit: Int
    public private(set) var windowSeconds: Int64
    /// Whether calls over the limit are refused; otherwise they are only counted.
    public var isEnforced = false

    /// The allowance of the service, not enforced.
    public init(standard: RateLimitAllowance) {
      self.standard = standard
      limit = standard.limit
      windowSeconds = standard.windowSeconds
    }

    /// Enforces a limit; the default window is that of the service.
    public mutating func enforce(limit: Int, windowSeconds: Int64? = nil) {
      self.limit = limit
      self.windowSeconds = windowSeconds ?? standard.windowSeconds
      isEnforced = true
    }

    /// Restores the allowance of the service, not enforced.
    mutating func reset() {
      self = RateLimit(standard: standard)
    }
  }

  /// Where the service posts the events of `Catalogue.callbackEvents`, and the key of their signatures.
  public struct Callback: Sendable, Equatable {
    /// The name of the setting, and the id that deliveries show instead of that of a subscription.
    static let name = "fin_webhook"
    public var url: AbsoluteURL
    public var secret: String

    public init(url: AbsoluteURL, secret: String = Webhooks.defaultSecret) {
      self.url = url
      self.secret = secret
    }
  }

  /// The version for requests that specify none.
  public var defaultVersion: APIVersion
  public var etag = ETagMode.auto
  /// The callback URL of the workspace; nil if events are not posted.
  public var callback: Callback?
  /// Whether bodies are compressed for clients that accept gzip.
  public var gzip = true
  /// Whether requests and responses are recorded.
  public var journal = true
  public var jobs = DeferralPolicy.immediate
  public var rateLimit: RateLimit
  public var searchLag = SearchLag.none
  public var sideEffects = DeferralPolicy.immediate
  public var strict = Strictness.off
  public var webhookDelivery = WebhookDeliveryFaults()

  /// The defaults for a service.
  public init(for service: ServiceFacts) {
    defaultVersion = service.defaultVersion
    rateLimit = RateLimit(standard: service.rateLimit)
  }
}

/// The calls that show and change settings.
enum SettingsRoutes {
  private static let settingMembers =
    Setting.all.map { Shape.Member.optional($0.name, as: .described($0.shape, $0.summary)) } + [
      .optional("timezone", as: .described(.string(), "of the workspace, such as Europe/Dublin"))
    ]

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/settings", id: "showSettings", summary: "The settings of this workspace",
      response: .object(settingMembers),
      handler: showSettings),
    ControlRoute(
      .patch, path: "/_mock/settings", id: "changeSettings",
      summary: "Change some settings: all of them, or none if one is invalid",
      request: .object(settingMembers),
      response: .object(settingMembers),
      handler: changeSettings),
    ControlRoute(
      .post, path: "/_mock/search/flush", id: "flushSearch",
      summary: "Let searches find every record written until now",
      response: .object([.required("status", as: .string(oneOf: ["flushed"]))]), handler: flushSearch),
  ]

  static func showSettings(in call: ControlCall) -> Reply {
    .ok(.json(json(of: call.peekSession())))
  }

  static func changeSettings(in call: ControlCall) throws -> Reply {
    let session = try call.openSession()
    var settings = session.settings
    settings.apply(call.body)
    if let zone = call.body["timezone"] {
      let document: JSON = ["workspace": ["timezone": zone]]
      do {
        let change = try StateImport(
          document.bytes, mode: .patch, in: session.workspace, catalogue: call.server.catalogue)
        call.server.sessions.replaceState(with: try change.work.value().state, in: session)
      } catch {
        throw APIError.parameterInvalid("timezone: \(error)", field: "timezone")
      }
    }
    session.settings = settings
    return .ok(.json(json(of: session)))
  }

  static func flushSearch(in call: ControlCall) -> Reply {
    call.existingSession()?.flushSearch()
    return .ok(.json(["status": "flushed"]))
  }

  private static func json(of session: WorkspaceSession) -> JSON {
    var object = session.settings.json
    object["timezone"] = session.workspace.profile["timezone"] ?? "UTC"
    return .object(object)
  }
}
