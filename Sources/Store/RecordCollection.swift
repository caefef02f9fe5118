/// The records of one schema in one workspace.
public final class RecordCollection {
  public let definition: CollectionDefinition
  var contents: CollectionContents
  private let onChange: (Mutation) -> Void
  /// Called with each inserted or replaced record, after the change was recorded.
  var onWrite: ((Record) -> Void)?

  init(definition: CollectionDefinition, onChange: @escaping (Mutation) -> Void) {
    self.definition = definition
    self.onChange = onChange
    contents = CollectionContents(for: definition)
  }

  /// Number of records.
  public var count: Int {
    contents.idIndex.count
  }

  /// A number that increases with each write.
  public var revision: Int {
    contents.revision
  }

  /// The record with this id; nil if the id is unknown. O(1).
  public subscript(id: String) -> Record? {
    guard let row = contents.idIndex.row(under: id) else { return nil }
    return contents.record(at: row)
  }

  /// Inserts a record. A record with the same id is replaced.
  public func insert(_ record: Record) {
    let id = record.id
    assert(!id.isEmpty, "\(definition.schema.name) has no id")
    guard contents.idIndex.row(under: id) == nil else { return replace(record) }
    let record = record.trimmed
    contents.insert(record, id: id, definition: definition)
    onChange(Mutation(collection: definition.name, before: nil, after: record))
    onWrite?(record)
  }

  /// Replaces the record with the same id. An unknown id is a programming error.
  public func replace(_ record: Record) {
    let id = record.id
    guard let row = contents.idIndex.row(under: id), let before = contents.record(at: row) else {
      return assertionFailure("no \(definition.schema.name) \(id) to replace")
    }
    let record = record.trimmed
    contents.replace(record, id: id, at: row, definition: definition)
    onChange(Mutation(collection: definition.name, before: before, after: record))
    onWrite?(record)
  }

  /// Removes the record with this id and returns it; returns nil if the id is unknown.
  @discardableResult
  public func remove(id: String) -> Record? {
    guard let row = contents.idIndex.row(under: id), let before = contents.record(at: row) else { return nil }
    contents.remove(id: id, at: row, definition: definition)
    onChange(Mutation(collection: definition.name, before: before, after: nil))
    return before
  }

  /// Writes a record without a mutation; nil removes it.
  /// - Parameter known: the stored record of the same id; nil if there is none
  func write(_ record: Record?, insteadOf known: Record?) {
    guard let id = (record ?? known)?.id else { return }
    guard let row = contents.idIndex.row(under: id) else {
      if let record { contents.insert(record, id: id, definition: definition) }
      return
    }
    if let record {
      contents.replace(record, id: id, at: row, definition: definition)
    } else {
      contents.remove(id: id, at: row, definition: definition)
    }
  }

  /// Removes every record, with a mutation for each.
  public func removeAll() {
    for id in contents.idIndex.keys.sorted() { remove(id: id) }
  }
}

extension RecordCollection {
  /// The records under a key of an index, in the order of their ids.
  public func records(in index: String, under key: String) -> [Record] {
    guard count > 0, let number = position(ofIndex: index) else { return [] }
    let rows = contents.indexes[number].rows(under: key)
    guard !rows.isEmpty else { return [] }
    var records: [Record] = []
    records.reserveCapacity(rows.count)
    for row in rows {
      if let record = contents.record(at: row) { records.append(record) }
    }
    return records.inIDOrder
  }

  /// The record with the lowest id under a key of an index.
  public func first(in index: String, under key: String) -> Record? {
    records(in: index, under: key).first
  }

  /// Number of records under a key of an index.
  public func count(in index: String, under key: String) -> Int {
    guard count > 0, let number = position(ofIndex: index) else { return 0 }
    return contents.indexes[number].count(under: key)
  }

  /// Every record, in the order of ids. O(n log n).
  public var all: [Record] {
    contents.rowGroups.flatMap { $0.records.compactMap(\.self) }.inIDOrder
  }

  /// The record in the lowest row, for collections with at most one record.
  public var first: Record? {
    for group in contents.rowGroups {
      for record in group.records { if let record { return record } }
    }
    return nil
  }

  /// Whether there is no record under a key of an index.
  public func isEmpty(in index: String, under key: String) -> Bool {
    guard let number = position(ofIndex: index) else { return true }
    return contents.indexes[number].isEmpty(under: key)
  }

  /// The set of records under a key of an index.
  public func rows(in index: String, under key: String) -> RowSet {
    guard let number = position(ofIndex: index) else { return RowSet() }
    return contents.indexes[number].rowSet(under: key)
  }

  /// The set of records with these ids.
  public func rows(ofIDs ids: some Sequence<String>) -> RowSet {
    RowSet(ids.compactMap { contents.idIndex.row(under: $0) })
  }

  private func position(ofIndex name: String) -> Int? {
    definition.indexNames.firstIndex(of: name)
  }
}

extension [Record] {
  /// The records in the order of their ids. Records are mostly in this order already. Else each id is ranked once, and not
  /// in each comparison.
  public var inIDOrder: [Record] {
    guard count > 1 else { return self }
    let ranked = map { (rank: IDOrder.rank(of: $0.id), record: $0) }
    func isLower(_ left: (rank: UInt128, record: Record), than right: (rank: UInt128, record: Record)) -> Bool {
      left.rank != right.rank ? left.rank < right.rank : left.record.id < right.record.id
    }
    let isOrdered = !zip(ranked, ranked.dropFirst()).contains { isLower($1, than: $0) }
    return isOrdered ? self : ranked.sorted { isLower($0, than: $1) }.map(\.record)
  }
}

/// A sort order: a declared order of a collection and its direction.
public struct ListOrder: Sendable {
  /// Name of the declared order.
  public let name: String
  public let descending: Bool

  public init(name: String, descending: Bool) {
    self.name = name
    self.descending = descending
  }
}

/// The start of a page.
public enum PageStart: Sendable {
  /// After a number of records.
  case offset(Int)
  /// After a position in the order; a record with this sort key and id need not exist.
  case after(key: Int64, id: String)
}

extension RecordCollection {
  /// Approximate number of index entries that can be skipped in the time in which one record is sorted.
  private static let sortCostInSteps = 64

  /// The set of records that match a predicate without links and computed numbers. O(n), by scanning columns.
  public func rows(matching predicate: Predicate) -> RowSet {
    let search = RowSearch(for: predicate, in: contents)
    while true {
      if let rows = search.step() { return rows }
    }
  }

  /// The set of records that match a predicate, in the state of the collection at the time of the call.
  /// - Parameter workspace: returns the workspace that contains the linked and counted records. It is called in each step,
  ///   so that a caller can replace the workspace by a snapshot between two steps.
  public func search(for predicate: Predicate, in workspace: @escaping () -> Workspace) -> SlicedWork<RowSet> {
    let search = RowSearch(for: predicate, in: contents, workspace: workspace, definition: definition)
    if let rows = search.step() { return .finished(rows) }
    return .unfinished(step: search.step)
  }

  /// A collection with the current records, which later writes to this collection do not change. O(1).
  public var snapshot: RecordCollection {
    let copy = RecordCollection(definition: definition) { _ in }
    copy.contents = contents
    return copy
  }

  /// Up to `limit` records in an order.
  /// - Parameter selection: the set of records to choose from; every record if nil
  public func page(orderedBy order: ListOrder, from start: PageStart, limit: Int, of selection: RowSet? = nil)
    -> [Record]
  {
    guard let number = definition.orders.firstIndex(where: { $0.name == order.name }), limit > 0 else { return [] }
    if let selection, selection.count * Self.sortCostInSteps < count {
      return sortedPage(of: selection, order: number, descending: order.descending, from: start, limit: limit)
    }
    let (after, offset) = bounds(of: start)
    var records: [Record] = []
    var skip = selection == nil ? 0 : offset
    contents.orders[number].forEach(
      descending: order.descending, after: after, skipping: selection == nil ? offset : 0, ids: contents.rowGroups.id
    ) {
      guard selection?.contains($0) ?? true else { return true }
      if skip > 0 {
        skip -= 1
        return true
      }
      guard let record = contents.record(at: $0) else { return true }
      records.append(record)
      return records.count < limit
    }
    return records
  }

  /// The sort key of a record in an order.
  public func key(of record: Record, in order: ListOrder) -> Int64 {
    definition.orders.first { $0.name == order.name }?.key(record) ?? 0
  }

  /// The lowest sort key in an order; nil if the order contains no record.
  public func lowestKey(in order: ListOrder) -> Int64? {
    guard let number = definition.orders.firstIndex(where: { $0.name == order.name }) else { return nil }
    return contents.orders[number].lowestKey
  }

  /// Number of records in an order.
  public func count(in order: ListOrder) -> Int {
    definition.orders.firstIndex { $0.name == order.name }.map { contents.orders[$0].count } ?? 0
  }

  /// The records of a set, unordered.
  public func records(of selection: RowSet) -> [Record] {
    selection.rows.compactMap(contents.record)
  }

  /// The records of one part of a set, unordered. A set has `partCount` parts of at most 256 records.
  public func records(ofPart part: Int, of selection: RowSet) -> [Record] {
    selection.rows(ofPart: part).compactMap(contents.record)
  }

  private func bounds(of start: PageStart) -> (after: OrderedIndex.Position?, offset: Int) {
    switch start {
    case .offset(let offset): (nil, offset)
    case .after(let key, let id): (OrderedIndex.Position(key: key, id: id), 0)
    }
  }

  /// A page of a small selection, which is cheaper to sort than to find by a scan of the sorted index.
  private func sortedPage(
    of selection: RowSet, order: Int, descending: Bool, from start: PageStart, limit: Int
  ) -> [Record] {
    let (after, offset) = bounds(of: start)
    let key = definition.orders[order].key
    let entries = selection.rows.compactMap { row -> (position: OrderedIndex.Position, record: Record)? in
      guard let record = contents.record(at: row), let key = key(record) else { return nil }
      let position = OrderedIndex.Position(key: key, id: record.id)
      if let after, descending ? position >= after : position <= after { return nil }
      return (position, record)
    }
    let ordered = entries.sorted { descending ? $0.position > $1.position : $0.position < $1.position }
    return ordered.dropFirst(offset).prefix(limit).map(\.record)
  }
}
