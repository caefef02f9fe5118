/// The collections that every workspace has, in order.
public final class Layout: Sendable {
  public let collections: [CollectionDefinition]
  private let numbers: SchemaTable
  private let names: [String: Int]

  public init(_ collections: [CollectionDefinition]) {
    self.collections = collections
    numbers = SchemaTable(collections.map(\.schema))
    names = Dictionary(collections.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  func number(of schema: Schema) -> Int? {
    numbers[schema]
  }

  func number(ofName name: String) -> Int? {
    names[name]
  }
}
