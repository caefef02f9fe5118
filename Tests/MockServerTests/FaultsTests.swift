import API
import HTTPMessage
import HTTPTypes
import JSON
import Store
import Testing
@testable import MockServer

/// The effects of fault rules on connections, responses and records.
@Suite struct FaultsTests {
  private let fixture = SampleServerFixture()
  private let session: WorkspaceSession

  init() throws {
    session = try fixture.server.sessions.openSession(named: "token")
  }

  private func addRule(_ change: (inout FaultRule) -> Void) {
    var rule = FaultRule(id: session.faults.nextID())
    change(&rule)
    session.faults.add(rule)
  }

  private func createBoat() -> Outcome {
    fixture.server.respond(
      to: Request(
        method: .post, target: "/boats", fields: ReceivedFields([.authorization: "Bearer token"]),
        body: Array(#"{"name":"Argo"}"#.utf8)))
  }

  private var boatCount: Int { session.workspace[SampleBoats.model].count }

  @Test(arguments: [FaultRule.ConnectionFailure.closeBeforeResponse, .refuseAfterAccept, .closeMidBody])
  func `A broken connection stores nothing, unless the rule commits`(connection: FaultRule.ConnectionFailure) {
    addRule { ($0.connection, $0.times) = (connection, 1) }
    addRule { ($0.connection, $0.times, $0.commits) = (connection, 1, true) }
    guard case .fault = createBoat() else { return #expect(Bool(false), "the wire holds") }
    #expect(boatCount == 0)
    #expect(!session.workspace.isChanged)
    guard case .fault = createBoat() else { return #expect(Bool(false), "the wire holds") }
    #expect(boatCount == 1)
    #expect(fixture.post(to: "/boats", body: "{}").json["id"] == "2")
  }

  @Test func `Half of the response is sent before the connection closes`() {
    addRule { $0.connection = .closeMidBody }
    guard case .fault(.closeMidBody(let response)) = createBoat() else { return #expect(Bool(false), "the wire holds") }
    #expect(ClientResponse(response).json["name"] == "Argo")
  }

  @Test func `A delayed or slow response is sent after the request was carried out`() {
    addRule { ($0.connection, $0.times) = (.drip, 1) }
    addRule { ($0.delay, $0.times) = (.fixed(250), 1) }
    guard case .fault(.drip(let response, _, _)) = createBoat() else { return #expect(Bool(false), "it does not drip") }
    #expect(ClientResponse(response).json["id"] == "1")
    guard case .after(250, let late) = createBoat() else { return #expect(Bool(false), "it is not late") }
    #expect(ClientResponse(late).json["id"] == "2")
    #expect(boatCount == 2)
  }

  @Test func `A delayed request that fails returns its own error`() {
    addRule { $0.delay = .fixed(5) }
    guard
      case .after(5, let response) = fixture.server.respond(
        to: Request(method: .get, target: "/boats/9", fields: ReceivedFields([.authorization: "Bearer token"])))
    else { return #expect(Bool(false), "it is not late") }
    #expect(ClientResponse(response).status == 404)
  }

  @Test func `A rule skips the first after requests and then applies to times requests`() throws {
    addRule { rule in
      (rule.times, rule.after) = (2, 1)
      rule.pattern.operation = "listBoats"
      rule.cannedResponse = .error(.serviceUnavailable, code: "x", message: nil, [])
    }
    #expect((1...5).map { _ in fixture.get("/boats").status } == [200, 503, 503, 200, 200])
    #expect(fixture.get("/boats/argo").status == 200)
    let rule = try #require(session.faults.rules.first)
    #expect(rule.seen == 3)
    #expect(rule.taken == 2)
  }

  @Test func `The first matching rule applies; an exhausted rule is skipped`() {
    for status in [HTTPResponse.Status.badGateway, .gatewayTimeout] {
      addRule { ($0.times, $0.cannedResponse) = (1, .error(status, code: nil, message: nil, [])) }
    }
    #expect((1...3).map { _ in fixture.get("/boats").status } == [502, 504, 200])
  }

  @Test func `Each token has its own rules, and a reset removes them`() {
    addRule { $0.cannedResponse = .error(.conflict, code: nil, message: nil, []) }
    #expect(fixture.get("/boats", token: "other").status == 200)
    #expect(fixture.get("/boats").refusal == "409 conflict: Conflict")
    fixture.server.sessions.reset(session, keeping: [.faults])
    #expect(fixture.get("/boats").status == 409)
    fixture.server.sessions.reset(session)
    #expect(fixture.get("/boats").status == 200)
  }

  @Test func `Rate-limit fields are sent with 429 and where the rule requests them`() {
    addRule { ($0.times, $0.cannedResponse) = (1, .error(.internalServerError, code: nil, message: nil, [])) }
    addRule { rule in
      (rule.times, rule.resetInSeconds) = (1, 7)
      rule.cannedResponse = .error(.internalServerError, code: nil, message: nil, [])
    }
    addRule { $0.cannedResponse = .error(.tooManyRequests, code: nil, message: nil, []) }
    #expect(fixture.get("/boats")["x-ratelimit-reset"] == nil)
    #expect(fixture.get("/boats")["x-ratelimit-reset"] == "1700000010")
    let limited = fixture.get("/boats")
    #expect(limited["x-ratelimit-reset"] == "1700000010")
    #expect(limited["x-ratelimit-remaining"] == "0")
    #expect(limited.refusal == "429 rate_limit_exceeded: Exceeded rate limit of 1667 in 10_seconds")
  }

  @Test func `A verbatim response is sent unchanged`() {
    addRule {
      $0.cannedResponse = .verbatim(
        .badGateway, [HTTPField(name: .contentType, value: "text/html")], Array("{\"a".utf8))
    }
    let answer = fixture.get("/boats")
    #expect(answer.body == "{\"a")
    #expect(answer["content-type"] == "text/html")
    #expect(answer["x-request-id"] != nil)
  }

  @Test func `Equal seeds cause equal delays, close to the requested delay`() {
    func times(for delay: FaultDelay) -> [Int] {
      var random = IDGenerator(seed: 3)
      return (0..<4000).map { _ in delay.milliseconds(using: &random) }
    }
    #expect(times(for: .fixed(7)).allSatisfy { $0 == 7 })
    let between = times(for: .between(10, 20))
    #expect(between.min() == 10 && between.max() == 20)
    #expect(between == times(for: .between(10, 20)))
    let sorted = times(for: .lognormal(median: 100, p99: 1000)).sorted()
    #expect((90...110).contains(sorted[2000]))
    #expect((800...1250).contains(sorted[3960]))
    #expect(times(for: .lognormal(median: 600_000, p99: 600_000)).allSatisfy { $0 == 600_000 })
  }

  @Test(arguments: [
    ("/boats", "/boats", true), ("/boats", "/boats/1", false), ("/boats*", "/boats/1", true), ("*", "/", true),
    ("/b*s", "/boats", true), ("/b*s", "/boat", false), ("*/crew", "/boats/1/crew", true), ("/a*b*c", "/a1b2b3c", true),
    ("/a*a", "/a", false), ("/*/*", "/x/y", true), ("", "", true),
  ])
  func `An asterisk in a pattern matches any text`(pattern: String, text: String, fits: Bool) {
    #expect(Wildcard.matches(pattern: pattern, text: text) == fits)
  }

  @Test(arguments: [
    (#"{}"#, #"{"a":1}"#, true), (#"{"a":1}"#, #"{"a":1.0,"b":2}"#, true), (#"{"a":null}"#, #"{}"#, false),
    (#"{"a":{"b":[1,{"c":2}]}}"#, #"{"a":{"b":[1,{"c":2,"d":3}],"e":4}}"#, true), (#"[1]"#, #"[1,2]"#, false),
    (#"{"a":"1"}"#, #"{"a":1}"#, false),
  ])
  func `A body pattern matches if the body has its members`(pattern wanted: String, body came: String, fits: Bool)
    throws
  {
    let (wanted, came) = (try JSON(parsing: wanted), try JSON(parsing: came))
    #expect(wanted.isContained(in: came) == fits)
    #expect(wanted.differences(from: came, at: "body").isEmpty == fits)
  }
}
