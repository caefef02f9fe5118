import API
import ControlPlane
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Testing

@testable import Server

/// Generated records: the same for the same seed, whole, and made while others are served.
@MainActor @Suite struct GeneratingTests {
  /// A server whose delays wait until they are run.
  private final class Patient {
    let server: Server
    let control: ControlPlane
    private var waiting: [() -> Void] = []

    @MainActor init() throws {
      let world = try World.named("default")
      server = Server(.worldwide, seed: world.seed, tokens: world.tokens, clock: { World.clock() })
      control = ControlPlane(server)
      server.control = { [unowned control] in try control.respond(to: $0) }
      server.later = { [unowned self] _, action in waiting.append(action) }
    }

    /// The answer, nil as long as it is pending; `answer` is called with it in any case.
    func ask(_ method: HTTPRequest.Method, _ target: String, _ body: String = "", _ answer: (@escaping (JSON) -> Void))
    {
      let fields = ReceivedFields([.authorization: "Bearer test-token"])
      let request = Request(
        method: method, target: target, fields: fields, body: Array(body.utf8), authority: "mock.test")
      func json(_ response: Response) -> JSON {
        guard case .bytes(let bytes) = response.body else { return .null }
        return (try? JSON(parsing: bytes)) ?? .null
      }
      switch server.respond(to: request) {
      case .now(let response): answer(json(response))
      case .pending(let start): start { answer(json($0)) }
      default: Issue.record("neither an answer nor a promise of one")
      }
    }

    func runOne() -> Bool {
      guard !waiting.isEmpty else { return false }
      waiting.removeFirst()()
      return true
    }
  }

  private let order = #"{"companies":50,"contacts":1500,"conversations":600,"seed":3}"#

  private func state(_ patient: Patient) -> JSON {
    var state = JSON.null
    patient.ask(.get, "/_mock/state?collections=companies,contacts,conversations,conversation_parts") { state = $0 }
    return state
  }

  @Test func `Others are served meanwhile, see nothing of it, and what they write stays`() throws {
    let patient = try Patient()
    var answer: JSON?
    patient.ask(.post, "/_mock/generate", order) { answer = $0 }
    #expect(answer == nil)
    var (counts, rounds): (Set<Int64>, Int) = ([], 0)
    while answer == nil, patient.runOne() {
      rounds += 1
      patient.ask(.get, "/contacts?per_page=1") { counts.insert($0["total_count"]?.integer ?? -1) }
      if rounds == 2 { patient.ask(.post, "/contacts", #"{"email":"meanwhile@example.com"}"#) { _ in } }
      if rounds == 3 {
        patient.ask(.post, "/_mock/generate", order) { #expect($0["errors"]?[0]?["code"] == "conflict") }
      }
    }
    #expect(answer?["contacts"] == 1500 && answer?["conversations"] == 600)
    let before = counts.min() ?? 0
    #expect(counts.isSubset(of: [before, before + 1, before + 1501]))
    var found: JSON?
    let query = #"{"query":{"field":"email","operator":"=","value":"meanwhile@example.com"}}"#
    patient.ask(.post, "/contacts/search", query) { found = $0 }
    #expect(found?["total_count"] == 1)
  }

  @Test func `The same seed gives the same records, and every reference leads somewhere`() throws {
    let states = try (0..<2).map { _ in
      let patient = try Patient()
      var isDone = false
      patient.ask(.post, "/_mock/generate", order) { _ in isDone = true }
      while !isDone, patient.runOne() {}
      let state = state(patient)
      // Putting it back checks each record and its references.
      var answer: JSON?
      patient.ask(.put, "/_mock/state", state.text) { answer = $0 }
      #expect(answer?["status"] == "replaced", "\(answer ?? .null)")
      return state
    }
    #expect(states[0] == states[1])
  }
}
