import JSON
import Store

/// The definition of a record type: its fields in the order in which they are rendered, its ids and its references.
public final class Model: Sendable {
  /// The code and message of the 404 reply for a missing record.
  public struct NotFound: Sendable {
    public let code: String
    public let message: String

    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }

  /// The name of the published schema.
  public let name: String
  public let fields: [Field]
  public let schema: Schema
  public let ids: IDFormat
  public let notFound: NotFound
  /// The collection that stores the records; nil if they are nested in records of other models.
  public let definition: CollectionDefinition?
  /// The fields that contain ids of other records, and what happens to these ids.
  public let references: [Reference]
  /// The references whose target a fixture must contain.
  let checkedReferences: [Reference]
  /// The name of the counter for numeric ids. Models may share a counter.
  public let sequence: String
  /// The stored fields, indexed by slot.
  let stored: [Field]
  /// The names of the fields that a request must set on creation.
  let required: [String]
  /// The slots of `created_at` and `updated_at`, which the server sets on writes; nil if the model lacks the field.
  let createdSlot: Int?
  let updatedSlot: Int?
  /// Whether the records have a constant `type` member.
  let hasConstantType: Bool
  /// Sets members of a new record that depend on the workspace; nil if there are none.
  private let completion: (@Sendable (inout Record, Workspace) -> Void)?
  private let template: Record

  /// - Parameters:
  ///   - name: the name of the published schema
  ///   - collection: the name of the collection and of its fixture file; nil if the records are nested in others
  ///   - ids: the format of the ids
  ///   - notFound: the code and message of the 404 reply
  ///   - sequence: the name of the counter for numeric ids; the default is `name`
  ///   - references: the fields that contain ids of other records, and what happens to these ids
  ///   - isOrderedByID: whether the collection keeps an order by id. Each order makes writes slower.
  ///   - isListed: whether lists contain a record; by default they contain all
  ///   - indexes: indexes besides those of the fields that are `.indexed`
  ///   - orders: orders besides `id` and the fields that are `.ordered`
  ///   - completion: sets members that a new record needs and that the request or fixture lacks, such as generated ids
  ///   - fields: the fields, in the order in which they are rendered
  public init(
    name: String, collection: String? = nil, ids: IDFormat = .given,
    notFound: NotFound = NotFound(code: "not_found", message: "Resource Not Found"),
    sequence: String? = nil, references: [Reference] = [],
    isOrderedByID: Bool = true, isListed: @escaping @Sendable (Record) -> Bool = { _ in true },
    indexes: [CollectionDefinition.Index] = [],
    orders: [CollectionDefinition.Order] = [],
    completion: (@Sendable (inout Record, Workspace) -> Void)? = nil, fields: [Field]
  ) {
    self.name = name
    self.fields = fields
    self.ids = ids
    self.notFound = notFound
    self.references = references
    self.completion = completion
    checkedReferences = references.filter(\.isChecked)
    self.sequence = sequence ?? name
    var stored: [Field] = []
    stored.reserveCapacity(fields.count)
    for field in fields where field.isStored { stored.append(field) }
    self.stored = stored
    required = stored.filter { $0.options.contains(.required) }.map(\.name)
    let schema = Schema(name: name, slots: stored.map(\.name))
    self.schema = schema
    (createdSlot, updatedSlot) = (schema.slot(named: "created_at"), schema.slot(named: "updated_at"))
    hasConstantType = fields.contains { !$0.isStored && $0.name == "type" }
    template = Self.template(for: schema, fields: stored)
    definition = collection.map {
      CollectionDefinition(
        name: $0, schema: schema, indexes: Self.indexes(of: fields, schema: schema) + indexes,
        orders: (Self.orders(of: fields, schema: schema, byID: isOrderedByID) + orders).map { $0.filtered(isListed) })
    }
  }

  /// Returns the stored field of a name; nil if there is none.
  public func field(named name: String) -> Field? {
    schema.slot(named: name).map { stored[$0] }
  }

  /// Returns a record with the initial value of every field.
  public func blank() -> Record {
    template
  }

  /// Sets the members that a new record needs and lacks. Has no effect on a complete record.
  public func complete(_ record: inout Record, in workspace: Workspace) {
    completion?(&record, workspace)
  }

  private static func template(for schema: Schema, fields stored: [Field]) -> Record {
    Record(
      schema: schema,
      values: stored.map { field in
        field.initial.map { value($0, of: field) } ?? (field.options.contains(.sparse) ? .absent : .null)
      })
  }

  /// Builds a record from an object. Ignores members that are not stored fields; the other fields get their initial
  /// values.
  public func record(from object: JSONObject) -> Record {
    var draft = RecordBuilder(base: template)
    for (key, json) in object {
      if let slot = schema.slot(named: key) { draft.set(slot: slot, to: Self.value(json, of: stored[slot])) }
    }
    return draft.build()
  }

  /// Converts a record of another model: copies the fields that both models have, and sets the others to their initial
  /// values.
  public func copy(of record: Record) -> Record {
    var copy = blank()
    for (slot, name) in schema.slots.enumerated() where record.schema.slot(named: name) != nil {
      copy[slot: slot] = record[name]
    }
    return copy
  }

  /// Converts a validated value to its stored form: objects of nested models become records.
  static func value(_ json: JSON, of field: Field) -> Value {
    switch (field.kind, json) {
    case (.model(let model), .object(let object)): .record(model.record(from: object))
    case (.models(let model), .array(let items)): .records(items.compactMap(\.object).map(model.record))
    default: .json(json)
    }
  }

  private static func indexes(of fields: [Field], schema: Schema) -> [CollectionDefinition.Index] {
    fields.filter { $0.options.contains(.indexed) }.compactMap { field in
      schema.slot(named: field.name).map { slot in
        CollectionDefinition.Index(name: field.name) { record in
          switch record[slot: slot] {
          case .json(.string(let text)): [text]
          case .json(.integer(let number)): [String(number)]
          case .json(.array(let items)): items.compactMap(\.string)
          default: []
          }
        }
      }
    }
  }

  private static func orders(of fields: [Field], schema: Schema, byID: Bool) -> [CollectionDefinition.Order] {
    (byID ? [CollectionDefinition.Order(name: "id", isComplete: true) { _ in 0 }] : [])
      + fields.filter { $0.options.contains(.ordered) }.compactMap { field in
        schema.slot(named: field.name).map { slot in
          CollectionDefinition.Order(name: field.name, isComplete: true) { $0[slot: slot].integer ?? 0 }
        }
      }
  }
}

/// The format of a model's ids (Documentation.docc/Requests-and-Responses.md, "Identifiers").
public enum IDFormat: Sendable {
  /// 24 hexadecimal digits; the first eight are the creation time in seconds since 1970.
  case objectID
  /// A decimal string from a counter that starts at `from`.
  case sequence(from: UInt64)
  /// A JSON integer from a counter that starts at `from`.
  case integer(from: UInt64)
  case uuid
  /// Set by the code that creates the record.
  case given
}
