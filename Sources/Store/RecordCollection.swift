/// The records of one kind in one workspace.
public final class RecordCollection {
  public let definition: CollectionDefinition
  var contents: CollectionContents
  private let onChange: (Mutation) -> Void

  init(definition: CollectionDefinition, onChange: @escaping (Mutation) -> Void) {
    self.definition = definition
    self.onChange = onChange
    contents = CollectionContents(for: definition)
  }

  /// How many records there are.
  public var count: Int {
    contents.idIndex.count
  }

  /// Rises with every change.
  public var revision: Int {
    contents.revision
  }

  /// The record with this id.
  public subscript(id: String) -> Record? {
    guard let row = contents.idIndex.row(under: id) else { return nil }
    return contents.record(at: row)
  }

  /// Adds a record under its id; one that is there already is replaced.
  public func insert(_ record: Record) {
    let id = record.id
    assert(!id.isEmpty, "a \(definition.schema.name) without an id")
    guard contents.idIndex.row(under: id) == nil else { return replace(record) }
    let record = record.trimmed
    contents.insert(record, id: id, definition: definition)
    onChange(Mutation(collection: definition.name, before: nil, after: record))
  }

  /// Puts a record in the place of the one with its id. One that is not there is a defect and changes nothing.
  public func replace(_ record: Record) {
    let id = record.id
    guard let row = contents.idIndex.row(under: id), let before = contents.record(at: row) else {
      return assertionFailure("no \(definition.schema.name) \(id) to replace")
    }
    let record = record.trimmed
    contents.replace(record, id: id, at: row, definition: definition)
    onChange(Mutation(collection: definition.name, before: before, after: record))
  }

  /// Removes the record with this id and returns it.
  @discardableResult
  public func remove(id: String) -> Record? {
    guard let row = contents.idIndex.row(under: id), let before = contents.record(at: row) else { return nil }
    contents.remove(id: id, at: row, definition: definition)
    onChange(Mutation(collection: definition.name, before: before, after: nil))
    return before
  }

  /// Removes everything.
  public func removeAll() {
    for id in contents.idIndex.keys.sorted() { remove(id: id) }
  }
}

extension RecordCollection {
  /// The records under a text of an index, by id.
  public func records(in index: String, under key: String) -> [Record] {
    guard count > 0, let number = position(ofIndex: index) else { return [] }
    let rows = contents.indexes[number].rows(under: key)
    guard !rows.isEmpty else { return [] }
    var records: [Record] = []
    records.reserveCapacity(rows.count)
    for row in rows {
      if let record = contents.record(at: row) { records.append(record) }
    }
    return records.count < 2 ? records : records.sorted { IDOrder.rank(of: $0.id) < IDOrder.rank(of: $1.id) }
  }

  /// The record with the lowest id under a text of an index.
  public func first(in index: String, under key: String) -> Record? {
    records(in: index, under: key).first
  }

  /// How many records stand under a text of an index.
  public func count(in index: String, under key: String) -> Int {
    guard count > 0, let number = position(ofIndex: index) else { return 0 }
    return contents.indexes[number].count(under: key)
  }

  /// Every record, by id.
  public var all: [Record] {
    contents.rowGroups.flatMap { $0.records.compactMap(\.self) }.sorted {
      IDOrder.rank(of: $0.id) < IDOrder.rank(of: $1.id)
    }
  }

  /// The record that lies first: the one there is, of a collection that never has more.
  public var first: Record? {
    for leaf in contents.rowGroups {
      for record in leaf.records { if let record { return record } }
    }
    return nil
  }

  /// Whether nothing stands under a text of an index.
  public func isEmpty(in index: String, under key: String) -> Bool {
    guard let number = position(ofIndex: index) else { return true }
    return contents.indexes[number].isEmpty(under: key)
  }

  /// The rows under a text of an index, for a search.
  public func rows(in index: String, under key: String) -> RowSet {
    guard let number = position(ofIndex: index) else { return RowSet() }
    return contents.indexes[number].rowSet(under: key)
  }

  /// The rows of these ids, for a search.
  public func rows(ofIDs ids: some Sequence<String>) -> RowSet {
    RowSet(ids.compactMap { contents.idIndex.row(under: $0) })
  }

  private func position(ofIndex name: String) -> Int? {
    definition.indexNames.firstIndex(of: name)
  }
}

/// Which way a list runs, by the key of a declared order.
public struct ListOrder: Sendable {
  /// The name of the declared order.
  public let name: String
  public let descending: Bool

  public init(name: String, descending: Bool) {
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
  private static let sortCostInSteps = 64

  /// The records that match, as a set to page through.
  public func rows(matching predicate: Predicate) -> RowSet {
    let leaves = predicate.candidates ?? Array(contents.rowGroups.indices)
    var selection = RowSet(groupCapacity: leaves.count)
    for number in leaves {
      let leaf = contents.rowGroups[number]
      selection.append(group: number, rows: predicate.rows(of: leaf, number: number, within: leaf.liveRows))
    }
    return selection
  }

  /// Up to `limit` records in an order, of a selection or of all.
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

  private func bounds(of start: PageStart) -> (after: (key: Int64, rank: UInt128)?, offset: Int) {
    switch start {
    case .offset(let offset): (nil, offset)
    case .after(let key, let id): ((key, IDOrder.rank(of: id)), 0)
    }
  }

  /// A few records of many: cheaper to sort than to find in the order.
  private func sortedPage(
    of selection: RowSet, order: Int, descending: Bool, from start: PageStart, limit: Int
  ) -> [Record] {
    let (after, offset) = bounds(of: start)
    let key = definition.orders[order].key
    let bound = after.map { OrderedIndex.Entry(rank: $0.rank, key: $0.key, row: Row(0)) }
    let entries = selection.rows.compactMap { row -> OrderedIndex.Entry? in
      guard let record = contents.record(at: row), let key = key(record) else { return nil }
      let entry = OrderedIndex.Entry(rank: IDOrder.rank(of: record.id), key: key, row: row)
      if let bound, descending ? entry >= bound : entry <= bound { return nil }
      return entry
    }
    let ordered = entries.sorted { descending ? $0 > $1 : $0 < $1 }
    return ordered.dropFirst(offset).prefix(limit).compactMap { contents.record(at: $0.row) }
  }
}
