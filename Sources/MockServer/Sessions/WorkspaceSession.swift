import API
import Store

/// A workspace with everything the server stores for it.
public final class WorkspaceSession {
  /// The parts that a reset can keep.
  public enum Part: String, CaseIterable, Sendable {
    case state, clock, faults, journal, settings, webhooks
  }

  public let name: String
  public let workspace: Workspace
  public var settings: Settings {
    didSet {
      applyDeferralPolicies()
      if settings.searchLag != oldValue.searchLag { searchHistory.clear() }
      if settings.callback != oldValue.callback { updateCallback() }
    }
  }
  /// Past states, for searches with a lag.
  var searchHistory = SearchHistory()
  /// By name. A reset keeps them.
  public var snapshots: [String: Snapshot] = [:]
  public let faults: Faults
  public let journal: Journal
  var rateLimiter = RateLimiter()
  /// The next due task, cached for one generation of the workspace.
  var cachedDueWork: DueWork?
  /// The sequence number of the last use.
  var lastUse: UInt64 = 0
  /// The last generation of records; nil if its client is gone.
  weak var generation: GenerationRun?
  private let discardMark: DiscardMark
  private let initialSettings: Settings
  public private(set) var webhooks: Webhooks
  private let makeWebhooks: () -> Webhooks

  init(
    name: String, workspace: Workspace, settings: Settings, seed: UInt64, journalBuffer room: JournalBuffer,
    discardMark: DiscardMark, webhooks: @escaping () -> Webhooks
  ) {
    self.name = name
    self.discardMark = discardMark
    self.workspace = workspace
    faults = Faults(seed: seed)
    journal = Journal(in: room)
    self.settings = settings
    initialSettings = settings
    makeWebhooks = webhooks
    self.webhooks = webhooks()
    applyDeferralPolicies()
    updateCallback()
  }

  /// Makes all writes visible to searches.
  public func flushSearch() {
    searchHistory.clear()
  }

  /// Whether a reset of all workspaces deleted it. Its deliveries end.
  var isDiscarded: Bool { discardMark.isDiscarded }

  /// Whether a reset would change anything. Changed workspaces are never evicted.
  public var isChanged: Bool {
    workspace.isChanged || settings != initialSettings || workspace.clock.isMoved || !snapshots.isEmpty
      || !faults.rules.isEmpty || !webhooks.isUnused
  }

  private func applyDeferralPolicies() {
    workspace.jobDeferral = settings.jobs
    workspace.sideEffectDeferral = settings.sideEffects
  }

  private func updateCallback() {
    webhooks.setCallback(settings.callback, version: settings.defaultVersion, at: workspace.clock.now)
  }

  /// Resets everything except the kept parts and the records, which the caller resets.
  func reset(keeping kept: Set<Part>, releaseQueue: ReleaseQueue) {
    rateLimiter = RateLimiter()
    searchHistory.clear()
    if !kept.contains(.clock) { workspace.clock.reset() }
    if !kept.contains(.faults) { faults.clear() }
    if !kept.contains(.journal) { journal.clear(releaseQueue: releaseQueue) }
    if !kept.contains(.settings) { settings = initialSettings }
    guard !kept.contains(.webhooks) else { return }
    webhooks = makeWebhooks()
    updateCallback()
  }
}
