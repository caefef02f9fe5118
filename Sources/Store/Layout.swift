/// The collections that every workspace has, in order.
public final class Layout: Sendable {
  public let collections: [CollectionDefinition]
  private let numbers: SchemaTable
  private let names: NameTable

  public init(_ collections: [CollectionDefinition]) {
    self.collections = collections
    numbers = SchemaTable(collections.map(\.schema))
    names = NameTable(collections.map(\.name))
  }

  func number(of schema: Schema) -> Int? {
    numbers[schema]
  }

  /// The place of the collection of this name.
  public func number(ofName name: String) -> Int? {
    names[name]
  }
}
