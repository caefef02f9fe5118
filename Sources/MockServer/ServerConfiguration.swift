import HTTPMessage
import Store

/// The options of a server that do not change while it runs.
public struct ServerConfiguration: Sendable {
  /// The initial settings of every workspace.
  public var settings: Settings
  /// Maximum number of workspaces in memory.
  public var maxWorkspaces = 10_000
  /// The seed of request ids and of the ids of new records.
  public var seed = IDSeed.number(1)
  /// The version of the program, for `/_mock/health`.
  public var programVersion = "0.0.0"
  public var access = AccessPolicy()

  public init(settings: Settings) {
    self.settings = settings
  }
}

/// The seed of ids and of everything else that is drawn: the same seed and the same calls give the same values.
public enum IDSeed: Sendable, Equatable {
  /// The same seed in every workspace: two workspaces may hand out equal ids.
  case number(UInt64)
  /// A seed derived from the name of each workspace, which is its token: workspaces hand out different ids.
  case token

  /// The seed of what is not in a workspace, such as request ids.
  public var number: UInt64 {
    switch self {
    case .number(let number): number
    case .token: 1
    }
  }

  /// The seed of a workspace.
  func number(forWorkspace name: String) -> UInt64 {
    switch self {
    case .number(let number): number
    case .token: IDGenerator.seed(from: name)
    }
  }

  /// The state in which a workspace begins.
  func initialState(_ state: WorkspaceState, ofWorkspace name: String) -> WorkspaceState {
    guard self == .token else { return state }
    var state = state
    state.ids.reseed(from: name)
    return state
  }
}

/// What the server needs from the process around it. The defaults are for tests without an event loop.
public struct ServerEnvironment {
  /// Sends a request to another server and calls back with the result.
  public typealias Sender = (OutgoingRequest, @escaping (Result<ReceivedResponse, HTTPClientError>) -> Void) -> Void
  /// Runs an action after a delay in milliseconds of system time.
  public typealias Scheduler = (_ milliseconds: Int, _ action: @escaping () -> Void) -> Void
  /// Sets an alarm to go off in a number of milliseconds of system time; nil cancels it.
  public typealias Alarm = (_ milliseconds: Int?) -> Void

  /// The fixture sets that a reset can load.
  public var fixtureSets = FixtureSets.none
  /// Sends webhooks. If nil, deliveries stay in their queues.
  public var send: Sender?
  /// Schedules delayed actions. The default runs them at once.
  public var schedule: Scheduler = { _, action in action() }
  /// The time after which a long computation lets the event loop do other work; nil if it runs to its end at once.
  public var sliceDuration: Duration?
  /// Creates the alarm that runs `action`. With the default, due tasks run only when a request comes.
  public var makeAlarm: (_ action: @escaping () -> Void) -> Alarm = { _ in { _ in } }
  /// Returns the number of allocated bytes in the process.
  public var memoryInUse: () -> Int = { 0 }

  public init() {}
}
