import Synchronization

/// The slots of one kind of record, in order.
public final class Schema: Sendable {
  /// As the published schemas name it: `contact`.
  public let name: String
  /// The names of the slots.
  public let slots: [String]
  /// The slot that holds the id.
  public let idSlot: Int?
  /// The names once more, to be found by.
  public let slotsByName: NameTable
  private let layouts = Mutex(RecordLayoutTable())

  /// A schema with these slots, at most 249 of them; a name that stands twice keeps its first place.
  public init(name: String, slots: [String]) {
    self.name = name
    self.slots = slots
    slotsByName = NameTable(slots)
    idSlot = slotsByName["id"]
    assert(slots.count <= RecordLayout.slotLimit, "\(name) has too many slots")
  }

  /// The one occupancy with these places, unless there are very many.
  func layout(slotCodes places: Span<UInt8>) -> RecordLayout {
    layouts.withLock { $0.layout(of: self, slotCodes: places) }
  }

  /// Where the slot of this name is; nil when there is none.
  public func slot(named name: String) -> Int? {
    slotsByName[name]
  }
}

/// How a collection is kept: its schema, and what is found or ordered without a scan.
public struct CollectionDefinition: Sendable {
  /// Finds records by texts taken from them.
  public struct Index: Sendable {
    public let name: String
    let keys: @Sendable (Record) -> [String]

    /// An index called `name` over the texts that `keys` takes from a record; a record without any is not in it.
    public init(name: String, keys: @escaping @Sendable (Record) -> [String]) {
      self.name = name
      self.keys = keys
    }
  }

  /// Keeps records sorted by a number taken from them, then by id.
  public struct Order: Sendable {
    public let name: String
    let key: @Sendable (Record) -> Int64?

    /// An order called `name` by the number that `key` takes from a record; a record without one is not in it.
    public init(name: String, key: @escaping @Sendable (Record) -> Int64?) {
      self.name = name
      self.key = key
    }

    /// The same order without the records that fail a test.
    public func filtered(_ test: @escaping @Sendable (Record) -> Bool) -> Order {
      Order(name: name) { [key] record in test(record) ? key(record) : nil }
    }
  }

  /// As in `fixtures/<world>/<name>.json`.
  public let name: String
  public let schema: Schema
  public let indexes: [Index]
  public let orders: [Order]
  let indexNames: [String]

  public init(name: String, schema: Schema, indexes: [Index] = [], orders: [Order] = []) {
    self.name = name
    self.schema = schema
    self.indexes = indexes
    self.orders = orders
    indexNames = indexes.map(\.name)
  }
}

/// The collections that every workspace has, in order.
public final class WorkspaceDefinition: Sendable {
  public let collections: [CollectionDefinition]
  private let numbers: SchemaTable
  private let names: NameTable

  public init(collections: [CollectionDefinition]) {
    self.collections = collections
    numbers = SchemaTable(schemas: collections.map(\.schema))
    names = NameTable(collections.map(\.name))
  }

  func index(of schema: Schema) -> Int? {
    numbers[schema]
  }

  /// The place of the collection of this name.
  public func index(ofCollectionNamed name: String) -> Int? {
    names[name]
  }
}
