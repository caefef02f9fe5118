import API
import Store

/// Time passes: what falls due in a workspace is done whether or not anyone asks.
extension Server {
  /// The longest that a timer is set for, in milliseconds; one that fires early finds nothing to do and is set again.
  private static let longestWait: Int64 = 86_400_000

  /// Does what has fallen due in a workspace by its clock.
  public func catchUp(_ tenant: Tenant) {
    settle(tenant)
    catchUpWebhooks(tenant)
  }

  /// Does what has fallen due among the records: before a call, and after one that left something to be done at once.
  func settle(_ tenant: Tenant) {
    guard let due = outlook(of: tenant).due, due <= tenant.workspace.clock.milliseconds else { return }
    if catalogue.runDueWork(in: tenant.workspace, plan: plan, done: { notify(tenant, $0) }) { notify(tenant, nil) }
  }

  /// Counts a call for what waits for some to be made.
  func countCall(_ tenant: Tenant) {
    if outlook(of: tenant).countsCalls { catalogue.countAnyRequestPoll(in: tenant.workspace) }
  }

  /// Does what has fallen due anywhere: called when the alarm goes off.
  public func catchUp() {
    for name in alarms.due(at: Clock().milliseconds) {
      guard let tenant = tenants.named(name) else {
        _ = alarms.set(name, nil)
        continue
      }
      catchUp(tenant)
      setAlarm(of: tenant)
    }
    tellAlarm()
  }

  /// A workspace whose clock stands still is not woken: it catches up when the clock is moved, or at its next call.
  public func setAlarm(of tenant: Tenant) {
    let workspace = tenant.workspace
    let due = workspace.clock.isFrozen || !tenant.isChanged ? nil : nextDue(tenant)
    // Alarms go by the system's clock, and a workspace's may be ahead of it.
    if alarms.set(tenant.name, due.map { min(max($0, 0), 1 << 60) - workspace.clock.millisecondsAhead }) { tellAlarm() }
  }

  private func nextDue(_ tenant: Tenant) -> Int64? {
    [outlook(of: tenant).due, tenant.webhooks.nextDue.map { $0 * 1000 }].compactMap(\.self).min()
  }

  /// When the first record falls due, and whether calls are counted: looked up once for as long as nothing is written,
  /// as every call asks.
  private func outlook(of tenant: Tenant) -> (generation: Int, due: Int64?, countsCalls: Bool) {
    let generation = tenant.workspace.generation
    if let known = tenant.outlook, known.generation == generation { return known }
    let outlook = (
      generation, catalogue.agenda.nextDue(in: tenant.workspace),
      catalogue.hasTasksPolledByAnyRequest(in: tenant.workspace)
    )
    tenant.outlook = outlook
    return outlook
  }

  /// Hands on what was written since this was last called.
  ///
  /// Called after every call that a handler took, refused ones too: these may have written as well, as a failed merge does.
  /// - Parameter call: what wrote it; nil when it fell due
  public func notify(_ tenant: Tenant, _ call: Call?) {
    let mutations = tenant.workspace.takeMutations()
    guard !mutations.isEmpty else { return }
    if tenant.settings.searchLag != .none { tenant.past.note(tenant.workspace, tenant.settings.searchLag) }
    setAlarm(of: tenant)
    announce(mutations, in: tenant, by: call)
  }

  /// Sets all times anew, after a change to many workspaces.
  public func setAlarms() {
    for name in alarms.names where tenants.named(name) == nil { _ = alarms.set(name, nil) }
    for name in tenants.names { tenants.named(name).map(setAlarm) }
    tellAlarm()
  }

  private func tellAlarm() {
    guard let soonest = alarms.soonest else { onAlarm?(nil); return }
    onAlarm?(Int(min(max(soonest - Clock().milliseconds, 0), Self.longestWait)))
  }
}
