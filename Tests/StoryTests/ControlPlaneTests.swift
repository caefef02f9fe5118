import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Store
import Testing
@testable import MockServer

/// Generated records: reproducible, consistent, and generated while other requests are served.
@MainActor @Suite struct GenerationTests {
  private final class ScheduledActions {
    var actions: [() -> Void] = []
  }

  /// A server whose scheduled actions are run by the test.
  private final class SteppedServer {
    let server: Server
    private let scheduled: ScheduledActions

    @MainActor init() throws {
      let fixtureSet = try FixtureSet.shared(named: "default")
      let scheduled = ScheduledActions()
      self.scheduled = scheduled
      var environment = ServerEnvironment()
      environment.schedule = { _, action in scheduled.actions.append(action) }
      environment.sliceDuration = .milliseconds(2)
      server = Server(
        catalogue: .shared, edge: IntercomEdge(tokens: fixtureSet.tokens), seed: fixtureSet.seed,
        environment: environment,
        clock: { FixtureSet.clock() })
    }

    /// Sends a request. `answer` is called with the body of the response, possibly later.
    func send(
      _ method: HTTPRequest.Method, to target: String, body: String = "", completion answer: (@escaping (JSON) -> Void)
    ) {
      let fields = ReceivedFields([.authorization: "Bearer test-token", .contentType: "application/json"])
      let request = Request(
        method: method, target: target, fields: fields, body: Array(body.utf8), authority: "mock.test")
      func json(of response: Response) -> JSON {
        guard let bytes = response.body.bytes else { return .null }
        return (try? JSON(parsing: bytes)) ?? .null
      }
      switch server.respond(to: request) {
      case .now(let response): answer(json(of: response))
      case .pending(let start):
        start(PendingOutcome { if case .now(let response) = $0 { answer(json(of: response)) } })
      default: Issue.record("neither a response nor a pending response")
      }
    }

    func runNextAction() -> Bool {
      guard !scheduled.actions.isEmpty else { return false }
      scheduled.actions.removeFirst()()
      return true
    }
  }

  private let generateBody = #"{"companies":50,"contacts":1500,"conversations":600,"seed":3}"#

  private func state(of server: SteppedServer) -> JSON {
    var state = JSON.null
    server.send(.get, to: "/_mock/state?collections=companies,contacts,conversations,conversation_parts") {
      state = $0
    }
    return state
  }

  @Test func `Requests during generation are served, do not see partial data, and keep their writes`() throws {
    let server = try SteppedServer()
    var answer: JSON?
    server.send(.post, to: "/_mock/generate", body: generateBody) { answer = $0 }
    #expect(answer == nil)
    var (counts, rounds): (Set<Int64>, Int) = ([], 0)
    while answer == nil, server.runNextAction() {
      rounds += 1
      server.send(.get, to: "/contacts?per_page=1") { counts.insert($0["total_count"]?.integer ?? -1) }
      if rounds == 2 { server.send(.post, to: "/contacts", body: #"{"email":"meanwhile@example.com"}"#) { _ in } }
      if rounds == 3 {
        server.send(.post, to: "/_mock/generate", body: generateBody) {
          #expect($0["errors"]?[0]?["code"] == "conflict")
        }
      }
    }
    #expect(answer?["contacts"] == 1500 && answer?["conversations"] == 600)
    let before = counts.min() ?? 0
    #expect(counts.isSubset(of: [before, before + 1, before + 1501]))
    var found: JSON?
    let query = #"{"query":{"field":"email","operator":"=","value":"meanwhile@example.com"}}"#
    server.send(.post, to: "/contacts/search", body: query) { found = $0 }
    #expect(found?["total_count"] == 1)
  }

  @Test func `Equal seeds generate equal records, and all references resolve`() throws {
    let states = try (0..<2).map { _ in
      let server = try SteppedServer()
      var isDone = false
      server.send(.post, to: "/_mock/generate", body: generateBody) { _ in isDone = true }
      while !isDone, server.runNextAction() {}
      let state = state(of: server)
      // The import validates each record and its references.
      var answer: JSON?
      server.send(.put, to: "/_mock/state", body: state.text) { answer = $0 }
      #expect(answer?["status"] == "replaced", "\(answer ?? .null)")
      return state
    }
    #expect(states[0] == states[1])
  }
}

/// A verification waits for requests that arrive later.
@MainActor @Suite struct VerificationTests {
  private let server: Server
  private final class ScheduledTimeout {
    var milliseconds: Int?
    var action: (() -> Void)?
    var alarmCount = 0
  }
  private let timeout = ScheduledTimeout()

  init() throws {
    let fixtureSet = try FixtureSet.shared(named: "default")
    var environment = ServerEnvironment()
    environment.makeAlarm = { [timeout] action in
      // The first alarm is that of the due tasks.
      timeout.alarmCount += 1
      guard timeout.alarmCount > 1 else { return { _ in } }
      return { (timeout.milliseconds, timeout.action) = ($0, $0 == nil ? nil : action) }
    }
    server = Server(
      catalogue: .shared, edge: IntercomEdge(), seed: fixtureSet.seed, environment: environment, clock: FixtureSet.clock
    )
  }

  private func send(_ method: HTTPRequest.Method, to target: String, body: String = "") -> Outcome {
    server.respond(
      to: Request(
        method: method, target: target,
        fields: ReceivedFields([.authorization: "Bearer test-token", .contentType: "application/json"]),
        body: Array(body.utf8)))
  }

  /// Starts a verification; returns nil if it is answered immediately.
  private func startVerification(times: String) -> PendingVerification? {
    let waiting = PendingVerification()
    let body = #"{"match":{"operation":"listTags"},"times":\#(times),"timeout_ms":2000}"#
    guard case .pending(let start) = send(.post, to: "/_mock/requests/verify", body: body) else { return nil }
    start(PendingOutcome { if case .now(let response) = $0 { waiting.answers.append(ActualResponse(response)) } })
    return waiting
  }

  private final class PendingVerification {
    var answers: [ActualResponse] = []
  }

  @Test func `The response is sent once, as soon as the condition holds`() throws {
    let waiting = try #require(startVerification(times: #"{"exactly":2}"#))
    #expect(timeout.milliseconds == 2000)
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.isEmpty)
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.map(\.status.code) == [200])
    #expect(waiting.answers.first?.json?["count"] == 2)
    #expect(timeout.action == nil, "the timer is released")
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.count == 1)
  }

  @Test func `What a verification needs is released when its client disconnects, at its timeout and with its reply`()
    throws
  {
    let journal = try server.sessions.openSession(named: "test-token").journal
    let disconnected = PendingOutcome { _ in Issue.record("the client left") }
    for _ in 0..<2 { _ = try #require(startVerification(times: #"{"exactly":5}"#)) }
    let body = #"{"match":{},"times":{"exactly":5},"timeout_ms":9}"#
    guard case .pending(let start) = send(.post, to: "/_mock/requests/verify", body: body) else {
      Issue.record("it does not wait")
      return
    }
    start(disconnected)
    #expect(journal.watchers.count == 3 && timeout.milliseconds == 9)
    disconnected.cancel()
    #expect(journal.watchers.count == 2 && timeout.action == nil)
    _ = try #require(startVerification(times: #"{"exactly":5}"#))
    timeout.action?()
    #expect(journal.watchers.count == 2)
    for _ in 0..<5 { _ = send(.get, to: "/tags") }
    #expect(journal.watchers.isEmpty)
  }

  @Test func `A verification counts the entries that the journal still has`() throws {
    for _ in 0..<3 { _ = send(.get, to: "/tags") }
    let waiting = try #require(startVerification(times: #"{"exactly":2}"#))
    _ = send(.delete, to: "/_mock/requests")
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.isEmpty)
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.first?.json?["count"] == 2)
  }

  @Test(arguments: [
    (#"{"name":"Cave"}"#, true), (#"{"name":"Ca"}"#, false), (#"{"tags":[{"id":"7"}]}"#, true),
    (#"{"size":2.0}"#, true),
    (#"{"tags":[]}"#, false), (#"{"note":"a\"b"}"#, true), (#"{"note":"a"}"#, false), (#"{"name":null}"#, false),
  ])
  func `A body is compared by value, however it is written`(wanted: String, isFound: Bool) {
    _ = send(.post, to: "/tags", body: #"{"name":"\u0043ave","tags":[{"id":"7","x":1}],"size":2,"note":"a\"b"}"#)
    _ = send(.post, to: "/contacts", body: #"{"name":"Cave","tags":[{"id":"7","x":1}],"size":2,"note":"a\"b"}"#)
    for path in ["/tags", "/contacts"] {
      let body = #"{"match":{"path":"\#(path)","body":\#(wanted)}}"#
      guard case .now(let response) = send(.post, to: "/_mock/requests/verify", body: body) else {
        Issue.record("it waits")
        return
      }
      #expect((response.status == .ok) == isFound, "\(path) \(wanted)")
    }
  }

  @Test func `After the timeout it reports the closest request`() throws {
    let waiting = try #require(startVerification(times: #"{"at_least":2}"#))
    _ = send(.get, to: "/tags")
    _ = send(.get, to: "/admins")
    timeout.action?()
    #expect(waiting.answers.map(\.status.code) == [409])
    let closest = waiting.answers.first?.json?.value(at: "closest.0.differences.0")
    #expect(closest == "operation is listAdmins, expected listTags" && timeout.action == nil)
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.count == 1)
  }

  @Test func `A condition that already holds is answered immediately`() {
    #expect(startVerification(times: #"{"at_most":2}"#) == nil)
    #expect(timeout.milliseconds == nil)
  }
}

/// The errors for invalid bodies of the control plane: the member and what was expected.
@Suite struct ShapeTests {
  private static let shape = Shape.object([
    .required("name", as: .string()), .optional("times", as: .integer(1...5)),
    .optional("mode", as: .string(oneOf: ["on", "off"])),
    .optional("delay", as: .either([.number(0...10), .object([.required("min", as: .number(0...10))])])),
    .optional("tags", as: .array(of: .string())), .optional("headers", as: .map(of: .string())),
    .optional("flag", as: .described(.boolean, "a note")), .optional("none", as: .null),
  ])

  @Test(arguments: [
    #"{"name":"a"}"#, #"{"name":"a","times":5,"mode":"off","delay":2.5}"#, #"{"name":"a","delay":{"min":1}}"#,
    #"{"name":"a","tags":["x"],"headers":{"a":"b"},"flag":true,"none":null}"#, #"{"name":"a","times":2.0}"#,
  ])
  func `A body that matches the shape is accepted`(text: String) throws {
    try Self.shape.check(try JSON(parsing: text))
  }

  @Test(arguments: [
    (#"{}"#, "name is missing: expected a string"),
    (#"{"name":null}"#, "name must be a string"),
    (#"{"name":"a","times":6}"#, "times must be an integer from 1 to 5"),
    (#"{"name":"a","times":1.5}"#, "times must be an integer from 1 to 5"),
    (#"{"name":"a","times":1e300}"#, "times must be an integer from 1 to 5"),
    (#"{"name":"a","mode":"up"}"#, "mode must be on or off"),
    (#"{"name":"a","delay":"x"}"#, "delay must be a number from 0 to 10 or an object with min"),
    (#"{"name":"a","delay":{"max":1}}"#, "delay.max is not known here; there are min"),
    (#"{"name":"a","tags":["x",1]}"#, "tags[1] must be a string"),
    (#"{"name":"a","headers":{"b":1}}"#, "headers.b must be a string"),
    (#"{"name":"a","flag":"x"}"#, "flag must be true or false"),
    (
      #"{"name":"a","shoe":1}"#, "shoe is not known here; there are name, times, mode, delay, tags, headers, flag, none"
    ),
    (#"[]"#, "the body must be an object with name"),
  ])
  func `A mismatch is reported with the member and what was expected`(text: String, message: String) throws {
    #expect {
      try Self.shape.check(try JSON(parsing: text))
    } throws: { error in
      (error as? APIError)?.message == message
    }
  }
}
