import HTTPMessage
import Testing

@testable import Server

/// Calls are counted in ten-second slices (api-behaviour.md, 4).
@Suite struct RateLimitTests {
  private func headerValues(of reading: RateLimit.Reading) -> [String] {
    var fields = FieldBlock()
    reading.write(to: &fields)
    return fields.all.map(\.value)
  }

  private func setting(limit: Int, isEnforced: Bool = false) -> Settings.RateLimit {
    var setting = Settings.RateLimit()
    setting.limit = limit
    setting.isEnforced = isEnforced
    return setting
  }

  @Test func `The first call of a slice has the whole limit left, the next one less`() {
    var rate = RateLimit()
    #expect(headerValues(of: rate.count(1_700_000_000, setting(limit: 1667))) == ["1667", "1667", "1700000010"])
    #expect(headerValues(of: rate.count(1_700_000_009, setting(limit: 1667))) == ["1667", "1666", "1700000010"])
  }

  @Test func `A new slice starts on full tens of seconds with the whole limit`() {
    var rate = RateLimit()
    _ = rate.count(1_700_000_009, setting(limit: 5))
    #expect(headerValues(of: rate.count(1_700_000_010, setting(limit: 5))) == ["5", "5", "1700000020"])
  }

  @Test func `What remains never falls below one, for clients slow down at zero`() {
    var rate = RateLimit()
    let remaining = (1...6).map { _ in headerValues(of: rate.count(50, setting(limit: 3)))[1] }
    #expect(remaining == ["3", "2", "1", "1", "1", "1"])
  }

  @Test func `Every call of a workspace counts, refused ones too, but for its token`() {
    let harbour = SampleServerFixture { $0.settings.rateLimit.limit = 10 }
    #expect(harbour.get("/boats")["x-ratelimit-remaining"] == "10")
    #expect(harbour.get("/nowhere")["x-ratelimit-remaining"] == "9")
    #expect(harbour.get("/boats", fields: [.intercomVersion: "9.9"])["x-ratelimit-remaining"] == "8")
    #expect(harbour.get("/boats", token: "other")["x-ratelimit-remaining"] == "10")
    #expect(harbour.get("/boats", token: "revoked")["x-ratelimit-remaining"] == nil)
    #expect(harbour.get("/boats")["x-ratelimit-reset"] == "1700000010")
    #expect(harbour.get("/boats")["x-ratelimit-limit"] == "10")
  }
}
