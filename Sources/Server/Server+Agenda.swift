import Store

/// Time passes: what falls due in a workspace is done whether or not anyone asks.
extension Server {
  /// The longest that a timer is set for; one that fires early finds nothing to do and is set again.
  private static let longestWait: Int64 = 86_400

  /// Does what has fallen due in a workspace by its clock.
  public func catchUp(_ tenant: Tenant) {
    guard catalogue.agenda.catchUp(tenant.workspace) else { return }
    _ = tenant.workspace.takeMutations()
    setAlarm(of: tenant)
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
  func setAlarm(of tenant: Tenant) {
    let workspace = tenant.workspace
    let due = workspace.clock.isFrozen || !workspace.isChanged ? nil : catalogue.agenda.nextDue(in: workspace)
    if alarms.set(tenant.name, due) { tellAlarm() }
  }

  private func tellAlarm() {
    guard let soonest = alarms.soonest else { onAlarm?(nil); return }
    let seconds = min(max(soonest - Clock().now, 0), Self.longestWait)
    onAlarm?(Int(seconds) * 1000)
  }
}
