import API
import Store

/// What a workspace held before its last writes: what searches see that lag behind.
struct SearchHistory {
  private struct PastState {
    let milliseconds: Int64
    let call: Int64
    let state: WorkspaceState
  }

  /// The oldest first; the first is what searches see when nothing later has become visible.
  private var states: [PastState] = []
  private var callCount: Int64 = 0

  /// Begins anew: what is there now is found.
  mutating func clear() {
    states.removeAll()
  }

  /// Counts a call that is about to be carried out.
  mutating func beginCall(in workspace: Workspace) {
    callCount += 1
    if states.isEmpty { states.append(PastState(milliseconds: .min, call: .min, state: workspace.state)) }
  }

  /// Notes what a call wrote.
  mutating func recordWrite(in workspace: Workspace, lag: Settings.SearchLag) {
    guard lag != .untilFlush else { return }
    states.append(PastState(milliseconds: workspace.clock.milliseconds, call: callCount, state: workspace.state))
    prune(in: workspace, lag: lag)
  }

  /// The records that a search sees.
  mutating func visibleState(in workspace: Workspace, lag: Settings.SearchLag) -> WorkspaceState? {
    prune(in: workspace, lag: lag)
    return states.first?.state
  }

  /// Forgets what lies before what is visible now.
  private mutating func prune(in workspace: Workspace, lag: Settings.SearchLag) {
    let visible = states.lastIndex { moment in
      switch lag {
      case .none: true
      case .milliseconds(let time): moment.milliseconds <= workspace.clock.milliseconds - time
      case .calls(let count): moment.call < callCount - count
      case .untilFlush: moment.call == .min
      }
    }
    if let visible { states.removeFirst(visible) }
  }
}
