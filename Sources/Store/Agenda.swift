/// What falls due later in a workspace: kept as orders of its collections, each by the time at which a record is due, so
/// that fixtures, snapshots and resets bring their own and a workspace without any costs nothing.
public struct Agenda: Sendable {
  /// One kind of thing that falls due.
  public struct Entry: Sendable {
    /// What is done with a record when its time has come: the record, its workspace, the time it was due at.
    public typealias Action = @Sendable (Record, Workspace, Int64) -> Void

    let schema: Schema
    let order: ListOrder
    /// Nil when another does it.
    let action: Action?
    /// Milliseconds in the unit of the order.
    let millisecondsPerUnit: Int64

    /// - Parameters:
    ///   - schema: whose records fall due
    ///   - order: the name of an order of the collection that holds only what is pending, by its due time in seconds
    ///   - act: must take the record out of that order, or move it to a later time
    public init(schema: Schema, order: String, action act: @escaping Action) {
      self.schema = schema
      self.order = ListOrder(name: order, descending: false)
      self.action = act
      millisecondsPerUnit = 1000
    }

    /// Records that are handed to whoever catches up, since what is done with them takes more than a workspace.
    /// - Parameter order: by their due time in milliseconds
    public init(handingOver schema: Schema, order: String) {
      self.schema = schema
      self.order = ListOrder(name: order, descending: false)
      action = nil
      millisecondsPerUnit = 1
    }

    /// A time that nobody lives to see is as good as the last one.
    func milliseconds(of due: Int64) -> Int64 {
      let (product, isTooMuch) = due.multipliedReportingOverflow(by: millisecondsPerUnit)
      return isTooMuch ? (due > 0 ? .max : .min) : product
    }

    /// The record that is due first, and when, in milliseconds.
    func first(in workspace: Workspace) -> (record: Record, due: Int64)? {
      let collection = workspace[schema]
      guard collection.count(in: order) > 0 else { return nil }
      return collection.page(orderedBy: order, from: .offset(0), limit: 1).first.map {
        ($0, milliseconds(of: collection.key(of: $0, in: order)))
      }
    }
  }

  private let entries: [Entry]

  public init(entries: [Entry]) {
    self.entries = entries
  }

  /// When something falls due next, in milliseconds; nil when nothing does.
  public func nextDue(in workspace: Workspace) -> Int64? {
    var soonest: Int64?
    for entry in entries {
      guard let due = workspace[entry.schema].lowestKey(in: entry.order) else { continue }
      soonest = min(entry.milliseconds(of: due), soonest ?? .max)
    }
    return soonest
  }

  /// Does what has fallen due, in order of due time. Returns whether there was anything.
  /// - Parameter handOver: takes the records that are handed over, each with its due time in milliseconds; must take them
  ///   out of their order
  public func processDue(in workspace: Workspace, handOver: (Record, Int64) -> Void) -> Bool {
    var isChanged = false
    while let (entry, record, due) = next(in: workspace), due <= workspace.clock.milliseconds {
      if let act = entry.action {
        act(record, workspace, max(due / entry.millisecondsPerUnit, 0))
      } else {
        handOver(record, due)
      }
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
