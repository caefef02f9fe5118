import API
import HTTPMessage
import Intercom
import MockServer
import Store

/// The server that performs a story.
@MainActor protocol StoryServer {
  /// Advances the clock of the workspace that a request addresses.
  func advanceClock(bySeconds seconds: Int64, before request: Request) throws
  /// The response that a client receives; nil if it receives none.
  func response(to request: Request) throws -> Response?
}

/// A server in this process, called without sockets. Its workspaces share one clock, and delays are skipped.
struct InProcessServer: StoryServer {
  /// The alarms that are set, by number.
  private final class Alarms {
    private var actions: [(number: Int, action: () -> Void)] = []
    private var count = 0

    func makeAlarm(_ action: @escaping () -> Void) -> ServerEnvironment.Alarm {
      count += 1
      return { [number = count] wait in
        self.actions.removeAll { $0.number == number }
        if wait != nil { self.actions.append((number, action)) }
      }
    }

    /// The alarm that was set last.
    func takeNext() -> (() -> Void)? {
      actions.popLast()?.action
    }
  }

  private let server: Server
  private let clock: Clock
  private let alarms = Alarms()

  init(fixtures name: String) throws {
    let clock = FixtureSet.clock()
    let fixtureSet = try FixtureSet.shared(named: name)
    var environment = ServerEnvironment()
    environment.fixtureSets = FixtureSet.resetTargets
    environment.makeAlarm = alarms.makeAlarm
    server = Server(
      catalogue: .shared, edge: IntercomEdge(tokens: fixtureSet.tokens), seed: fixtureSet.seed,
      environment: environment, clock: { clock })
    self.clock = clock
  }

  func advanceClock(bySeconds seconds: Int64, before request: Request) {
    clock.advance(bySeconds: seconds)
  }

  func response(to request: Request) -> Response? {
    response(of: server.respond(to: request))
  }

  private func response(of outcome: Outcome) -> Response? {
    switch outcome {
    case .now(let response), .after(_, let response): return response
    case .fault(.drip(let response, _, _)): return response
    case .fault: return nil
    case .pending(let start):
      let pending = PendingOutcome()
      start(pending)
      if pending.value == nil, let timeOut = alarms.takeNext() { timeOut() }
      return pending.value.flatMap(response)
    }
  }
}
