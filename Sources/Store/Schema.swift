import Synchronization

/// The ordered slots of one kind of record.
public final class Schema: Sendable {
  /// Name in Intercom's published schemas, such as `contact`.
  public let name: String
  /// Names of the slots.
  public let slots: [String]
  /// Index of the slot with the id.
  public let idSlot: Int?
  /// Map from name to slot.
  public let slotsByName: NameTable
  private let layouts = Mutex(RecordLayoutTable())

  /// Creates a schema.
  /// - Parameter slots: the names of at most 249 slots; a duplicate name means its first occurrence
  public init(name: String, slots: [String]) {
    self.name = name
    self.slots = slots
    slotsByName = NameTable(slots)
    idSlot = slotsByName["id"]
    assert(slots.count <= RecordLayout.slotLimit, "\(name) has too many slots")
  }

  /// The shared layout with these slot codes.
  func layout(slotCodes codes: Span<UInt8>) -> RecordLayout {
    layouts.withLock { $0.layout(of: self, slotCodes: codes) }
  }

  /// The index of a slot; nil if the name is unknown.
  public func slot(named name: String) -> Int? {
    slotsByName[name]
  }
}

/// The definition of a collection: its schema, its indexes and its orders.
public struct CollectionDefinition: Sendable {
  /// A hash index: finds records by string keys.
  public struct Index: Sendable {
    public let name: String
    let keys: @Sendable (Record) -> [String]

    /// Creates an index.
    /// - Parameter keys: returns the keys of a record
    public init(name: String, keys: @escaping @Sendable (Record) -> [String]) {
      self.name = name
      self.keys = keys
    }
  }

  /// A sorted index: orders records by an integer key, then by id.
  public struct Order: Sendable {
    public let name: String
    /// Whether the order contains every record that lists contain.
    public let isComplete: Bool
    let key: @Sendable (Record) -> Int64?

    /// Creates an order.
    /// - Parameters:
    ///   - isComplete: whether `key` returns a sort key for every record
    ///   - key: returns the sort key of a record; nil to omit the record
    public init(name: String, isComplete: Bool = false, key: @escaping @Sendable (Record) -> Int64?) {
      self.name = name
      self.isComplete = isComplete
      self.key = key
    }

    /// A copy of this order that omits the records that do not satisfy a predicate.
    public func filtered(_ predicate: @escaping @Sendable (Record) -> Bool) -> Order {
      Order(name: name, isComplete: isComplete) { [key] record in predicate(record) ? key(record) : nil }
    }
  }

  /// Name of the collection and of its fixture file `<name>.json`.
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

/// The ordered collections of a workspace.
public final class WorkspaceDefinition: Sendable {
  public let collections: [CollectionDefinition]
  /// The writes that follow from others.
  let derivations: [Derivation]
  private let numbers: [ObjectIdentifier: Int]
  private let names: NameTable

  public init(collections: [CollectionDefinition], derivations: [Derivation] = []) {
    self.collections = collections
    self.derivations = derivations
    let numbered = collections.enumerated().map { (ObjectIdentifier($1.schema), $0) }
    numbers = Dictionary(numbered) { first, _ in first }
    names = NameTable(collections.map(\.name))
  }

  func index(of schema: Schema) -> Int? {
    numbers[ObjectIdentifier(schema)]
  }

  /// The index of the collection with this name; nil if the name is unknown.
  public func index(ofCollectionNamed name: String) -> Int? {
    names[name]
  }
}
