import API
import Store

/// Time passes: what falls due in a workspace is done whether or not anyone asks.
extension Server {
  /// The longest that a timer is set for, in milliseconds; one that fires early finds nothing to do and is set again.
  private static let maxTimerMilliseconds: Int64 = 86_400_000

  /// Does what has fallen due in a workspace by its clock.
  public func runDueTasks(in session: WorkspaceSession) {
    runDueRecordTasks(in: session)
    runDueDeliveries(in: session)
  }

  /// Does what has fallen due among the records: before a call, and after one that left something to be done at once.
  func runDueRecordTasks(in session: WorkspaceSession) {
    guard let due = dueWork(in: session).due, due <= session.workspace.clock.milliseconds else { return }
    if catalogue.runDueWork(in: session.workspace, plan: plan, done: { publishWrites(in: session, by: $0) }) {
      publishWrites(in: session, by: nil)
    }
  }

  /// Counts a call for what waits for some to be made.
  func countCall(in session: WorkspaceSession) {
    if dueWork(in: session).countsCalls { catalogue.countAnyRequestPoll(in: session.workspace) }
  }

  /// Does what has fallen due anywhere: called when the alarm goes off.
  public func runDueTasks() {
    for name in alarms.due(at: Clock().milliseconds) {
      guard let session = sessions.session(named: name) else {
        _ = alarms.setTime(of: name, to: nil)
        continue
      }
      runDueTasks(in: session)
      updateAlarm(of: session)
    }
    rescheduleAlarm()
  }

  /// A workspace whose clock stands still is not woken: it catches up when the clock is moved, or at its next call.
  public func updateAlarm(of session: WorkspaceSession) {
    let workspace = session.workspace
    let due = workspace.clock.isFrozen || !session.isChanged ? nil : nextDueTime(in: session)
    // Alarms go by the system's clock, and a workspace's may be ahead of it.
    if alarms.setTime(of: session.name, to: due.map { min(max($0, 0), 1 << 60) - workspace.clock.millisecondsAhead }) {
      rescheduleAlarm()
    }
  }

  private func nextDueTime(in session: WorkspaceSession) -> Int64? {
    [dueWork(in: session).due, session.webhooks.nextDueTime.map { $0 * 1000 }].compactMap(\.self).min()
  }

  /// When the first record falls due, and whether calls are counted: looked up once for as long as nothing is written,
  /// as every call asks.
  private func dueWork(in session: WorkspaceSession) -> (generation: Int, due: Int64?, countsCalls: Bool) {
    let generation = session.workspace.generation
    if let known = session.cachedDueWork, known.generation == generation { return known }
    let outlook = (
      generation, catalogue.agenda.nextDue(in: session.workspace),
      catalogue.hasTasksPolledByAnyRequest(in: session.workspace)
    )
    session.cachedDueWork = outlook
    return outlook
  }

  /// Hands on what was written since this was last called.
  ///
  /// Called after every call that a handler took, refused ones too: these may have written as well, as a failed merge does.
  /// - Parameter call: what wrote it; nil when it fell due
  public func publishWrites(in session: WorkspaceSession, by call: Call?) {
    let mutations = session.workspace.takeMutations()
    guard !mutations.isEmpty else { return }
    if session.settings.searchLag != .none {
      session.searchHistory.recordWrite(in: session.workspace, lag: session.settings.searchLag)
    }
    updateAlarm(of: session)
    notifySubscribers(of: mutations, in: session, by: call)
  }

  /// Sets all times anew, after a change to many workspaces.
  public func updateAlarms() {
    for name in alarms.names where sessions.session(named: name) == nil { _ = alarms.setTime(of: name, to: nil) }
    for name in sessions.names { sessions.session(named: name).map(updateAlarm) }
    rescheduleAlarm()
  }

  private func rescheduleAlarm() {
    guard let soonest = alarms.earliest else { setAlarm(nil); return }
    setAlarm(Int(min(max(soonest - Clock().milliseconds, 0), Self.maxTimerMilliseconds)))
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
