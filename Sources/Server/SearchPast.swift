import API
import Store

/// What a workspace held before its last writes: what searches see that lag behind.
struct SearchPast {
  private struct Moment {
    let milliseconds: Int64
    let call: Int64
    let state: WorkspaceState
  }

  /// The oldest first; the first is what searches see when nothing later has become visible.
  private var moments: [Moment] = []
  private var calls: Int64 = 0

  /// Begins anew: what is there now is found.
  mutating func clear() {
    moments.removeAll()
  }

  /// Counts a call that is about to be carried out.
  mutating func begin(_ workspace: Workspace) {
    calls += 1
    if moments.isEmpty { moments.append(Moment(milliseconds: .min, call: .min, state: workspace.state)) }
  }

  /// Notes what a call wrote.
  mutating func note(_ workspace: Workspace, _ lag: Settings.SearchLag) {
    guard lag != .untilFlush else { return }
    moments.append(Moment(milliseconds: workspace.clock.milliseconds, call: calls, state: workspace.state))
    settle(workspace, lag)
  }

  /// The records that a search sees.
  mutating func state(_ workspace: Workspace, _ lag: Settings.SearchLag) -> WorkspaceState? {
    settle(workspace, lag)
    return moments.first?.state
  }

  /// Forgets what lies before what is visible now.
  private mutating func settle(_ workspace: Workspace, _ lag: Settings.SearchLag) {
    let visible = moments.lastIndex { moment in
      switch lag {
      case .none: true
      case .milliseconds(let time): moment.milliseconds <= workspace.clock.milliseconds - time
      case .calls(let count): moment.call < calls - count
      case .untilFlush: moment.call == .min
      }
    }
    if let visible { moments.removeFirst(visible) }
  }
}
