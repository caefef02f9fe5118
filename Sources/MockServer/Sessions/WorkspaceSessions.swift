import API
import HTTPTypes
import JSON
import Store

/// Every workspace there is. A token that was never seen gets a fresh copy of the seed.
public final class WorkspaceSessions {
  /// The workspace of calls to the control plane without a token.
  public static let defaultToken = "test-token"

  private let configuration: ServerConfiguration
  private let layout: WorkspaceDefinition
  private let makeClock: () -> Clock
  private var openSessions: [String: WorkspaceSession] = [:] { didSet { lastAccess = nil } }
  private var tokens: [String: AccessToken] { didSet { lastAccess = nil } }
  /// Who called last, who mostly calls next: the look-ups are left out.
  private var lastAccess: (text: String, token: AccessToken, session: WorkspaceSession)?
  /// Those that came of OAuth, oldest first.
  private var issuedTokens: [String] = []
  private static let issuedTokenLimit = 10_000
  private var useCount: UInt64 = 0
  /// What every workspace starts as.
  public private(set) var seed: WorkspaceState
  private let initialSeed: WorkspaceState
  private let journalBuffer = JournalBuffer()

  /// What the journals of all workspaces hold.
  public var journalBytes: Int { journalBuffer.bytes }

  /// What the delivery logs of all workspaces may hold together.
  private let webhookBudget = ByteBudget(bytes: 64 << 20)

  init(
    configuration: ServerConfiguration, layout: WorkspaceDefinition, seed: WorkspaceState, tokens: [AccessToken],
    clock: @escaping () -> Clock
  ) {
    self.configuration = configuration
    self.layout = layout
    self.seed = seed
    initialSeed = seed
    self.makeClock = clock
    self.tokens = Dictionary((AccessToken.refusedTokens + tokens).map { ($0.value, $0) }) { _, last in last }
  }

  /// What is known of a token; nil when only listed tokens are let in and this one is not.
  func accessToken(for text: String) -> AccessToken? {
    if let lastAccess, lastAccess.text == text { return lastAccess.token }
    return tokens[text]
      ?? (configuration.onlyListedTokens && text != Self.defaultToken ? nil : AccessToken(value: text))
  }

  /// Lets a token in that came of OAuth.
  func issue(_ token: String, for workspace: String) {
    if issuedTokens.count >= Self.issuedTokenLimit { tokens[issuedTokens.removeFirst()] = nil }
    issuedTokens.append(token)
    tokens[token] = AccessToken(value: token, workspace: workspace)
  }

  /// Refuses a token that came of OAuth from now on; false for any other.
  func revoke(_ token: String) -> Bool {
    guard issuedTokens.contains(token), let workspace = tokens[token]?.workspace else { return false }
    tokens[token] = AccessToken(value: token, workspace: workspace, refused: .revoked)
    return true
  }

  /// The names of the workspaces that are held, in order.
  public var names: [String] {
    openSessions.keys.sorted()
  }

  /// The workspace that a token opens, if it is held already.
  public func existingSession(forToken token: String) -> WorkspaceSession? {
    openSessions[tokens[token]?.workspace ?? token]
  }

  /// The workspace of this name, if it is held.
  public func session(named name: String) -> WorkspaceSession? {
    openSessions[name]
  }

  /// The workspace that a token opens, made now if need be.
  ///
  /// Throws 503 when as many workspaces as may be held are all changed.
  public func openSession(forToken token: String) throws -> WorkspaceSession {
    useCount += 1
    let session = try findOrMakeSession(forToken: token)
    session.lastUse = useCount
    if lastAccess?.text != token, let known = self.accessToken(for: token) { lastAccess = (token, known, session) }
    return session
  }

  private func findOrMakeSession(forToken token: String) throws -> WorkspaceSession {
    if let lastAccess, lastAccess.text == token { return lastAccess.session }
    let name = tokens[token]?.workspace ?? token
    if let session = openSessions[name] { return session }
    if openSessions.count >= configuration.maxWorkspaces { try evictUnchangedSessions() }
    let session = makeSession(named: name)
    openSessions[name] = session
    return session
  }

  /// The workspace that a token opens, or one as it would start, which is not kept: for looking without touching.
  public func peekSession(forToken token: String) -> WorkspaceSession {
    existingSession(forToken: token) ?? makeSession(named: tokens[token]?.workspace ?? token)
  }

  private func makeSession(named name: String) -> WorkspaceSession {
    let workspace = Workspace(definition: layout, state: seed, clock: makeClock())
    return WorkspaceSession(
      name: name, workspace: workspace, settings: configuration.settings, seed: configuration.seed,
      journalBuffer: journalBuffer
    ) {
      [configuration, webhookBudget] in
      Webhooks(seed: configuration.seed, budget: webhookBudget)
    }
  }

  /// Puts a workspace back to its seed, or to another world, and all that is kept beside it, but for some parts.
  public func reset(
    _ session: WorkspaceSession, to world: WorkspaceState? = nil, keeping kept: Set<WorkspaceSession.Part> = []
  ) {
    session.reset(keeping: kept, releaseQueue: releaseQueue)
    let origin = world ?? seed
    let place = kept.contains(.settings) ? session.workspace.state : origin
    if !kept.contains(.state) {
      releaseState(of: session)
      session.workspace.reset(to: origin)
    }
    let state = session.workspace.state
    guard state.profile["timezone"] != place.profile["timezone"] else { return }
    session.workspace.replaceState(with: state.withTimeZone(of: place))
  }

  /// Puts every workspace back to its seed, by letting go of it, or to another world, which those to come start as, too.
  public func resetAll(to world: WorkspaceState? = nil, keeping kept: Set<WorkspaceSession.Part> = []) {
    seed = world ?? initialSeed
    for session in openSessions.values { reset(session, keeping: kept) }
    if kept.isEmpty { openSessions.removeAll() }
    for token in issuedTokens { tokens[token] = nil }
    issuedTokens = []
  }

  /// Puts other records into a workspace, as a change of it.
  public func replaceState(with state: WorkspaceState, in session: WorkspaceSession) {
    releaseQueue.add(session.workspace.state)
    session.workspace.replaceState(with: state)
    session.flushSearch()
  }

  /// What was let go of and is still to be freed.
  public let releaseQueue = ReleaseQueue()

  private func releaseState(of session: WorkspaceSession) {
    if session.workspace.isChanged { releaseQueue.add(session.workspace.state) }
  }

  /// Lets go of a workspace; false when none of this name is held.
  public func removeSession(named name: String) -> Bool {
    guard let session = openSessions.removeValue(forKey: name) else { return false }
    releaseState(of: session)
    return true
  }

  /// Lets go of those that nobody changed and that were used longest ago: of several at once, so that not every new
  /// token has to look through all.
  private func evictUnchangedSessions() throws {
    let spare = openSessions.values.filter { !$0.isChanged }.sorted { $0.lastUse < $1.lastUse }
    guard !spare.isEmpty else {
      throw APIError(
        status: .serviceUnavailable, code: "service_unavailable",
        message:
          "\(openSessions.count) workspaces are held and all of them are changed: reset some, or raise --max-workspaces"
      )
    }
    for session in spare.prefix(max(1, configuration.maxWorkspaces / 64)) {
      session.journal.clear(releaseQueue: releaseQueue)
      openSessions[session.name] = nil
    }
  }
}
