import API
import HTTPMessage
import HTTPTypes
import JSON
import Server
import Store
import Testing

@testable import ControlPlane

/// Verifying waits for what is still to come.
@MainActor @Suite struct VerifyingTests {
  private let server: Server
  private let control: ControlPlane
  private final class Alarm {
    var milliseconds: Int?
    var action: (() -> Void)?
  }
  private let alarm = Alarm()

  init() throws {
    let world = try World.named("default")
    server = Server(.worldwide, seed: world.seed, clock: World.clock)
    control = ControlPlane(server)
    server.control = control.respond
    server.later = { [alarm] in (alarm.milliseconds, alarm.action) = ($0, $1) }
  }

  private func ask(_ method: HTTPRequest.Method, _ target: String, _ body: String = "") -> Outcome {
    server.respond(
      to: Request(
        method: method, target: target, fields: ReceivedFields([.authorization: "Bearer test-token"]),
        body: Array(body.utf8)))
  }

  /// A verification that waits, and what it came to.
  private func verification(_ times: String) -> Waiting? {
    let waiting = Waiting()
    let body = #"{"match":{"operation":"listTags"},"times":\#(times),"timeout_ms":2000}"#
    guard case .pending(let start) = ask(.post, "/_mock/requests/verify", body) else { return nil }
    start { waiting.answers.append(Received($0)) }
    return waiting
  }

  private final class Waiting {
    var answers: [Received] = []
  }

  @Test func `It answers as soon as it holds, and only once`() throws {
    defer { server.control = nil }
    let waiting = try #require(verification(#"{"exactly":2}"#))
    #expect(alarm.milliseconds == 2000)
    _ = ask(.get, "/tags")
    #expect(waiting.answers.isEmpty)
    _ = ask(.get, "/tags")
    #expect(waiting.answers.map(\.status.code) == [200])
    #expect(waiting.answers.first?.json?["count"] == 2)
    _ = ask(.get, "/tags")
    alarm.action?()
    #expect(waiting.answers.count == 1)
  }

  @Test func `When the time is up it says what came close`() throws {
    defer { server.control = nil }
    let waiting = try #require(verification(#"{"at_least":2}"#))
    _ = ask(.get, "/tags")
    _ = ask(.get, "/admins")
    alarm.action?()
    #expect(waiting.answers.map(\.status.code) == [409])
    let closest = waiting.answers.first?.json?.at("closest.0.differences.0")
    #expect(closest == "operation is listAdmins, expected listTags")
    _ = ask(.get, "/tags")
    #expect(waiting.answers.count == 1)
  }

  @Test func `What holds already is not waited for`() {
    defer { server.control = nil }
    #expect(verification(#"{"at_most":2}"#) == nil)
    #expect(alarm.milliseconds == nil)
  }
}
