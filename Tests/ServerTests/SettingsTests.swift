import API
import HTTPTypes
import Testing

@testable import Server

/// What settings change in how requests are answered.
@Suite struct SettingsTests {
  @Test func `A limit that is set refuses what is over it, in each workspace by itself`() throws {
    let harbour = SampleServerFixture { $0.settings.rateLimit = Settings.RateLimit(2, windowSeconds: 60) }
    #expect((1...3).map { _ in harbour.get("/boats").status } == [200, 200, 429])
    let refused = harbour.get("/boats")
    #expect(refused.refusal == "429 rate_limit_exceeded: Exceeded rate limit of 2 in 60_seconds")
    #expect(refused["x-ratelimit-remaining"] == "0")
    #expect(refused["x-ratelimit-reset"] == "1700000040")
    #expect(harbour.get("/boats", token: "other").status == 200)
    try harbour.server.tenants.tenant("token").workspace.clock.advance(bySeconds: 60)
    #expect(harbour.get("/boats")["x-ratelimit-remaining"] == "2")
  }

  @Test func `An unknown path returns 404 even when the rate limit is exceeded`() {
    let harbour = SampleServerFixture { $0.settings.rateLimit = Settings.RateLimit(1) }
    _ = harbour.get("/boats")
    #expect(harbour.get("/nowhere").status == 404)
    #expect(harbour.get("/boats").status == 429)
  }

  @Test func `Strict mode warns of what is not documented, or refuses it`() throws {
    let harbour = SampleServerFixture { $0.settings.strict = .warn }
    #expect(
      harbour.get("/boats?size=5", fields: [.intercomVersion: "2.14"])["x-mock-warning"]?.contains("size") ?? false)
    #expect(harbour.get("/boats", fields: [.intercomVersion: "2.14"])["x-mock-warning"] == nil)
    #expect(harbour.get("/boats")["x-mock-warning"] == "Intercom-Version is missing")
    try harbour.server.tenants.tenant("token").settings.strict = .fail
    #expect(harbour.get("/boats").refusal == "400 parameter_invalid: Intercom-Version is missing")
    #expect(harbour.get("/boats", fields: [.intercomVersion: "2.14"]).status == 200)
    #expect(harbour.post(to: "/boats", body: #"{"colour":"red"}"#).status == 400)
    #expect(try harbour.server.tenants.tenant("token").workspace[SampleBoats.model].count == 0)
  }

  @Test func `Bodies are hashed and compressed as the workspace says`() throws {
    let harbour = SampleServerFixture()
    try harbour.server.tenants.tenant("token").settings.etag = .off
    #expect(harbour.get("/boats/argo")["etag"] == nil)
    #expect(harbour.get("/boats/argo", token: "other")["etag"] != nil)
  }

  @Test func `Requests are counted by operation, status and duration`() {
    let harbour = SampleServerFixture()
    for target in ["/boats", "/boats", "/boats/9", "/nowhere"] { _ = harbour.get(target) }
    let counts = harbour.server.metrics.operations
    #expect(counts["listBoats"]?.statuses == [200: 2])
    #expect(counts["showBoat"]?.statuses == [404: 1])
    #expect(counts["none"]?.statuses == [404: 1])
    #expect(counts["listBoats"]?.durations.reduce(0, +) == 2)
  }
}
