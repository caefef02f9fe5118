import API
import Store

/// Time passes: what falls due in a workspace is done whether or not anyone asks.
extension Server {
  /// The longest that a timer is set for, in milliseconds; one that fires early finds nothing to do and is set again.
  private static let maxTimerMilliseconds: Int64 = 86_400_000

  /// Does what has fallen due in a workspace by its clock.
  public func runDueTasks(in tenant: WorkspaceSession) {
    runDueRecordTasks(in: tenant)
    runDueDeliveries(in: tenant)
  }

  /// Does what has fallen due among the records: before a call, and after one that left something to be done at once.
  func runDueRecordTasks(in tenant: WorkspaceSession) {
    guard let due = dueWork(in: tenant).due, due <= tenant.workspace.clock.milliseconds else { return }
    if catalogue.runDueWork(in: tenant.workspace, plan: plan, done: { publishWrites(in: tenant, by: $0) }) { publishWrites(in: tenant, by: nil) }
  }

  /// Counts a call for what waits for some to be made.
  func countCall(in tenant: WorkspaceSession) {
    if dueWork(in: tenant).countsCalls { catalogue.countAnyRequestPoll(in: tenant.workspace) }
  }

  /// Does what has fallen due anywhere: called when the alarm goes off.
  public func runDueTasks() {
    for name in alarms.due(at: Clock().milliseconds) {
      guard let tenant = sessions.session(named: name) else {
        _ = alarms.setTime(of: name, to: nil)
        continue
      }
      runDueTasks(in: tenant)
      updateAlarm(of: tenant)
    }
    rescheduleAlarm()
  }

  /// A workspace whose clock stands still is not woken: it catches up when the clock is moved, or at its next call.
  public func updateAlarm(of tenant: WorkspaceSession) {
    let workspace = tenant.workspace
    let due = workspace.clock.isFrozen || !tenant.isChanged ? nil : nextDueTime(in: tenant)
    // Alarms go by the system's clock, and a workspace's may be ahead of it.
    if alarms.setTime(of: tenant.name, to: due.map { min(max($0, 0), 1 << 60) - workspace.clock.millisecondsAhead }) { rescheduleAlarm() }
  }

  private func nextDueTime(in tenant: WorkspaceSession) -> Int64? {
    [dueWork(in: tenant).due, tenant.webhooks.nextDueTime.map { $0 * 1000 }].compactMap(\.self).min()
  }

  /// When the first record falls due, and whether calls are counted: looked up once for as long as nothing is written,
  /// as every call asks.
  private func dueWork(in tenant: WorkspaceSession) -> (generation: Int, due: Int64?, countsCalls: Bool) {
    let generation = tenant.workspace.generation
    if let known = tenant.cachedDueWork, known.generation == generation { return known }
    let outlook = (
      generation, catalogue.agenda.nextDue(in: tenant.workspace),
      catalogue.hasTasksPolledByAnyRequest(in: tenant.workspace)
    )
    tenant.cachedDueWork = outlook
    return outlook
  }

  /// Hands on what was written since this was last called.
  ///
  /// Called after every call that a handler took, refused ones too: these may have written as well, as a failed merge does.
  /// - Parameter call: what wrote it; nil when it fell due
  public func publishWrites(in tenant: WorkspaceSession, by call: Call?) {
    let mutations = tenant.workspace.takeMutations()
    guard !mutations.isEmpty else { return }
    if tenant.settings.searchLag != .none { tenant.searchHistory.recordWrite(in: tenant.workspace, lag: tenant.settings.searchLag) }
    updateAlarm(of: tenant)
    notifySubscribers(of: mutations, in: tenant, by: call)
  }

  /// Sets all times anew, after a change to many workspaces.
  public func updateAlarms() {
    for name in alarms.names where sessions.session(named: name) == nil { _ = alarms.setTime(of: name, to: nil) }
    for name in sessions.names { sessions.session(named: name).map(updateAlarm) }
    rescheduleAlarm()
  }

  private func rescheduleAlarm() {
    guard let soonest = alarms.earliest else { scheduleAlarm?(nil); return }
    scheduleAlarm?(Int(min(max(soonest - Clock().milliseconds, 0), Self.maxTimerMilliseconds)))
  }
}

/// When which workspace wants to be woken.
struct Alarms {
  private var times: [String: Int64] = [:]
  /// The earliest time of all, in milliseconds.
  private(set) var earliest: Int64?

  /// The workspaces that want to be woken.
  var names: [String] { Array(times.keys) }

  /// Sets the time of a workspace, or takes it away. Returns whether the earliest of all is another now.
  mutating func setTime(of name: String, to time: Int64?) -> Bool {
    guard times[name] != time else { return false }
    times[name] = time
    let before = earliest
    earliest = times.values.min()
    return earliest != before
  }

  /// The workspaces whose time has come, the earliest first.
  func due(at now: Int64) -> [String] {
    times.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
  }
}
