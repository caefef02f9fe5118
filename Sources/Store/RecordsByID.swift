import HeapModule

/// The records of a collection in the order of their ids, found in small steps: to sort 100,000 records at once would block
/// the event loop. Each group of rows is sorted on its own; then the groups are merged (k-way merge with a heap).
///
/// Later writes to the collection have no effect on it.
public final class RecordsByID {
  public enum Step {
    case record(Record)
    /// No record in this step.
    case preparing
    case end
  }

  /// The first record of a group that is left.
  private struct Head: Comparable {
    let rank: UInt128
    let record: Record
    let group: Int

    init(_ record: Record, group: Int) {
      rank = IDOrder.rank(of: record.id)
      self.record = record
      self.group = group
    }

    static func < (one: Head, other: Head) -> Bool {
      one.rank != other.rank ? one.rank < other.rank : one.record.id < other.record.id
    }

    static func == (one: Head, other: Head) -> Bool {
      one.record.id == other.record.id
    }
  }

  private var unsorted: ArraySlice<RowGroup>
  /// The sorted groups without their heads, in descending order.
  private var sorted: [[Head]] = []
  private var heads = Heap<Head>()

  init(of groups: [RowGroup]) {
    unsorted = groups[...]
  }

  public func next() -> Step {
    if let group = unsorted.popFirst() {
      sort(group)
      return .preparing
    }
    guard let head = heads.min else { return .end }
    if let following = sorted[head.group].popLast() { heads.replaceMin(with: following) } else { heads.removeMin() }
    return .record(head.record)
  }

  private func sort(_ group: RowGroup) {
    var run = group.records.compactMap { $0.map { Head($0, group: sorted.count) } }.sorted(by: >)
    guard let first = run.popLast() else { return }
    sorted.append(run)
    heads.insert(first)
  }
}

extension RecordsByID {
  /// The work of calling a function with each record.
  public func forEach(_ body: @escaping (Record) throws -> Void) -> SlicedWork<Void> {
    .unfinished {
      switch self.next() {
      case .record(let record): try body(record)
      case .preparing: break
      case .end: return ()
      }
      return nil
    }
  }
}

extension RecordCollection {
  /// Every record, in the order of ids, in steps. The same as `all`, which takes one long step.
  public var allInSteps: RecordsByID {
    RecordsByID(of: contents.rowGroups)
  }
}
