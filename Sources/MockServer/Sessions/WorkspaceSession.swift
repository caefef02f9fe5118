import API
import Store

/// A workspace with what the server keeps beside it: what a reset puts back.
public final class WorkspaceSession {
  /// The parts that a reset may spare.
  public enum Part: String, CaseIterable, Sendable {
    case state, clock, faults, journal, settings, webhooks
  }

  public let name: String
  public let workspace: Workspace
  public var settings: Settings {
    didSet {
      applyDeferralPolicies()
      if settings.searchLag != oldValue.searchLag { searchHistory.clear() }
    }
  }
  /// What searches see that lag behind.
  var searchHistory = SearchHistory()
  /// By name. A reset leaves them: they are there to come back to.
  public var snapshots: [String: Snapshot] = [:]
  public let faults: Faults
  public let journal: Journal
  var rateLimiter = RateLimiter()
  /// What is known of later, in the generation of the workspace that this was looked up in.
  var cachedDueWork: (generation: Int, due: Int64?, countsCalls: Bool)?
  /// Rises with every use: the lowest was used longest ago.
  var lastUse: UInt64 = 0
  /// Whether records are being generated.
  var isGenerating = false
  private let initialSettings: Settings
  /// Who is notified of what.
  public private(set) var webhooks: Webhooks
  private let makeWebhooks: () -> Webhooks

  init(
    name: String, workspace: Workspace, settings: Settings, seed: UInt64, journalBuffer room: JournalBuffer,
    webhooks: @escaping () -> Webhooks
  ) {
    self.name = name
    self.workspace = workspace
    faults = Faults(seed: seed)
    journal = Journal(in: room)
    self.settings = settings
    initialSettings = settings
    makeWebhooks = webhooks
    self.webhooks = webhooks()
    applyDeferralPolicies()
  }

  /// Lets searches find what was written until now.
  public func flushSearch() {
    searchHistory.clear()
  }

  /// Whether there is anything that a reset would put back: such a workspace never makes room for others.
  public var isChanged: Bool {
    workspace.isChanged || settings != initialSettings || workspace.clock.isMoved || !snapshots.isEmpty
      || !faults.rules.isEmpty || !webhooks.isUnused
  }

  private func applyDeferralPolicies() {
    workspace.jobDeferral = settings.jobs
    workspace.sideEffectDeferral = settings.sideEffects
  }

  /// Puts everything back to how it started but for some parts. The records are the caller's to put back.
  func reset(keeping kept: Set<Part>, releaseQueue: ReleaseQueue) {
    rateLimiter = RateLimiter()
    searchHistory.clear()
    if !kept.contains(.clock) { workspace.clock.reset() }
    if !kept.contains(.faults) { faults.clear() }
    if !kept.contains(.journal) { journal.clear(releaseQueue: releaseQueue) }
    if !kept.contains(.settings) { settings = initialSettings }
    if !kept.contains(.webhooks) { webhooks = makeWebhooks() }
  }
}
