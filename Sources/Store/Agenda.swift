/// The scheduled work of a workspace.
///
/// Due times are fields of records, and each kind of work has a sorted index of them in its collection. So fixtures,
/// snapshots and resets include the scheduled work, and a workspace without any has no cost.
public struct Agenda: Sendable {
  /// One kind of scheduled work.
  public struct Entry: Sendable {
    /// Processes a due record. Parameters: the record, its workspace and the due time in the unit of the order.
    public typealias Action = @Sendable (Record, Workspace, Int64) -> Void

    let schema: Schema
    let order: ListOrder
    /// Nil if the caller of `processDue` processes the records.
    let action: Action?
    /// Milliseconds in one unit of the due time.
    let millisecondsPerUnit: Int64

    /// Creates a kind of work that `action` performs.
    /// - Parameters:
    ///   - schema: the schema of the records
    ///   - order: the name of an order of the collection that contains only pending records, by due time in seconds
    ///   - action: must remove the record from the order or give it a later due time
    public init(schema: Schema, order: String, action: @escaping Action) {
      self.schema = schema
      self.order = ListOrder(name: order, descending: false)
      self.action = action
      millisecondsPerUnit = 1000
    }

    /// Creates a kind of work that the caller of `processDue` performs, because it needs more than the workspace.
    /// - Parameters:
    ///   - schema: the schema of the records
    ///   - order: the name of an order of the collection that contains only pending records, by due time in milliseconds
    public init(handingOver schema: Schema, order: String) {
      self.schema = schema
      self.order = ListOrder(name: order, descending: false)
      action = nil
      millisecondsPerUnit = 1
    }

    /// Converts a due time to milliseconds, clamped to `Int64`.
    func milliseconds(of due: Int64) -> Int64 {
      let (product, overflow) = due.multipliedReportingOverflow(by: millisecondsPerUnit)
      return overflow ? (due > 0 ? .max : .min) : product
    }

    /// The record with the earliest due time, and that time in milliseconds.
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

  /// The earliest due time in milliseconds; nil if nothing is pending.
  public func nextDue(in workspace: Workspace) -> Int64? {
    var earliest: Int64?
    for entry in entries {
      guard let due = workspace[entry.schema].lowestKey(in: entry.order) else { continue }
      earliest = min(entry.milliseconds(of: due), earliest ?? .max)
    }
    return earliest
  }

  /// Processes all due records, in order of due time.
  /// - Parameter handOver: processes the records of entries without an action, each with its due time in milliseconds; must
  ///   remove them from their order
  /// - Returns: whether any record was due
  public func processDue(in workspace: Workspace, handOver: (Record, Int64) -> Void) -> Bool {
    var isChanged = false
    while let (entry, record, due) = next(in: workspace), due <= workspace.clock.milliseconds {
      if let action = entry.action {
        action(record, workspace, max(due / entry.millisecondsPerUnit, 0))
      } else {
        handOver(record, due)
      }
      isChanged = true
      if let next = entry.first(in: workspace), next.record.id == record.id, next.due <= due {
        assertionFailure("\(record.schema.name) \(record.id) is still due")
        break
      }
    }
    return isChanged
  }

  private func next(in workspace: Workspace) -> (entry: Entry, record: Record, due: Int64)? {
    entries.compactMap { entry in entry.first(in: workspace).map { (entry, $0.record, $0.due) } }.min { $0.2 < $1.2 }
  }
}
