/// Discarded workspace states that are freed incrementally.
///
/// Freeing 100,000 records at once would block the event loop for about 250 milliseconds.
public final class ReleaseQueue {
  /// Maximum number of queued states. The oldest is freed at once if there are more.
  private static let limit = 256
  private var states: [WorkspaceState] = []
  private var releaseSteps: [() -> Bool] = []

  public init() {}

  public var isEmpty: Bool {
    states.isEmpty && releaseSteps.isEmpty
  }

  /// Adds anything else that is freed incrementally.
  /// - Parameter releaseStep: frees a part in at most about 250 microseconds; returns whether more is left
  public func add(_ releaseStep: @escaping () -> Bool) {
    releaseSteps.append(releaseStep)
  }

  /// Adds a state. It is freed incrementally only if the queue has the last reference to it.
  public func add(_ state: WorkspaceState) {
    states.append(state)
    if states.count > Self.limit { states.removeFirst() }
  }

  /// Adds a state that is freed before everything that is queued already, however many states are queued.
  public func add(next state: WorkspaceState) {
    var state = state
    add { state.releasePart() }
  }

  /// Frees up to `count` row groups of 256 records, or other parts of comparable cost.
  public func release(rowGroups count: Int) {
    for _ in 0..<count {
      if let step = releaseSteps.last {
        if !step() { releaseSteps.removeLast() }
      } else if let last = states.indices.last, !states[last].releasePart() {
        states.removeLast()
      }
    }
  }
}

extension WorkspaceState {
  /// Frees a part of the last collection. Returns false if nothing is left.
  fileprivate mutating func releasePart() -> Bool {
    guard let last = contents.indices.last else { return false }
    if !contents[last].releasePart() { contents.removeLast() }
    return true
  }
}
