import HTTPTypes
import Testing

@testable import Server

/// Calls are counted in ten-second slices (api-behaviour.md, 4).
@Suite struct RateLimitTests {
  private func told(_ fields: [HTTPField]) -> [String] {
    fields.map(\.value)
  }

  @Test func `The first call of a slice has the whole limit left, the next one less`() {
    var rate = RateLimit()
    #expect(told(rate.count(1_700_000_000, limit: 1667)) == ["1667", "1667", "1700000010"])
    #expect(told(rate.count(1_700_000_009, limit: 1667)) == ["1667", "1666", "1700000010"])
  }

  @Test func `A new slice starts on full tens of seconds with the whole limit`() {
    var rate = RateLimit()
    _ = rate.count(1_700_000_009, limit: 5)
    #expect(told(rate.count(1_700_000_010, limit: 5)) == ["5", "5", "1700000020"])
  }

  @Test func `What remains never falls below one, for clients slow down at zero`() {
    var rate = RateLimit()
    let remaining = (1...6).map { _ in told(rate.count(50, limit: 3))[1] }
    #expect(remaining == ["3", "2", "1", "1", "1", "1"])
  }

  @Test func `Every call of a workspace counts, refused ones too, but for its token`() {
    let harbour = Harbour { $0.rateLimit = 10 }
    #expect(harbour.get("/boats")["x-ratelimit-remaining"] == "10")
    #expect(harbour.get("/nowhere")["x-ratelimit-remaining"] == "9")
    #expect(harbour.get("/boats", [.intercomVersion: "9.9"])["x-ratelimit-remaining"] == "8")
    #expect(harbour.get("/boats", token: "other")["x-ratelimit-remaining"] == "10")
    #expect(harbour.get("/boats", token: "revoked")["x-ratelimit-remaining"] == nil)
    #expect(harbour.get("/boats")["x-ratelimit-reset"] == "1700000010")
    #expect(harbour.get("/boats")["x-ratelimit-limit"] == "10")
  }
}
