import API
import HTTPTypes
import JSON
import Store

/// The workspaces in memory, by name. A new one starts as a copy of the seed; evicts unchanged ones if there are too many.
public final class WorkspaceSessions {
  private let configuration: ServerConfiguration
  private let layout: WorkspaceDefinition
  private let makeClock: () -> Clock
  private var openSessions: [String: WorkspaceSession] = [:] { didSet { lastSession = nil } }
  /// The session of the last request: most requests of a test run use the same one.
  private var lastSession: WorkspaceSession?
  private var useCount: UInt64 = 0
  /// The initial state of every workspace.
  public private(set) var seed: WorkspaceState
  private let initialSeed: WorkspaceState
  private let journalBuffer = JournalBuffer()

  /// Size of the journals of all workspaces.
  public var journalBytes: Int { journalBuffer.bytes }

  /// Memory of the delivery logs of all workspaces.
  private let webhookBudget = ByteBudget(bytes: 64 << 20)

  init(
    configuration: ServerConfiguration, layout: WorkspaceDefinition, seed: WorkspaceState,
    clock: @escaping () -> Clock
  ) {
    self.configuration = configuration
    self.layout = layout
    self.seed = seed
    initialSeed = seed
    self.makeClock = clock
  }

  /// The names of the workspaces in memory, sorted.
  public var names: [String] {
    openSessions.keys.sorted()
  }

  /// Returns nil if no workspace with this name is in memory.
  public func session(named name: String) -> WorkspaceSession? {
    openSessions[name]
  }

  /// Returns the session with this name, created if necessary.
  ///
  /// - Throws: 503 if the maximum number of workspaces is in memory and all are changed
  public func openSession(named name: String) throws -> WorkspaceSession {
    useCount += 1
    let session = try findOrMakeSession(named: name)
    session.lastUse = useCount
    lastSession = session
    return session
  }

  private func findOrMakeSession(named name: String) throws -> WorkspaceSession {
    if let lastSession, lastSession.name == name { return lastSession }
    if let session = openSessions[name] { return session }
    if openSessions.count >= configuration.maxWorkspaces { try evictUnchangedSessions() }
    let session = makeSession(named: name)
    openSessions[name] = session
    return session
  }

  /// Returns the session with this name, or a new one that is not stored, for calls that only read.
  public func peekSession(named name: String) -> WorkspaceSession {
    session(named: name) ?? makeSession(named: name)
  }

  private func makeSession(named name: String) -> WorkspaceSession {
    let number = configuration.seed.number(forWorkspace: name)
    let workspace = Workspace(
      definition: layout, state: configuration.seed.initialState(seed, ofWorkspace: name), clock: makeClock())
    return WorkspaceSession(
      name: name, workspace: workspace, settings: configuration.settings, seed: number, journalBuffer: journalBuffer,
      discardMark: discardMark
    ) { [webhookBudget] in
      Webhooks(seed: number, budget: webhookBudget)
    }
  }

  /// Resets a workspace and everything the server stores with it, except the kept parts.
  /// - Parameter world: the new state; nil for the seed
  public func reset(
    _ session: WorkspaceSession, to world: WorkspaceState? = nil, keeping kept: Set<WorkspaceSession.Part> = []
  ) {
    session.reset(keeping: kept, releaseQueue: releaseQueue)
    let origin = configuration.seed.initialState(world ?? seed, ofWorkspace: session.name)
    let place = kept.contains(.settings) ? session.workspace.state : origin
    if !kept.contains(.state) {
      releaseState(of: session)
      session.workspace.reset(to: origin)
    }
    let state = session.workspace.state
    guard state.profile["timezone"] != place.profile["timezone"] else { return }
    session.workspace.replaceState(with: state.withTimeZone(of: place))
  }

  /// The work of resetting all workspaces. Unless parts are kept, they are deleted at once, and what they refer to is
  /// released later; otherwise each step resets one.
  /// - Parameter world: the new seed; nil for the initial one
  func resetOfAll(to world: WorkspaceState? = nil, keeping kept: Set<WorkspaceSession.Part> = []) -> SlicedWork<Void> {
    seed = world ?? initialSeed
    var sessions = Array(openSessions.values)
    guard kept.isEmpty else {
      return .unfinished { [self] in
        guard let session = sessions.popLast() else { return () }
        if openSessions[session.name] === session { reset(session, keeping: kept) }
        return nil
      }
    }
    openSessions = [:]
    discardMark.isDiscarded = true
    discardMark = DiscardMark()
    releaseQueue.add { [self] in
      if let session = sessions.popLast() { discard(session) }
      return !sessions.isEmpty
    }
    return .finished(())
  }

  /// Releases what a deleted workspace refers to in steps.
  private func discard(_ session: WorkspaceSession) {
    session.journal.clear(releaseQueue: releaseQueue)
    if session.workspace.isChanged { releaseQueue.add(next: session.workspace.state) }
    for snapshot in session.snapshots.values { releaseQueue.add(next: snapshot.state) }
  }

  /// The mark of the workspaces that the next reset of all deletes.
  private var discardMark = DiscardMark()

  /// Replaces the records of a workspace. It counts as changed.
  public func replaceState(with state: WorkspaceState, in session: WorkspaceSession) {
    releaseQueue.add(session.workspace.state)
    session.workspace.replaceState(with: state)
    session.flushSearch()
  }

  /// States and journals that are no longer used, for release in small steps.
  public let releaseQueue = ReleaseQueue()

  private func releaseState(of session: WorkspaceSession) {
    if session.workspace.isChanged { releaseQueue.add(session.workspace.state) }
  }

  /// Deletes a workspace. Returns false if none has this name.
  public func removeSession(named name: String) -> Bool {
    guard let session = openSessions.removeValue(forKey: name) else { return false }
    releaseState(of: session)
    return true
  }

  /// Deletes the least recently used unchanged workspaces: several at once, because each call sorts all of them.
  private func evictUnchangedSessions() throws {
    let spare = openSessions.values.filter { !$0.isChanged }.sorted { $0.lastUse < $1.lastUse }
    guard !spare.isEmpty else {
      throw APIError.serviceUnavailable(
        "\(openSessions.count) workspaces are in memory and all are changed: reset some, or raise --max-workspaces")
    }
    for session in spare.prefix(max(1, configuration.maxWorkspaces / 64)) {
      session.journal.clear(releaseQueue: releaseQueue)
      openSessions[session.name] = nil
    }
  }
}

/// Shared by the workspaces that are deleted together, so that deleting 10,000 of them takes one write.
final class DiscardMark {
  var isDiscarded = false
}

extension WorkspaceSessions: WorkspaceDirectory {
  public func workspace(named name: String) -> Workspace? {
    session(named: name)?.workspace
  }

  public func openWorkspace(named name: String) throws -> Workspace {
    try openSession(named: name).workspace
  }
}

extension Server {
  /// Resets all workspaces and refuses the tokens that were issued.
  public func resetAllWorkspaces(to world: WorkspaceState? = nil, keeping kept: Set<WorkspaceSession.Part> = []) {
    // The work throws no error.
    try? resetOfAllWorkspaces(to: world, keeping: kept).value()
  }

  /// The work of resetting all workspaces and refusing the tokens that were issued.
  func resetOfAllWorkspaces(
    to world: WorkspaceState? = nil, keeping kept: Set<WorkspaceSession.Part> = []
  ) -> SlicedWork<Void> {
    edge.invalidateIssuedTokens()
    return sessions.resetOfAll(to: world, keeping: kept).map { self.updateAlarms() }
  }
}
