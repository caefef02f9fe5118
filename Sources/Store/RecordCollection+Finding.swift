extension RecordCollection {
  /// The records under a text of an index, by id.
  public func records(in index: String, under key: String) -> [Record] {
    guard count > 0, let number = number(ofIndex: index) else { return [] }
    let rows = contents.indexes[number].rows(under: key)
    guard !rows.isEmpty else { return [] }
    var records: [Record] = []
    records.reserveCapacity(rows.count)
    for row in rows {
      if let record = contents.record(at: row) { records.append(record) }
    }
    return records.count < 2 ? records : records.sorted { IDOrder.rank($0.id) < IDOrder.rank($1.id) }
  }

  /// The record with the lowest id under a text of an index.
  public func first(in index: String, under key: String) -> Record? {
    records(in: index, under: key).first
  }

  /// How many records stand under a text of an index.
  public func count(in index: String, under key: String) -> Int {
    guard count > 0, let number = number(ofIndex: index) else { return 0 }
    return contents.indexes[number].count(under: key)
  }

  /// Every record, by id.
  public var all: [Record] {
    contents.leaves.flatMap { $0.records.compactMap(\.self) }.sorted { IDOrder.rank($0.id) < IDOrder.rank($1.id) }
  }

  /// The record that lies first: the one there is, of a collection that never has more.
  public var first: Record? {
    for leaf in contents.leaves {
      for record in leaf.records { if let record { return record } }
    }
    return nil
  }

  /// Whether nothing stands under a text of an index.
  public func isEmpty(in index: String, under key: String) -> Bool {
    guard let number = number(ofIndex: index) else { return true }
    return contents.indexes[number].isEmpty(under: key)
  }

  /// The rows under a text of an index, for a search.
  public func rows(in index: String, under key: String) -> RowSet {
    guard let number = number(ofIndex: index) else { return RowSet() }
    return contents.indexes[number].set(under: key)
  }

  /// The rows of these ids, for a search.
  public func rows(ofIDs ids: some Sequence<String>) -> RowSet {
    RowSet(ids.compactMap { contents.ids.row(under: $0) })
  }

  private func number(ofIndex name: String) -> Int? {
    definition.indexNames.firstIndex(of: name)
  }
}
