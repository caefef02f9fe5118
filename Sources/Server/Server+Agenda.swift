import API
import Store

/// Time passes: what falls due in a workspace is done whether or not anyone asks.
extension Server {
  /// The longest that a timer is set for; one that fires early finds nothing to do and is set again.
  private static let longestWait: Int64 = 86_400

  /// Does what has fallen due in a workspace by its clock.
  public func catchUp(_ tenant: Tenant) {
    if let due = due(tenant), due <= tenant.workspace.clock.now, catalogue.agenda.catchUp(tenant.workspace) {
      notify(tenant, nil)
    }
    catchUpWebhooks(tenant)
  }

  /// Does what has fallen due anywhere: called when the alarm goes off.
  public func catchUp() {
    for name in alarms.due(at: Clock().now) {
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
    if alarms.set(tenant.name, due.map { $0 - workspace.clock.ahead / 1000 }) { tellAlarm() }
  }

  private func nextDue(_ tenant: Tenant) -> Int64? {
    [due(tenant), tenant.webhooks.nextDue].compactMap(\.self).min()
  }

  /// When the first record falls due, looked up once for as long as nothing is written: every call asks.
  private func due(_ tenant: Tenant) -> Int64? {
    let generation = tenant.workspace.generation
    if let known = tenant.due, known.generation == generation { return known.time }
    let time = catalogue.agenda.nextDue(in: tenant.workspace)
    tenant.due = (generation, time)
    return time
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
    let seconds = min(max(soonest - Clock().now, 0), Self.longestWait)
    onAlarm?(Int(seconds) * 1000)
  }
}
