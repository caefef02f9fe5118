/// What falls due later in a workspace: kept as orders of its collections, each by the time at which a record is due, so
/// that fixtures, snapshots and resets bring their own and a workspace without any costs nothing.
public struct Agenda: Sendable {
  /// One kind of thing that falls due.
  public struct Entry: Sendable {
    /// What is done with a record when its time has come: the record, its workspace, the time it was due at.
    public typealias Action = @Sendable (Record, Workspace, Int64) -> Void

    let schema: Schema
    let order: ListOrder
    let act: Action

    /// - Parameters:
    ///   - schema: whose records fall due
    ///   - order: the name of an order of the collection that holds only what is pending, by its due time in seconds
    ///   - act: must take the record out of that order, or move it to a later time
    public init(_ schema: Schema, order: String, _ act: @escaping Action) {
      self.schema = schema
      self.order = ListOrder(order, descending: false)
      self.act = act
    }

    /// The record that is due first.
    func first(in workspace: Workspace) -> (record: Record, due: Int64)? {
      let collection = workspace[schema]
      guard collection.count(in: order) > 0 else { return nil }
      return collection.page(order, from: .offset(0), limit: 1).first.map { ($0, collection.key(of: $0, in: order)) }
    }
  }

  private let entries: [Entry]

  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// When something falls due next; nil when nothing does.
  public func nextDue(in workspace: Workspace) -> Int64? {
    var soonest: Int64?
    for entry in entries {
      guard let due = workspace[entry.schema].lowestKey(in: entry.order) else { continue }
      soonest = min(due, soonest ?? due)
    }
    return soonest
  }

  /// Does what has fallen due, in order of due time. Returns whether there was anything.
  public func catchUp(_ workspace: Workspace) -> Bool {
    var isChanged = false
    while let (entry, record, due) = next(in: workspace), due <= workspace.clock.now {
      entry.act(record, workspace, due)
      isChanged = true
      if let again = entry.first(in: workspace), again.record.id == record.id, again.due <= due {
        assertionFailure("\(record.schema.name) \(record.id) stays due")
        break
      }
    }
    return isChanged
  }

  private func next(in workspace: Workspace) -> (entry: Entry, record: Record, due: Int64)? {
    entries.compactMap { entry in entry.first(in: workspace).map { (entry, $0.record, $0.due) } }.min { $0.2 < $1.2 }
  }
}
