import API
import Store

/// Past states of a workspace, for searches that lag behind its writes.
struct SearchHistory {
  private struct PastState {
    let milliseconds: Int64
    let call: Int64
    let state: WorkspaceState
  }

  /// Oldest first. Searches see the first one.
  private var states: [PastState] = []
  private var callCount: Int64 = 0

  /// Deletes the past states, so that searches see the current one.
  mutating func clear() {
    states.removeAll()
  }

  /// Counts a call. Must precede its execution.
  mutating func beginCall(in workspace: Workspace) {
    callCount += 1
    if states.isEmpty { states.append(PastState(milliseconds: .min, call: .min, state: workspace.state)) }
  }

  /// Records the state after a call that wrote.
  mutating func recordWrite(in workspace: Workspace, lag: Settings.SearchLag) {
    guard lag != .untilFlush else { return }
    states.append(PastState(milliseconds: workspace.clock.milliseconds, call: callCount, state: workspace.state))
    prune(in: workspace, lag: lag)
  }

  /// Returns the state that a search sees; nil if it is the current one.
  mutating func visibleState(in workspace: Workspace, lag: Settings.SearchLag) -> WorkspaceState? {
    prune(in: workspace, lag: lag)
    return states.first?.state
  }

  /// Deletes the states before the newest visible one.
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
