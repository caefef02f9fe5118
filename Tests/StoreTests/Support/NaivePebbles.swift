import Store

/// What the store promises, done the plain way: a dictionary that is sorted and filtered anew for every question.
struct ReferenceCollection {
  private(set) var records: [String: Record] = [:]

  mutating func insert(_ record: Record) {
    records[record.id] = record
  }

  mutating func remove(id: String) {
    records[id] = nil
  }

  /// All that stand in an order, sorted.
  func sorted(by order: ListOrder) -> [Record] {
    let placed = records.values.compactMap { record in
      key(of: record, in: order).map { ($0, Int(record.id) ?? 0, record) }
    }
    let ascending = placed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    return order.descending ? ascending.reversed() : ascending
  }

  func page(
    in order: ListOrder, from start: PageStart, limit: Int, where test: (Record) -> Bool = { _ in true }
  ) -> [Record] {
    let rows = sorted(by: order).filter(test)
    switch start {
    case .offset(let offset): return Array(rows.dropFirst(offset).prefix(limit))
    case .after(let bound, let id):
      let bound = (bound, Int64(id) ?? 0)
      return Array(
        rows.filter { record in
          let place = (key(of: record, in: order) ?? 0, Int64(record.id) ?? 0)
          return order.descending ? place < bound : place > bound
        }.prefix(limit))
    }
  }

  func all(named name: String) -> [Record] {
    sorted(by: ListOrder(name: "id", descending: false)).filter { $0["name"].string == name }
  }

  func all(coloured colour: String) -> [Record] {
    sorted(by: ListOrder(name: "id", descending: false)).filter { $0["colours"].strings.contains(colour) }
  }

  private func key(of record: Record, in order: ListOrder) -> Int64? {
    order.name == "id" ? 0 : record[order.name].integer
  }
}
