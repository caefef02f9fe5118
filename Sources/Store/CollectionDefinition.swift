/// How a collection is kept: its schema, and what is found or ordered without a scan.
public struct CollectionDefinition: Sendable {
  /// Finds records by texts taken from them.
  public struct Index: Sendable {
    public let name: String
    let keys: @Sendable (Record) -> [String]

    /// An index called `name` over the texts that `keys` takes from a record; a record without any is not in it.
    public init(_ name: String, keys: @escaping @Sendable (Record) -> [String]) {
      self.name = name
      self.keys = keys
    }
  }

  /// Keeps records sorted by a number taken from them, then by id.
  public struct Order: Sendable {
    public let name: String
    let key: @Sendable (Record) -> Int64?

    /// An order called `name` by the number that `key` takes from a record; a record without one is not in it.
    public init(_ name: String, key: @escaping @Sendable (Record) -> Int64?) {
      self.name = name
      self.key = key
    }

    /// The same order without the records that fail a test.
    public func filtered(_ test: @escaping @Sendable (Record) -> Bool) -> Order {
      Order(name) { [key] record in test(record) ? key(record) : nil }
    }
  }

  /// As in `fixtures/<world>/<name>.json`.
  public let name: String
  public let schema: Schema
  public let indexes: [Index]
  public let orders: [Order]
  let indexNames: [String]

  public init(_ name: String, schema: Schema, indexes: [Index] = [], orders: [Order] = []) {
    self.name = name
    self.schema = schema
    self.indexes = indexes
    self.orders = orders
    indexNames = indexes.map(\.name)
  }
}
