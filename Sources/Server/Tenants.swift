import API
import HTTPTypes
import JSON
import Store

/// Every workspace there is. A token that was never seen gets a fresh copy of the seed.
public final class Tenants {
  /// The workspace of calls to the control plane without a token.
  public static let defaultToken = "test-token"

  private let configuration: ServerConfiguration
  private let layout: WorkspaceDefinition
  private let clock: () -> Clock
  private var held: [String: Tenant] = [:] { didSet { recent = nil } }
  private var tokens: [String: Token] { didSet { recent = nil } }
  /// Who called last, who mostly calls next: the look-ups are left out.
  private var recent: (text: String, token: Token, tenant: Tenant)?
  /// Those that came of OAuth, oldest first.
  private var issued: [String] = []
  private static let issuedLimit = 10_000
  private var uses: UInt64 = 0
  /// What every workspace starts as.
  public private(set) var seed: WorkspaceState
  private let original: WorkspaceState
  private let room = JournalRoom()

  /// What the journals of all workspaces hold.
  public var journalBytes: Int { room.bytes }

  /// What the delivery logs of all workspaces may hold together.
  private let webhookBytes = ByteBudget(64 << 20)

  init(
    _ configuration: ServerConfiguration, layout: WorkspaceDefinition, seed: WorkspaceState, tokens: [Token],
    clock: @escaping () -> Clock
  ) {
    self.configuration = configuration
    self.layout = layout
    self.seed = seed
    original = seed
    self.clock = clock
    self.tokens = Dictionary((Token.presets + tokens).map { ($0.token, $0) }) { _, last in last }
  }

  /// What is known of a token; nil when only listed tokens are let in and this one is not.
  func token(_ text: String) -> Token? {
    if let recent, recent.text == text { return recent.token }
    return tokens[text] ?? (configuration.onlyListedTokens && text != Self.defaultToken ? nil : Token(text))
  }

  /// Lets a token in that came of OAuth.
  func issue(_ token: String, for workspace: String) {
    if issued.count >= Self.issuedLimit { tokens[issued.removeFirst()] = nil }
    issued.append(token)
    tokens[token] = Token(token, workspace: workspace)
  }

  /// Refuses a token that came of OAuth from now on; false for any other.
  func revoke(_ token: String) -> Bool {
    guard issued.contains(token), let workspace = tokens[token]?.workspace else { return false }
    tokens[token] = Token(token, workspace: workspace, refused: .revoked)
    return true
  }

  /// The names of the workspaces that are held, in order.
  public var names: [String] {
    held.keys.sorted()
  }

  /// The workspace that a token opens, if it is held already.
  public func existing(_ token: String) -> Tenant? {
    held[tokens[token]?.workspace ?? token]
  }

  /// The workspace of this name, if it is held.
  public func named(_ name: String) -> Tenant? {
    held[name]
  }

  /// The workspace that a token opens, made now if need be.
  ///
  /// Throws 503 when as many workspaces as may be held are all changed.
  public func tenant(_ token: String) throws -> Tenant {
    uses += 1
    let tenant = try find(token)
    tenant.lastUse = uses
    if recent?.text != token, let known = self.token(token) { recent = (token, known, tenant) }
    return tenant
  }

  private func find(_ token: String) throws -> Tenant {
    if let recent, recent.text == token { return recent.tenant }
    let name = tokens[token]?.workspace ?? token
    if let tenant = held[name] { return tenant }
    if held.count >= configuration.maxWorkspaces { try makeRoom() }
    let tenant = make(name)
    held[name] = tenant
    return tenant
  }

  /// The workspace that a token opens, or one as it would start, which is not kept: for looking without touching.
  public func peek(_ token: String) -> Tenant {
    existing(token) ?? make(tokens[token]?.workspace ?? token)
  }

  private func make(_ name: String) -> Tenant {
    let workspace = Workspace(definition: layout, state: seed, clock: clock())
    return Tenant(name, workspace, configuration.settings, seed: configuration.seed, room) {
      [configuration, webhookBytes] in
      Webhooks(seed: configuration.seed, budget: webhookBytes)
    }
  }

  /// Puts a workspace back to its seed, or to another world, and all that is kept beside it, but for some parts.
  public func reset(_ tenant: Tenant, to world: WorkspaceState? = nil, keeping kept: Set<Tenant.Part> = []) {
    tenant.reset(keeping: kept, discarded)
    let origin = world ?? seed
    let place = kept.contains(.settings) ? tenant.workspace.state : origin
    if !kept.contains(.state) {
      discard(tenant)
      tenant.workspace.reset(to: origin)
    }
    let state = tenant.workspace.state
    guard state.profile["timezone"] != place.profile["timezone"] else { return }
    tenant.workspace.replaceState(with: state.withTimeZone(of: place))
  }

  /// Puts every workspace back to its seed, by letting go of it, or to another world, which those to come start as, too.
  public func resetAll(to world: WorkspaceState? = nil, keeping kept: Set<Tenant.Part> = []) {
    seed = world ?? original
    for tenant in held.values { reset(tenant, keeping: kept) }
    if kept.isEmpty { held.removeAll() }
    for token in issued { tokens[token] = nil }
    issued = []
  }

  /// Puts other records into a workspace, as a change of it.
  public func put(_ state: WorkspaceState, in tenant: Tenant) {
    discarded.add(tenant.workspace.state)
    tenant.workspace.replaceState(with: state)
    tenant.flushSearch()
  }

  /// What was let go of and is still to be freed.
  public let discarded = ReleaseQueue()

  private func discard(_ tenant: Tenant) {
    if tenant.workspace.isChanged { discarded.add(tenant.workspace.state) }
  }

  /// Lets go of a workspace; false when none of this name is held.
  public func forget(_ name: String) -> Bool {
    guard let tenant = held.removeValue(forKey: name) else { return false }
    discard(tenant)
    return true
  }

  /// Lets go of those that nobody changed and that were used longest ago: of several at once, so that not every new
  /// token has to look through all.
  private func makeRoom() throws {
    let spare = held.values.filter { !$0.isChanged }.sorted { $0.lastUse < $1.lastUse }
    guard !spare.isEmpty else {
      throw APIError(
        status: .serviceUnavailable, code: "service_unavailable",
        message: "\(held.count) workspaces are held and all of them are changed: reset some, or raise --max-workspaces")
    }
    for tenant in spare.prefix(max(1, configuration.maxWorkspaces / 64)) {
      tenant.journal.clear(into: discarded)
      held[tenant.name] = nil
    }
  }
}
