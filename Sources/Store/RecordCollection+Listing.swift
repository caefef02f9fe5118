/// Which way a list runs, by the key of a declared order.
public struct ListOrder: Sendable {
  /// The name of the declared order.
  public let name: String
  public let descending: Bool

  public init(_ name: String, descending: Bool) {
    self.name = name
    self.descending = descending
  }
}

/// Where a page starts.
public enum PageStart: Sendable {
  /// After so many records.
  case offset(Int)
  /// After this sort key and id, whether or not a record is still there.
  case after(key: Int64, id: String)
}

extension RecordCollection {
  /// How many places of an order are passed in the time that one record takes to be sorted, about.
  private static let sortingCost = 64

  /// The records that match, as a set to page through.
  public func select(_ predicate: Predicate) -> RowSet {
    let leaves = predicate.candidates ?? Array(contents.leaves.indices)
    var selection = RowSet(leaves: leaves.count)
    for number in leaves {
      let leaf = contents.leaves[number]
      selection.append(leaf: number, predicate.rows(of: leaf, number: number, within: leaf.live))
    }
    return selection
  }

  /// Up to `limit` records in an order, of a selection or of all.
  public func page(_ order: ListOrder, from start: PageStart, limit: Int, of selection: RowSet? = nil) -> [Record] {
    guard let number = definition.orders.firstIndex(where: { $0.name == order.name }), limit > 0 else { return [] }
    if let selection, selection.count * Self.sortingCost < count {
      return sorted(selection, number, order.descending, start, limit)
    }
    let (after, offset) = bounds(start)
    var records: [Record] = []
    var skip = selection == nil ? 0 : offset
    contents.orders[number].forEach(descending: order.descending, after: after, skipping: selection == nil ? offset : 0)
    {
      guard selection?.contains($0) ?? true, let record = contents.record(at: $0) else { return true }
      if skip > 0 {
        skip -= 1
        return true
      }
      records.append(record)
      return records.count < limit
    }
    return records
  }

  /// The number that places a record in an order.
  public func key(of record: Record, in order: ListOrder) -> Int64 {
    definition.orders.first { $0.name == order.name }?.key(record) ?? 0
  }

  /// The lowest number in an order; nil when no record stands in it.
  public func lowestKey(in order: ListOrder) -> Int64? {
    guard let number = definition.orders.firstIndex(where: { $0.name == order.name }) else { return nil }
    return contents.orders[number].lowestKey
  }

  /// How many records stand in an order.
  public func count(in order: ListOrder) -> Int {
    definition.orders.firstIndex { $0.name == order.name }.map { contents.orders[$0].count } ?? 0
  }

  /// The records of a selection, in no order.
  public func records(of selection: RowSet) -> [Record] {
    selection.rows.compactMap(contents.record)
  }

  private func bounds(_ start: PageStart) -> (after: (key: Int64, rank: UInt128)?, offset: Int) {
    switch start {
    case .offset(let offset): (nil, offset)
    case .after(let key, let id): ((key, IDOrder.rank(id)), 0)
    }
  }

  /// A few records of many: cheaper to sort than to find in the order.
  private func sorted(
    _ selection: RowSet, _ order: Int, _ descending: Bool, _ start: PageStart, _ limit: Int
  ) -> [Record] {
    let (after, offset) = bounds(start)
    let key = definition.orders[order].key
    let bound = after.map { OrderedIndex.Entry(rank: $0.rank, key: $0.key, row: Row(0)) }
    let entries = selection.rows.compactMap { row -> OrderedIndex.Entry? in
      guard let record = contents.record(at: row), let key = key(record) else { return nil }
      let entry = OrderedIndex.Entry(rank: IDOrder.rank(record.id), key: key, row: row)
      if let bound, descending ? entry >= bound : entry <= bound { return nil }
      return entry
    }
    let ordered = entries.sorted { descending ? $0 > $1 : $0 < $1 }
    return ordered.dropFirst(offset).prefix(limit).compactMap { contents.record(at: $0.row) }
  }
}
