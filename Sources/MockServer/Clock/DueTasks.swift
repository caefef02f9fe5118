import API
import Store

/// Runs tasks when they are due, even if no request comes.
extension Server {
  /// Maximum timeout of the alarm. If it goes off early, no task is due and it is set again.
  private static let maxTimerMilliseconds: Int64 = 86_400_000

  /// Runs the due tasks of a workspace, by its clock.
  public func runDueTasks(in session: WorkspaceSession) {
    runDueRecordTasks(in: session)
    runDueDeliveries(in: session)
  }

  /// Runs the due tasks of records. Called before each call, and after each call for tasks that are due at once.
  func runDueRecordTasks(in session: WorkspaceSession) {
    guard let due = dueWork(in: session).due, due <= session.workspace.clock.milliseconds else { return }
    if catalogue.runDueWork(in: session.workspace, plan: plan, done: { publishWrites(in: session, by: $0) }) {
      publishWrites(in: session, by: nil)
    }
  }

  /// Counts a call for tasks that finish after a number of calls.
  func countCall(in session: WorkspaceSession) {
    if dueWork(in: session).countsCalls { catalogue.countAnyRequestPoll(in: session.workspace) }
  }

  /// Runs the due tasks of all workspaces. The alarm calls it.
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

  /// Sets the alarm of a workspace. None is set while its clock is frozen: due tasks then run after a change of the clock
  /// or with the next call.
  public func updateAlarm(of session: WorkspaceSession) {
    let workspace = session.workspace
    let due = workspace.clock.isFrozen || !session.isChanged ? nil : nextDueTime(in: session)
    // Alarms use system time, which the clock of a workspace may be ahead of.
    if alarms.setTime(of: session.name, to: due.map { min(max($0, 0), 1 << 60) - workspace.clock.millisecondsAhead }) {
      rescheduleAlarm()
    }
  }

  private func nextDueTime(in session: WorkspaceSession) -> Int64? {
    [dueWork(in: session).due, session.webhooks.nextDueTime.map { $0 * 1000 }].compactMap(\.self).min()
  }

  /// The first due time of a record, and whether calls are counted. Cached until the next write, because each call asks.
  private func dueWork(in session: WorkspaceSession) -> DueWork {
    let generation = session.workspace.generation
    if let known = session.cachedDueWork, known.generation == generation { return known }
    let work = DueWork(
      generation: generation, due: catalogue.agenda.nextDue(in: session.workspace),
      countsCalls: catalogue.hasTasksPolledByAnyRequest(in: session.workspace))
    session.cachedDueWork = work
    return work
  }

  /// Publishes the writes since the last call of this function. Called after each operation, failed ones included: these may
  /// have written too, as a failed merge does.
  /// - Parameter call: the call that wrote; nil for a due task
  public func publishWrites(in session: WorkspaceSession, by call: Call?) {
    let mutations = session.workspace.takeMutations()
    guard !mutations.isEmpty else { return }
    if session.settings.searchLag != .none {
      session.searchHistory.recordWrite(in: session.workspace, lag: session.settings.searchLag)
    }
    updateAlarm(of: session)
    notifySubscribers(of: mutations, in: session, by: call)
  }

  /// Sets all alarms again, after a change to many workspaces.
  public func updateAlarms() {
    alarms = Alarms()
    for name in sessions.names { sessions.session(named: name).map(updateAlarm) }
    rescheduleAlarm()
  }

  private func rescheduleAlarm() {
    guard let soonest = alarms.earliest else { setAlarm(nil); return }
    setAlarm(Int(min(max(soonest - Clock().milliseconds, 0), Self.maxTimerMilliseconds)))
  }
}

/// What a workspace has to do later, at one generation of its records.
struct DueWork {
  let generation: Int
  /// Due time of the first task in milliseconds.
  let due: Int64?
  /// Whether tasks finish after a number of calls.
  let countsCalls: Bool
}

/// The alarm times of workspaces, in milliseconds of system time.
struct Alarms {
  private var times: [String: Int64] = [:]
  /// The earliest time.
  private(set) var earliest: Int64?

  var names: [String] { Array(times.keys) }

  /// Sets or deletes the alarm of a workspace. Returns whether the earliest time has changed.
  mutating func setTime(of name: String, to time: Int64?) -> Bool {
    guard times[name] != time else { return false }
    times[name] = time
    let before = earliest
    earliest = times.values.min()
    return earliest != before
  }

  /// The workspaces whose alarm is due, earliest first.
  func due(at now: Int64) -> [String] {
    times.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
  }
}
