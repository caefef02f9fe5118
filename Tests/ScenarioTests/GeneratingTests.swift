import API
import ControlPlane
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Testing

@testable import Server

/// Generated records: the same for the same seed, whole, and made while others are served.
@MainActor @Suite struct GenerationTests {
  /// A server whose delays wait until they are run.
  private final class SteppedServer {
    let server: Server
    let control: ControlPlane
    private var scheduledActions: [() -> Void] = []

    @MainActor init() throws {
      let world = try FixtureSet.shared(named: "default")
      server = Server(.shared, seed: world.seed, tokens: world.tokens, clock: { FixtureSet.clock() })
      control = ControlPlane(server)
      server.control = { [unowned control] in try control.respond(to: $0) }
      server.later = { [unowned self] _, action in scheduledActions.append(action) }
    }

    /// The answer, nil as long as it is pending; `answer` is called with it in any case.
    func send(
      _ method: HTTPRequest.Method, to target: String, body: String = "", completion answer: (@escaping (JSON) -> Void)
    ) {
      let fields = ReceivedFields([.authorization: "Bearer test-token"])
      let request = Request(
        method: method, target: target, fields: fields, body: Array(body.utf8), authority: "mock.test")
      func json(of response: Response) -> JSON {
        guard case .bytes(let bytes) = response.body else { return .null }
        return (try? JSON(parsing: bytes)) ?? .null
      }
      switch server.respond(to: request) {
      case .now(let response): answer(json(of: response))
      case .pending(let start): start { answer(json(of: $0)) }
      default: Issue.record("neither an answer nor a promise of one")
      }
    }

    func runNextAction() -> Bool {
      guard !scheduledActions.isEmpty else { return false }
      scheduledActions.removeFirst()()
      return true
    }
  }

  private let generateBody = #"{"companies":50,"contacts":1500,"conversations":600,"seed":3}"#

  private func state(of patient: SteppedServer) -> JSON {
    var state = JSON.null
    patient.send(.get, to: "/_mock/state?collections=companies,contacts,conversations,conversation_parts") {
      state = $0
    }
    return state
  }

  @Test func `Requests during generation are served, do not see partial data, and keep their writes`() throws {
    let patient = try SteppedServer()
    var answer: JSON?
    patient.send(.post, to: "/_mock/generate", body: generateBody) { answer = $0 }
    #expect(answer == nil)
    var (counts, rounds): (Set<Int64>, Int) = ([], 0)
    while answer == nil, patient.runNextAction() {
      rounds += 1
      patient.send(.get, to: "/contacts?per_page=1") { counts.insert($0["total_count"]?.integer ?? -1) }
      if rounds == 2 { patient.send(.post, to: "/contacts", body: #"{"email":"meanwhile@example.com"}"#) { _ in } }
      if rounds == 3 {
        patient.send(.post, to: "/_mock/generate", body: generateBody) {
          #expect($0["errors"]?[0]?["code"] == "conflict")
        }
      }
    }
    #expect(answer?["contacts"] == 1500 && answer?["conversations"] == 600)
    let before = counts.min() ?? 0
    #expect(counts.isSubset(of: [before, before + 1, before + 1501]))
    var found: JSON?
    let query = #"{"query":{"field":"email","operator":"=","value":"meanwhile@example.com"}}"#
    patient.send(.post, to: "/contacts/search", body: query) { found = $0 }
    #expect(found?["total_count"] == 1)
  }

  @Test func `The same seed gives the same records, and every reference leads somewhere`() throws {
    let states = try (0..<2).map { _ in
      let patient = try SteppedServer()
      var isDone = false
      patient.send(.post, to: "/_mock/generate", body: generateBody) { _ in isDone = true }
      while !isDone, patient.runNextAction() {}
      let state = state(of: patient)
      // Putting it back checks each record and its references.
      var answer: JSON?
      patient.send(.put, to: "/_mock/state", body: state.text) { answer = $0 }
      #expect(answer?["status"] == "replaced", "\(answer ?? .null)")
      return state
    }
    #expect(states[0] == states[1])
  }
}
