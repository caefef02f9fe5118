import API
import JSON
import Store

/// What a test suite may set in a workspace of its own, `/_mock/settings`.
public struct Settings: Sendable, Equatable {
  /// When bodies are hashed for an `ETag`.
  public enum ETagMode: String, Sendable, CaseIterable {
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
    public init(limit: Int, windowSeconds: Int64 = 10) {
      self.limit = limit
      self.windowSeconds = windowSeconds
      isEnforced = true
    }
  }

  /// The version that serves requests which name none.
  public var defaultVersion = APIVersion.v2_14
  public var etag = ETagMode.auto
  /// Whether bodies are compressed for clients that accept it.
  public var gzip = true
  /// Whether what is asked and answered is written down.
  public var journal = true
  public var jobs = DeferralPolicy.immediate
  public var rateLimit = RateLimit()
  public var searchLag = SearchLag.none
  public var sideEffects = DeferralPolicy.immediate
  public var strict = Strictness.off
  public var webhookDelivery = WebhookDeliveryFaults()

  public init() {}
}

extension Settings {
  var json: JSONObject {
    [
      "default_version": .string(defaultVersion.name),
      "rate_limit": rateLimit.isEnforced
        ? ["limit": .integer(Int64(rateLimit.limit)), "window_seconds": .integer(rateLimit.windowSeconds)] : "off",
      "search_lag": searchLag.json, "strict": .string(strict.rawValue), "jobs": jobs.json,
      "side_effects": sideEffects.json,
      "etag": .string(etag.rawValue), "gzip": gzip ? "on" : "off", "journal": journal ? "on" : "off",
      "webhook_delivery": [
        "duplicate": .number(webhookDelivery.duplicate), "reorder": .number(webhookDelivery.reorder),
        "drop": .number(webhookDelivery.drop), "delay_ms": .integer(Int64(webhookDelivery.delayMilliseconds)),
      ],
    ]
  }

  /// Takes up what was checked; what is absent stays.
  mutating func apply(_ json: JSONObject) {
    if let version = json["default_version"]?.string.flatMap(APIVersion.init(named:)) { defaultVersion = version }
    if let value = json["rate_limit"] { rateLimit = RateLimit(json: value) }
    if let value = json["search_lag"] { searchLag = SearchLag(json: value) }
    if let value = json["strict"]?.string.flatMap(Strictness.init) { strict = value }
    if let value = json["jobs"] { jobs = DeferralPolicy(value) }
    if let value = json["side_effects"] { sideEffects = DeferralPolicy(value) }
    if let value = json["etag"]?.string.flatMap(ETagMode.init) { etag = value }
    if let value = json["gzip"]?.string { gzip = value == "on" }
    if let value = json["journal"]?.string { journal = value == "on" }
    if let value = json["webhook_delivery"] { webhookDelivery.apply(value) }
  }
}

extension Settings.RateLimit {
  fileprivate init(json: JSON) {
    self.init()
    guard let limit = json["limit"]?.integral else { return }
    self.init(limit: Int(limit), windowSeconds: json["window_seconds"]?.integral ?? 10)
  }
}

extension Settings.SearchLag {
  fileprivate init(json: JSON) {
    if let time = json["milliseconds"]?.integral {
      self = .milliseconds(time)
    } else if let count = json["calls"]?.integral {
      self = .calls(count)
    } else {
      self = json.string == "until_flush" ? .untilFlush : .none
    }
  }

  fileprivate var json: JSON {
    switch self {
    case .none: "off"
    case .milliseconds(let time): ["milliseconds": .integer(time)]
    case .calls(let count): ["calls": .integer(count)]
    case .untilFlush: "until_flush"
    }
  }
}

extension DeferralPolicy {
  fileprivate init(_ json: JSON) {
    if let time = json["after_ms"]?.integral {
      self = .afterMilliseconds(time)
    } else {
      self = json["after_polls"]?.integral.map(DeferralPolicy.afterPolls) ?? .immediate
    }
  }

  fileprivate var json: JSON {
    switch self {
    case .immediate: "immediate"
    case .afterMilliseconds(let time): ["after_ms": .integer(time)]
    case .afterPolls(let count): ["after_polls": .integer(count)]
    }
  }
}

extension WebhookDeliveryFaults {
  fileprivate mutating func apply(_ json: JSON) {
    duplicate = json["duplicate"]?.number ?? duplicate
    reorder = json["reorder"]?.number ?? reorder
    drop = json["drop"]?.number ?? drop
    delayMilliseconds = json["delay_ms"]?.integral.map { Int($0) } ?? delayMilliseconds
  }
}

enum SettingsRoutes {
  private static let shareShape = Shape.number(0...1)
  private static let maxMilliseconds: Int64 = 86_400_000
  private static let members: [Shape.Member] = [
    .optional("default_version", as: .string(oneOf: APIVersion.allCases.map(\.name))),
    .optional("timezone", as: .described(.string(), "of the workspace, such as Europe/Dublin")),
    .optional(
      "rate_limit",
      as: .either([
        .string(oneOf: ["off"]),
        .object([
          .required("limit", as: .integer(1...1_000_000)), .optional("window_seconds", as: .integer(1...86_400)),
        ]),
      ])),
    .optional(
      "search_lag",
      as: .either([
        .string(oneOf: ["off", "until_flush"]), .object([.required("milliseconds", as: .integer(0...maxMilliseconds))]),
        .object([.required("calls", as: .integer(0...1_000_000))]),
      ])),
    .optional("strict", as: .string(oneOf: Settings.Strictness.allCases.map(\.rawValue))),
    .optional(
      "jobs",
      as: .either([
        .string(oneOf: ["immediate"]), .object([.required("after_ms", as: .integer(0...maxMilliseconds))]),
        .object([.required("after_polls", as: .integer(0...1000))]),
      ])),
    .optional(
      "side_effects",
      as: .either([.string(oneOf: ["immediate"]), .object([.required("after_ms", as: .integer(0...maxMilliseconds))])])),
    .optional("etag", as: .string(oneOf: Settings.ETagMode.allCases.map(\.rawValue))),
    .optional("gzip", as: .string(oneOf: ["on", "off"])), .optional("journal", as: .string(oneOf: ["on", "off"])),
    .optional(
      "webhook_delivery",
      as: .object([
        .optional("duplicate", as: shareShape), .optional("reorder", as: shareShape), .optional("drop", as: shareShape),
        .optional("delay_ms", as: .integer(0...maxMilliseconds)),
      ])),
  ]

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/settings", summary: "How this workspace behaves", response: .object(members),
      handler: showSettings),
    ControlRoute(
      .patch, path: "/_mock/settings", summary: "Change some of it; all or nothing", request: .object(members),
      response: .object(members),
      handler: changeSettings),
    ControlRoute(
      .post, path: "/_mock/search/flush", summary: "Let searches find what was written until now",
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
      var fixtures = FixtureLoader(catalogue: call.server.catalogue, clock: session.workspace.clock)
      do {
        let (state, _) = try fixtures.patchedState(with: ["workspace": ["timezone": zone]], in: session.workspace)
        call.server.sessions.replaceState(with: state, in: session)
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
