import JSON
import Store
import TestSupport

/// A workspace with one example collection, pebbles.
enum StoreFixture {
  static let pebble = Schema(name: "pebble", slots: ["id", "name", "weight", "colours", "found_at"])

  static let pebbles = CollectionDefinition(
    name: "pebbles", schema: pebble,
    indexes: [
      CollectionDefinition.Index(name: "name") { pebble in pebble["name"].string.map { [$0] } ?? [] },
      CollectionDefinition.Index(name: "colour") { pebble in pebble["colours"].strings },
    ],
    orders: [
      CollectionDefinition.Order(name: "id") { _ in 0 },
      CollectionDefinition.Order(name: "found_at") { pebble in pebble["found_at"].integer },
    ])

  static let layout = WorkspaceDefinition(collections: [pebbles])

  static let names = [
    "Basalt", "basalt", "Quartz", "Grüne Perle", "grüne PERLE", "Ærø", "ÆRØ", "perl", "Perlmutt", "", "石英",
    "a perl in a pearl", "tail of quartz", "quart", "zzz",
  ]

  static func workspace(seed: UInt64 = 1, clock: Clock = Clock(frozenAtMilliseconds: 0)) -> Workspace {
    Workspace(definition: layout, state: WorkspaceState(definition: layout, ids: IDGenerator(seed: seed)), clock: clock)
  }

  /// A pebble with the given slots; the others are absent.
  static func pebble(
    id: Int, name: Value = .absent, weight: Value = .absent, colours: [String] = [], foundAt: Value = .absent
  ) -> Record {
    var record = Record(schema: pebble)
    record["id"] = .string(String(id))
    record["name"] = name
    record["weight"] = weight
    if !colours.isEmpty { record["colours"] = .strings(colours) }
    record["found_at"] = foundAt
    return record
  }

  /// A pebble with the given id and a different value in every slot.
  static func randomPebble(id: Int, using random: inout SeededRandom) -> Record {
    let weights: [Value] = [
      .absent, .null, .integer(random.int(below: 20)), .json(.number(Double(random.int(below: 40)) / 2)),
    ]
    return pebble(
      id: id, name: random.one(of: [.absent, .null] + names.map { .string($0) }), weight: random.one(of: weights),
      colours: ["red", "green", "blue"].filter { _ in random.int(below: 3) == 0 },
      foundAt: random.int(below: 10) == 0 ? .absent : .integer(random.int(below: 50) - 10))
  }
}

extension Workspace {
  var pebbles: RecordCollection { self[StoreFixture.pebble] }
}

/// A reference implementation of the store: a dictionary that is sorted and filtered for every query.
struct ReferenceCollection {
  private(set) var records: [String: Record] = [:]

  mutating func insert(_ record: Record) {
    records[record.id] = record
  }

  mutating func remove(id: String) {
    records[id] = nil
  }

  /// The records that an order contains, sorted.
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
