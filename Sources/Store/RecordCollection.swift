/// The records of one kind in one workspace.
public final class RecordCollection {
  public let definition: CollectionDefinition
  var contents: CollectionContents
  private let onChange: (Mutation) -> Void

  init(_ definition: CollectionDefinition, onChange: @escaping (Mutation) -> Void) {
    self.definition = definition
    self.onChange = onChange
    contents = CollectionContents(definition)
  }

  /// How many records there are.
  public var count: Int {
    contents.ids.count
  }

  /// Rises with every change.
  public var revision: Int {
    contents.revision
  }

  /// The record with this id.
  public subscript(id: String) -> Record? {
    guard let row = contents.ids.row(under: id) else { return nil }
    return contents.record(at: row)
  }

  /// Adds a record under its id; one that is there already is replaced.
  public func insert(_ record: Record) {
    let id = record.id
    assert(!id.isEmpty, "a \(definition.schema.name) without an id")
    guard contents.ids.row(under: id) == nil else { return replace(record) }
    let record = record.trimmed
    contents.insert(record, id: id, definition)
    onChange(Mutation(collection: definition.name, before: nil, after: record))
  }

  /// Puts a record in the place of the one with its id. One that is not there is a defect and changes nothing.
  public func replace(_ record: Record) {
    let id = record.id
    guard let row = contents.ids.row(under: id), let before = contents.record(at: row) else {
      return assertionFailure("no \(definition.schema.name) \(id) to replace")
    }
    let record = record.trimmed
    contents.replace(record, id: id, at: row, definition)
    onChange(Mutation(collection: definition.name, before: before, after: record))
  }

  /// Removes the record with this id and returns it.
  @discardableResult
  public func remove(_ id: String) -> Record? {
    guard let row = contents.ids.row(under: id), let before = contents.record(at: row) else { return nil }
    contents.remove(id: id, at: row, definition)
    onChange(Mutation(collection: definition.name, before: before, after: nil))
    return before
  }

  /// Removes everything.
  public func removeAll() {
    for id in contents.ids.keys.sorted() { remove(id) }
  }
}
