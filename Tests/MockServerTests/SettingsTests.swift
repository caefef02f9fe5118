import API
import HTTPMessage
import HTTPTypes
import JSON
import Testing
@testable import Intercom
@testable import MockServer

/// The effects of settings on responses.
@Suite struct SettingsTests {
  @Test func `A rate limit rejects further requests, separately in each workspace`() throws {
    let fixture = SampleServerFixture { $0.settings.rateLimit.enforce(limit: 2, windowSeconds: 60) }
    #expect((1...3).map { _ in fixture.get("/boats").status } == [200, 200, 429])
    let refused = fixture.get("/boats")
    #expect(refused.refusal == "429 rate_limit_exceeded: Exceeded rate limit of 2 in 60_seconds")
    #expect(refused["x-ratelimit-remaining"] == "0")
    #expect(refused["x-ratelimit-reset"] == "1700000040")
    #expect(fixture.get("/boats", token: "other").status == 200)
    try fixture.server.sessions.openSession(named: "token").workspace.clock.advance(bySeconds: 60)
    #expect(fixture.get("/boats")["x-ratelimit-remaining"] == "2")
  }

  @Test func `An unknown path returns 404 even when the rate limit is exceeded`() {
    let fixture = SampleServerFixture { $0.settings.rateLimit.enforce(limit: 1) }
    _ = fixture.get("/boats")
    #expect(fixture.get("/nowhere").status == 404)
    #expect(fixture.get("/boats").status == 429)
  }

  @Test func `Strict mode warns about undocumented parameters or rejects them`() throws {
    let fixture = SampleServerFixture { $0.settings.strict = .warn }
    #expect(
      fixture.get("/boats?size=5", fields: [.intercomVersion: "2.14"])["x-mock-warning"]?.contains("size") ?? false)
    #expect(fixture.get("/boats", fields: [.intercomVersion: "2.14"])["x-mock-warning"] == nil)
    #expect(fixture.get("/boats")["x-mock-warning"] == "Intercom-Version is missing")
    try fixture.server.sessions.openSession(named: "token").settings.strict = .fail
    #expect(fixture.get("/boats").refusal == "400 parameter_invalid: Intercom-Version is missing")
    #expect(fixture.get("/boats", fields: [.intercomVersion: "2.14"]).status == 200)
    #expect(fixture.post(to: "/boats", body: #"{"colour":"red"}"#).status == 400)
    #expect(try fixture.server.sessions.openSession(named: "token").workspace[SampleBoats.model].count == 0)
  }

  @Test func `The settings of a workspace determine whether bodies are hashed and compressed`() throws {
    let fixture = SampleServerFixture()
    try fixture.server.sessions.openSession(named: "token").settings.etag = .off
    #expect(fixture.get("/boats/argo")["etag"] == nil)
    #expect(fixture.get("/boats/argo", token: "other")["etag"] != nil)
  }

  @Test func `Requests are counted by operation, status and duration`() {
    let fixture = SampleServerFixture()
    for target in ["/boats", "/boats", "/boats/9", "/nowhere"] { _ = fixture.get(target) }
    let counts = fixture.server.metrics.operations
    #expect(counts["listBoats"]?.statuses == [200: 2])
    #expect(counts["showBoat"]?.statuses == [404: 1])
    #expect(counts["none"]?.statuses == [404: 1])
    #expect(counts["listBoats"]?.buckets.reduce(0, +) == 2)
  }
}

/// The table that flags, environment variables and `/_mock/settings` are derived from.
@Suite struct SettingTableTests {
  private func setting(named name: String) throws -> Setting {
    try #require(Setting.all.first { $0.name == name })
  }

  @Test func `Every property of the settings has one row`() {
    #expect(Mirror(reflecting: Settings(for: .intercom)).children.count == Setting.all.count)
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
  }

  @Test func `The text and the JSON of each default set the default`() throws {
    for setting in Setting.all {
      var settings = Settings(for: .intercom)
      #expect(setting.set(text: setting.defaultText(for: .intercom), in: &settings), "\(setting.name)")
      #expect(settings == Settings(for: .intercom), "\(setting.name)")
      try setting.shape.check(setting.json(settings))
    }
    var settings = Settings(for: .intercom)
    settings.apply(settings.json)
    #expect(settings == Settings(for: .intercom))
  }

  @Test(
    arguments: [
      ("default_version", "2.11", "2.11"), ("default_version", "unstable", "Preview"),
      ("rate_limit", "100", ["limit": 100, "window_seconds": 10]),
      ("rate_limit", "100/60", ["limit": 100, "window_seconds": 60]),
      ("search_lag", "500", ["milliseconds": 500]), ("search_lag", "calls:3", ["calls": 3]),
      ("search_lag", "until_flush", "until_flush"), ("strict", "fail", "fail"),
      ("jobs", "after_ms:500", ["after_ms": 500]), ("jobs", "after_polls:3", ["after_polls": 3]),
      ("side_effects", "after_ms:0", ["after_ms": 0]), ("etag", "always", "always"), ("gzip", "off", "off"),
      ("journal", "off", "off"),
      (
        "webhook_delivery", "drop=0.5,delay_ms=20",
        ["duplicate": 0.0, "reorder": 0.0, "drop": 0.5, "delay_ms": 20]
      ),
    ] as [(String, String, JSON)])
  func `A text sets the value that the JSON describes`(name: String, text: String, json: JSON) throws {
    let setting = try setting(named: name)
    var (fromText, fromJSON) = (Settings(for: .intercom), Settings(for: .intercom))
    #expect(setting.set(text: text, in: &fromText))
    fromJSON.apply([name: json])
    #expect(fromText == fromJSON)
    #expect(fromText != Settings(for: .intercom))
    #expect(fromText.json[name] == json)
  }

  @Test(arguments: [
    ("default_version", "9.9"), ("rate_limit", "0"), ("rate_limit", "1/0"), ("rate_limit", "1/2/3"),
    ("rate_limit", ""), ("search_lag", "-1"), ("search_lag", "calls:1000001"), ("search_lag", "polls:1"),
    ("strict", "on"), ("jobs", "after_polls:1001"), ("jobs", "after_ms:1:2"), ("jobs", "later"),
    ("side_effects", "after_polls:1"), ("etag", "on"), ("gzip", "true"), ("journal", ""),
    ("webhook_delivery", ""), ("webhook_delivery", "drop=2"), ("webhook_delivery", "drop=nan"),
    ("webhook_delivery", "delay_ms=0.5"), ("webhook_delivery", "lose=0.1"),
  ])
  func `An invalid text is rejected and changes nothing`(name: String, text: String) throws {
    var settings = Settings(for: .intercom)
    #expect(try setting(named: name).set(text: text, in: &settings) == false)
    #expect(settings == Settings(for: .intercom))
  }
}

/// Requests are counted in intervals of ten seconds (Documentation.docc/Rate-Limits.md).
@Suite struct RateLimitTests {
  private func headerValues(of reading: RateLimitStatus) -> [String] {
    var fields = FieldBlock()
    EdgeFields.write(ResponseFacts(requestID: "", rateLimitStatus: reading), to: &fields)
    return fields.all.dropLast().map(\.value)
  }

  private func setting(limit: Int, isEnforced: Bool = false) -> Settings.RateLimit {
    var setting = Settings.RateLimit(standard: ServiceFacts.intercom.rateLimit)
    setting.limit = limit
    setting.isEnforced = isEnforced
    return setting
  }

  @Test func `The first request of an interval has the whole limit remaining, the next one less`() {
    var rate = RateLimiter()
    #expect(
      headerValues(of: rate.countCall(at: 1_700_000_000, setting: setting(limit: 1667))) == [
        "1667", "1667", "1700000010",
      ])
    #expect(
      headerValues(of: rate.countCall(at: 1_700_000_009, setting: setting(limit: 1667))) == [
        "1667", "1666", "1700000010",
      ])
  }

  @Test func `A new interval starts at a multiple of ten seconds with the whole limit`() {
    var rate = RateLimiter()
    _ = rate.countCall(at: 1_700_000_009, setting: setting(limit: 5))
    #expect(
      headerValues(of: rate.countCall(at: 1_700_000_010, setting: setting(limit: 5))) == ["5", "5", "1700000020"])
  }

  @Test func `The remaining count is at least one, because clients slow down at zero`() {
    var rate = RateLimiter()
    let remaining = (1...6).map { _ in headerValues(of: rate.countCall(at: 50, setting: setting(limit: 3)))[1] }
    #expect(remaining == ["3", "2", "1", "1", "1", "1"])
  }

  @Test func `Every request of a workspace counts, rejected ones too, unless its token is rejected`() {
    let fixture = SampleServerFixture { $0.settings.rateLimit.limit = 10 }
    #expect(fixture.get("/boats")["x-ratelimit-remaining"] == "10")
    #expect(fixture.get("/nowhere")["x-ratelimit-remaining"] == "9")
    #expect(fixture.get("/boats", fields: [.intercomVersion: "9.9"])["x-ratelimit-remaining"] == "8")
    #expect(fixture.get("/boats", token: "other")["x-ratelimit-remaining"] == "10")
    #expect(fixture.get("/boats", token: "revoked")["x-ratelimit-remaining"] == nil)
    #expect(fixture.get("/boats")["x-ratelimit-reset"] == "1700000010")
    #expect(fixture.get("/boats")["x-ratelimit-limit"] == "10")
  }
}
