import HTTPTypes
import Testing
@testable import MockServer

@Suite struct WorkspacesTests {
  @Test func `Each token has its own workspace`() {
    let fixture = SampleServerFixture()
    #expect(fixture.post(to: "/boats", body: #"{"name":"Argo"}"#, token: "a").json["id"] == "1")
    #expect(fixture.get("/boats/1", token: "b").status == 404)
    #expect(fixture.post(to: "/boats", body: #"{"name":"Beagle"}"#, token: "b").json["id"] == "1")
    #expect(fixture.get("/boats/1", token: "a").json["name"] == "Argo")
    #expect(fixture.server.sessions.names == ["a", "b"])
  }

  @Test func `With a seed from the token, workspaces hand out different ids, the same after a reset`() throws {
    let fixture = SampleServerFixture { $0.seed = .token }
    func ids(of token: String) -> [String?] {
      (0..<3).map { _ in fixture.post(to: "/boats", body: "{}", token: token).json["id"]?.string }
    }
    let (first, other) = (ids(of: "a"), ids(of: "b"))
    #expect(Set(first).isDisjoint(with: Set(other)))
    fixture.server.sessions.reset(try fixture.server.sessions.openSession(named: "a"))
    #expect(ids(of: "a") == first)
    #expect(Set(ids(of: "a")).isDisjoint(with: Set(first)))
  }

  @Test func `The least recently used unchanged workspace is evicted`() {
    let fixture = SampleServerFixture { $0.maxWorkspaces = 3 }
    _ = fixture.post(to: "/boats", body: "{}", token: "changed")
    for token in ["a", "b", "a"] { _ = fixture.get("/boats", token: token) }
    #expect(fixture.get("/boats", token: "c").status == 200)
    #expect(fixture.server.sessions.names == ["a", "c", "changed"])
  }

  @Test func `Several workspaces are evicted at once`() {
    let fixture = SampleServerFixture { $0.maxWorkspaces = 128 }
    for number in 0..<128 { _ = fixture.get("/boats", token: "\(number)") }
    #expect(fixture.get("/boats", token: "new").status == 200)
    let names = Set(fixture.server.sessions.names)
    #expect(names.count == 127 && names.isDisjoint(with: ["0", "1"]) && names.isSuperset(of: ["2", "127", "new"]))
  }

  @Test func `When all permitted workspaces are changed, a new token is rejected with 503, known ones are not`() {
    let fixture = SampleServerFixture { $0.maxWorkspaces = 2 }
    for token in ["a", "b"] { _ = fixture.post(to: "/boats", body: "{}", token: token) }
    #expect(fixture.get("/boats", token: "c").refusal.hasPrefix("503 service_unavailable: 2 workspaces are in memory"))
    #expect(fixture.get("/boats/1", token: "a").status == 200)
    #expect(fixture.server.sessions.removeSession(named: "b"))
    #expect(fixture.get("/boats", token: "c").status == 200)
  }

  @Test func `A write of a rejected call counts as a separate change`() throws {
    let fixture = SampleServerFixture { $0.maxWorkspaces = 1 }
    #expect(fixture.post(to: "/boats/1/scuttle", body: "{}", token: "a").status == 400)
    #expect(try fixture.server.sessions.openSession(named: "a").workspace.takeMutations().isEmpty)
    #expect(fixture.get("/boats", token: "b").status == 503)
  }

  @Test func `A rejected token does not create a workspace`() {
    let fixture = SampleServerFixture()
    for token in ["invalid", "revoked", "suspended", "blocked"] { _ = fixture.get("/boats", token: token) }
    #expect(fixture.server.sessions.names.isEmpty)
  }

  @Test func `A reset restores the fixtures, the ids and the whole rate limit`() throws {
    let fixture = SampleServerFixture()
    _ = fixture.post(to: "/boats", body: "{}", token: "a")
    fixture.server.sessions.reset(try fixture.server.sessions.openSession(named: "a"))
    let answer = fixture.post(to: "/boats", body: "{}", token: "a")
    #expect(answer.json["id"] == "1")
    #expect(answer["x-ratelimit-remaining"] == "1667")
  }

  @Test func `Two servers share no state, and equal requests return equal bytes`() {
    let (one, two) = (SampleServerFixture(), SampleServerFixture())
    for _ in 1...3 {
      let (first, second) = (one.post(to: "/boats", body: "{}"), two.post(to: "/boats", body: "{}"))
      #expect(first.body == second.body)
      #expect(first["x-request-id"] == second["x-request-id"])
    }
  }
}
