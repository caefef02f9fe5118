import API
import JSON
import Server
import Store

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
  mutating func take(_ json: JSONObject) {
    if let version = json["default_version"]?.string.flatMap(APIVersion.init(named:)) { defaultVersion = version }
    if let value = json["rate_limit"] { rateLimit = RateLimit(value) }
    if let value = json["search_lag"] { searchLag = SearchLag(value) }
    if let value = json["strict"]?.string.flatMap(Strictness.init) { strict = value }
    if let value = json["jobs"] { jobs = DeferralPolicy(value) }
    if let value = json["side_effects"] { sideEffects = DeferralPolicy(value) }
    if let value = json["etag"]?.string.flatMap(ETagging.init) { etag = value }
    if let value = json["gzip"]?.string { gzip = value == "on" }
    if let value = json["journal"]?.string { journal = value == "on" }
    if let value = json["webhook_delivery"] { webhookDelivery.take(value) }
  }
}

extension Settings.RateLimit {
  fileprivate init(_ json: JSON) {
    self.init()
    guard let limit = json["limit"]?.integral else { return }
    self.init(Int(limit), windowSeconds: json["window_seconds"]?.integral ?? 10)
  }
}

extension Settings.SearchLag {
  fileprivate init(_ json: JSON) {
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

extension WebhookDisturbance {
  fileprivate mutating func take(_ json: JSON) {
    duplicate = json["duplicate"]?.number ?? duplicate
    reorder = json["reorder"]?.number ?? reorder
    drop = json["drop"]?.number ?? drop
    delayMilliseconds = json["delay_ms"]?.integral.map { Int($0) } ?? delayMilliseconds
  }
}
