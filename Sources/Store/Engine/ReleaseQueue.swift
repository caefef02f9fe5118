/// States that nobody needs any more, let go of a little at a time: freeing a hundred thousand records takes a quarter of a
/// second, in which nobody would be answered.
public final class Discarded {
  /// How many states wait at most; beyond it the oldest goes at once.
  private static let limit = 256
  private var waiting: [WorkspaceState] = []
  private var others: [() -> Bool] = []

  public init() {}

  public var isEmpty: Bool {
    waiting.isEmpty && others.isEmpty
  }

  /// Takes something else over: `free` lets go of a part of it, a quarter of a millisecond's work, and says whether there
  /// is more.
  public func add(_ free: @escaping () -> Bool) {
    others.append(free)
  }

  /// Takes a state over. The caller's own references must go without being the last.
  public func add(_ state: WorkspaceState) {
    waiting.append(state)
    if waiting.count > Self.limit { waiting.removeFirst() }
  }

  /// Frees up to so many leaves of 256 records, or as much else; call it again while there is more.
  public func free(leaves count: Int) {
    for _ in 0..<count {
      if let last = others.last {
        if !last() { others.removeLast() }
      } else if let last = waiting.indices.last, !waiting[last].dropLeaf() {
        waiting.removeLast()
      }
    }
  }
}

extension WorkspaceState {
  /// Lets go of one leaf, or of another part of a collection without any; false when nothing is left.
  fileprivate mutating func dropLeaf() -> Bool {
    guard let last = contents.indices.last else { return false }
    if !contents[last].dropPart() { contents.removeLast() }
    return true
  }
}

extension CollectionContents {
  /// Lets go of a leaf, else of an order or of a part of an index. False when nothing is left.
  fileprivate mutating func dropPart() -> Bool {
    if leaves.popLast() != nil || orders.popLast() != nil || dropPart(of: &ids) { return true }
    guard let last = indexes.indices.last else { return false }
    if !dropPart(of: &indexes[last]) { indexes.removeLast() }
    return true
  }

  /// False when nothing is left of it that is not others' too.
  private func dropPart(of index: inout HashIndex) -> Bool {
    isKnownUniquelyReferenced(&index) && index.dropPart()
  }
}
