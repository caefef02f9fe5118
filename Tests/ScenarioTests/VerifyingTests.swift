import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store
import Testing

@testable import ControlPlane

/// Verifying waits for what is still to come.
@MainActor @Suite struct VerificationTests {
  private let server: Server
  private let control: ControlPlane
  private final class ScheduledTimeout {
    var milliseconds: Int?
    var action: (() -> Void)?
  }
  private let timeout = ScheduledTimeout()

  init() throws {
    let world = try FixtureSet.shared(named: "default")
    server = Server(.shared, seed: world.seed, clock: FixtureSet.clock)
    control = ControlPlane(server)
    server.control = control.respond
    server.later = { [timeout] in (timeout.milliseconds, timeout.action) = ($0, $1) }
  }

  private func send(_ method: HTTPRequest.Method, to target: String, body: String = "") -> Outcome {
    server.respond(
      to: Request(
        method: method, target: target, fields: ReceivedFields([.authorization: "Bearer test-token"]),
        body: Array(body.utf8)))
  }

  /// A verification that waits, and what it came to.
  private func startVerification(times: String) -> PendingVerification? {
    let waiting = PendingVerification()
    let body = #"{"match":{"operation":"listTags"},"times":\#(times),"timeout_ms":2000}"#
    guard case .pending(let start) = send(.post, to: "/_mock/requests/verify", body: body) else { return nil }
    start { waiting.answers.append(ActualResponse($0)) }
    return waiting
  }

  private final class PendingVerification {
    var answers: [ActualResponse] = []
  }

  @Test func `It answers as soon as it holds, and only once`() throws {
    defer { server.control = nil }
    let waiting = try #require(startVerification(times: #"{"exactly":2}"#))
    #expect(timeout.milliseconds == 2000)
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.isEmpty)
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.map(\.status.code) == [200])
    #expect(waiting.answers.first?.json?["count"] == 2)
    _ = send(.get, to: "/tags")
    timeout.action?()
    #expect(waiting.answers.count == 1)
  }

  @Test func `After the timeout it reports the closest request`() throws {
    defer { server.control = nil }
    let waiting = try #require(startVerification(times: #"{"at_least":2}"#))
    _ = send(.get, to: "/tags")
    _ = send(.get, to: "/admins")
    timeout.action?()
    #expect(waiting.answers.map(\.status.code) == [409])
    let closest = waiting.answers.first?.json?.value(at: "closest.0.differences.0")
    #expect(closest == "operation is listAdmins, expected listTags")
    _ = send(.get, to: "/tags")
    #expect(waiting.answers.count == 1)
  }

  @Test func `What holds already is not waited for`() {
    defer { server.control = nil }
    #expect(startVerification(times: #"{"at_most":2}"#) == nil)
    #expect(timeout.milliseconds == nil)
  }
}
