import Store

/// Ids in a record that name records of another collection.
public struct Reference: Sendable {
  /// The field that holds the ids.
  public let field: String
  /// The collection that they lead to.
  public let collection: String
  let ids: @Sendable (Record) -> [String]

  /// - Parameters:
  ///   - field: a text, a number, or a list of them
  ///   - collection: the name of the collection that they lead to
  public init(_ field: String, to collection: String) {
    self.field = field
    self.collection = collection
    ids = { record in
      switch record[field] {
      case .json(.string(let id)): [id]
      case .json(.integer(let id)): [String(id)]
      case .json(.array(let items)): items.compactMap { $0.string ?? $0.integer.map(String.init) }
      default: []
      }
    }
  }
}
