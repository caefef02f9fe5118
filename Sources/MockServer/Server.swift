import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store

/// Serves a catalogue behind an edge, without sockets. Not thread-safe: all calls come from the event loop.
///
/// `Pipeline.swift` has the way from a request to its response.
public final class Server {
  public let catalogue: Catalogue
  public let edge: any Edge
  public let sessions: WorkspaceSessions
  public let configuration: ServerConfiguration
  let environment: ServerEnvironment
  let logger: Logger
  let responses: ResponseBuilder
  let slicedWork: SlicedWorkQueue
  var access: AccessGuard
  /// The topics that writes to a collection may cause, by collection.
  let topics: [String: [Topic]]
  /// The topics that requests may cause.
  let requestTopics: [Topic]
  var alarms = Alarms()
  public internal(set) var metrics = Metrics()
  /// Created by the first request to the control plane, to keep it out of the start.
  private(set) lazy var controlRouter = ControlRouter(generation: catalogue.generation)
  private var plans: [APIVersion: VersionPlan] = [:]
  /// Set once at the end of init, because the alarm refers to the server.
  private(set) var setAlarm: ServerEnvironment.Alarm = { _ in }

  /// - Parameters:
  ///   - catalogue: the resources to serve
  ///   - edge: what all responses of the service have in common
  ///   - seed: the initial state of every workspace
  ///   - configuration: by default with the settings of the service
  ///   - environment: timers, HTTP client and fixtures of the process
  ///   - clock: creates the clock of a new workspace
  public init(
    catalogue: Catalogue, edge: any Edge, seed: WorkspaceState,
    configuration: ServerConfiguration? = nil, environment: ServerEnvironment = ServerEnvironment(),
    clock: @escaping () -> Clock = { Clock() }, logger: Logger = Logger(label: "mock-server")
  ) {
    self.catalogue = catalogue
    self.edge = edge
    let configuration = configuration ?? ServerConfiguration(settings: Settings(for: edge.facts))
    self.configuration = configuration
    self.environment = environment
    slicedWork = SlicedWorkQueue(environment: environment)
    self.logger = logger
    var topics: [String: [Topic]] = [:]
    for topic in catalogue.topics {
      for collection in topic.collections { topics[collection, default: []].append(topic) }
    }
    self.topics = topics
    requestTopics = catalogue.topics.filter { $0.requestItem != nil }
    sessions = WorkspaceSessions(configuration: configuration, layout: catalogue.layout, seed: seed, clock: clock)
    access = AccessGuard(policy: configuration.access, edge: edge)
    responses = ResponseBuilder(edge: edge, defaultSettings: configuration.settings, logger: logger)
    setAlarm = environment.makeAlarm { [weak self] in self?.runDueTasks() }
  }

  /// The plan of a version. Created on first use: a test run seldom uses more than one version.
  public func plan(for version: APIVersion) -> VersionPlan {
    if let plan = plans[version] { return plan }
    let plan = catalogue.plan(for: version)
    plans[version] = plan
    return plan
  }

  /// The requests whose bodies may be longer than the general limit: those of the service, and imports of a state.
  public var longBodies: [BodyLimitException] {
    edge.facts.longBodies + [BodyLimitException(prefix: "/_mock/state", bytes: 1 << 30)]
  }

  /// The name of the program, such as `intercom-mock`.
  var programName: String {
    "\(edge.serviceName.lowercased())-mock"
  }
}
