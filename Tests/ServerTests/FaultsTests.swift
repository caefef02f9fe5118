import API
import HTTPMessage
import HTTPTypes
import JSON
import Store
import Testing

@testable import Server

/// What rules do to requests, on the wire and to the records.
@Suite struct FaultsTests {
  private let harbour = Harbour()
  private let tenant: Tenant

  init() throws {
    tenant = try harbour.server.tenants.tenant("token")
  }

  private func add(_ change: (inout FaultRule) -> Void) {
    var rule = FaultRule(id: tenant.faults.nextID())
    change(&rule)
    tenant.faults.add(rule)
  }

  private func post() -> Outcome {
    harbour.server.respond(
      to: Request(
        method: .post, target: "/boats", fields: ReceivedFields([.authorization: "Bearer token"]),
        body: Array(#"{"name":"Argo"}"#.utf8)))
  }

  private var boats: Int { tenant.workspace[Boats.model].count }

  @Test(arguments: [FaultRule.Connection.closeBeforeResponse, .refuseAfterAccept, .closeMidBody])
  func `A broken connection leaves nothing behind, unless the rule commits`(_ connection: FaultRule.Connection) {
    add { ($0.connection, $0.times) = (connection, 1) }
    add { ($0.connection, $0.times, $0.commits) = (connection, 1, true) }
    guard case .broken = post() else { return #expect(Bool(false), "the wire holds") }
    #expect(boats == 0)
    #expect(!tenant.workspace.isChanged)
    guard case .broken = post() else { return #expect(Bool(false), "the wire holds") }
    #expect(boats == 1)
    #expect(harbour.post("/boats", "{}").json["id"] == "2")
  }

  @Test func `Half of the real answer goes out before the connection closes`() {
    add { $0.connection = .closeMidBody }
    guard case .broken(.closeMidBody(let response)) = post() else { return #expect(Bool(false), "the wire holds") }
    #expect(Answer(response).json["name"] == "Argo")
  }

  @Test func `What arrives, if late or slowly, was carried out`() {
    add { ($0.connection, $0.times) = (.drip, 1) }
    add { ($0.delay, $0.times) = (.fixed(250), 1) }
    guard case .broken(.drip(let response, _, _)) = post() else { return #expect(Bool(false), "it does not drip") }
    #expect(Answer(response).json["id"] == "1")
    guard case .after(250, let late) = post() else { return #expect(Bool(false), "it is not late") }
    #expect(Answer(late).json["id"] == "2")
    #expect(boats == 2)
  }

  @Test func `A refused call that is delayed is refused in its own words`() {
    add { $0.delay = .fixed(5) }
    guard
      case .after(5, let response) = harbour.server.respond(
        to: Request(method: .get, target: "/boats/9", fields: ReceivedFields([.authorization: "Bearer token"])))
    else { return #expect(Bool(false), "it is not late") }
    #expect(Answer(response).status == 404)
  }

  @Test func `A rule takes what it was told to, after what it was told to let pass`() throws {
    add { rule in
      (rule.times, rule.after) = (2, 1)
      rule.pattern.operation = "listBoats"
      rule.answer = .error(.serviceUnavailable, code: "x", message: nil, [])
    }
    #expect((1...5).map { _ in harbour.get("/boats").status } == [200, 503, 503, 200, 200])
    #expect(harbour.get("/boats/argo").status == 200)
    let rule = try #require(tenant.faults.rules.first)
    #expect(rule.seen == 3)
    #expect(rule.taken == 2)
  }

  @Test func `The first rule that takes a request wins; a spent one makes way`() {
    for status in [HTTPResponse.Status.badGateway, .gatewayTimeout] {
      add { ($0.times, $0.answer) = (1, .error(status, code: nil, message: nil, [])) }
    }
    #expect((1...3).map { _ in harbour.get("/boats").status } == [502, 504, 200])
  }

  @Test func `Each token has rules of its own, and a reset takes them away`() {
    add { $0.answer = .error(.conflict, code: nil, message: nil, []) }
    #expect(harbour.get("/boats", token: "other").status == 200)
    #expect(harbour.get("/boats").refusal == "409 conflict: Conflict")
    harbour.server.tenants.reset(tenant, keeping: [.faults])
    #expect(harbour.get("/boats").status == 409)
    harbour.server.tenants.reset(tenant)
    #expect(harbour.get("/boats").status == 200)
  }

  @Test func `Rate-limit fields come with 429 and where they are asked for, else not`() {
    add { ($0.times, $0.answer) = (1, .error(.internalServerError, code: nil, message: nil, [])) }
    add { rule in
      (rule.times, rule.resetInSeconds) = (1, 7)
      rule.answer = .error(.internalServerError, code: nil, message: nil, [])
    }
    add { $0.answer = .error(.tooManyRequests, code: nil, message: nil, []) }
    #expect(harbour.get("/boats")["x-ratelimit-reset"] == nil)
    #expect(harbour.get("/boats")["x-ratelimit-reset"] == "1700000010")
    let limited = harbour.get("/boats")
    #expect(limited["x-ratelimit-reset"] == "1700000010")
    #expect(limited["x-ratelimit-remaining"] == "0")
    #expect(limited.refusal == "429 rate_limit_exceeded: Exceeded rate limit of 1667 in 10_seconds")
  }

  @Test func `A verbatim answer is sent as it stands`() {
    add { $0.answer = .verbatim(.badGateway, [HTTPField(name: .contentType, value: "text/html")], Array("{\"a".utf8)) }
    let answer = harbour.get("/boats")
    #expect(answer.body == "{\"a")
    #expect(answer["content-type"] == "text/html")
    #expect(answer["x-request-id"] != nil)
  }

  @Test func `The same seed delays by the same times, about as long as was asked for`() {
    func times(_ delay: Delay) -> [Int] {
      var random = IDGenerator(seed: 3)
      return (0..<4000).map { _ in delay.milliseconds(&random) }
    }
    #expect(times(.fixed(7)).allSatisfy { $0 == 7 })
    let between = times(.between(10, 20))
    #expect(between.min() == 10 && between.max() == 20)
    #expect(between == times(.between(10, 20)))
    let sorted = times(.lognormal(median: 100, p99: 1000)).sorted()
    #expect((90...110).contains(sorted[2000]))
    #expect((800...1250).contains(sorted[3960]))
    #expect(times(.lognormal(median: 600_000, p99: 600_000)).allSatisfy { $0 == 600_000 })
  }

  @Test(arguments: [
    ("/boats", "/boats", true), ("/boats", "/boats/1", false), ("/boats*", "/boats/1", true), ("*", "/", true),
    ("/b*s", "/boats", true), ("/b*s", "/boat", false), ("*/crew", "/boats/1/crew", true), ("/a*b*c", "/a1b2b3c", true),
    ("/a*a", "/a", false), ("/*/*", "/x/y", true), ("", "", true),
  ])
  func `A star stands for anything`(_ pattern: String, _ text: String, _ fits: Bool) {
    #expect(Wildcard.fits(pattern, text) == fits)
  }

  @Test(arguments: [
    (#"{}"#, #"{"a":1}"#, true), (#"{"a":1}"#, #"{"a":1.0,"b":2}"#, true), (#"{"a":null}"#, #"{}"#, false),
    (#"{"a":{"b":[1,{"c":2}]}}"#, #"{"a":{"b":[1,{"c":2,"d":3}],"e":4}}"#, true), (#"[1]"#, #"[1,2]"#, false),
    (#"{"a":"1"}"#, #"{"a":1}"#, false),
  ])
  func `A body has members or has not`(_ wanted: String, _ came: String, _ fits: Bool) throws {
    let (wanted, came) = (try JSON(parsing: wanted), try JSON(parsing: came))
    #expect(wanted.isContained(in: came) == fits)
    #expect(wanted.differences(from: came, at: "body").isEmpty == fits)
  }
}
