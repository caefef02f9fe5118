/// States that nobody needs any more, let go of a little at a time: freeing a hundred thousand records takes a quarter of a
/// second, in which nobody would be answered.
public final class ReleaseQueue {
  /// How many states wait at most; beyond it the oldest goes at once.
  private static let limit = 256
  private var states: [WorkspaceState] = []
  private var releaseSteps: [() -> Bool] = []

  public init() {}

  public var isEmpty: Bool {
    states.isEmpty && releaseSteps.isEmpty
  }

  /// Takes something else over: `free` lets go of a part of it, a quarter of a millisecond's work, and says whether there
  /// is more.
  public func add(_ free: @escaping () -> Bool) {
    releaseSteps.append(free)
  }

  /// Takes a state over. The caller's own references must go without being the last.
  public func add(_ state: WorkspaceState) {
    states.append(state)
    if states.count > Self.limit { states.removeFirst() }
  }

  /// Frees up to so many leaves of 256 records, or as much else; call it again while there is more.
  public func release(rowGroups count: Int) {
    for _ in 0..<count {
      if let last = releaseSteps.last {
        if !last() { releaseSteps.removeLast() }
      } else if let last = states.indices.last, !states[last].releasePart() {
        states.removeLast()
      }
    }
  }
}

extension WorkspaceState {
  /// Lets go of one leaf, or of another part of a collection without any; false when nothing is left.
  fileprivate mutating func releasePart() -> Bool {
    guard let last = contents.indices.last else { return false }
    if !contents[last].releasePart() { contents.removeLast() }
    return true
  }
}

extension CollectionContents {
  /// Lets go of a leaf, else of an order or of a part of an index. False when nothing is left.
  fileprivate mutating func releasePart() -> Bool {
    if rowGroups.popLast() != nil || orders.popLast() != nil || releasePart(of: &idIndex) { return true }
    guard let last = indexes.indices.last else { return false }
    if !releasePart(of: &indexes[last]) { indexes.removeLast() }
    return true
  }

  /// False when nothing is left of it that is not others' too.
  private func releasePart(of index: inout HashIndex) -> Bool {
    isKnownUniquelyReferenced(&index) && index.releasePart()
  }
}
