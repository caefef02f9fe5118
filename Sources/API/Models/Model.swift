import JSON
import Store

/// The single list of a thing's fields: what is kept, what a request may write, what is shown, in which order.
public final class Model: Sendable {
  /// What is said when a record is not there.
  public struct NotFound: Sendable {
    public let code: String
    public let message: String

    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }

  /// As the published schemas name it.
  public let name: String
  public let fields: [Field]
  public let schema: Schema
  public let ids: IDFormat
  public let notFound: NotFound
  /// The collection that keeps its records, nil when they live inside others.
  public let definition: CollectionDefinition?
  /// The fields that hold ids of other records, and what happens to these ids.
  public let references: [Reference]
  /// The references whose target a fixture must contain.
  let checkedReferences: [Reference]
  /// The counter that numeric ids are drawn from; models may share one.
  public let sequence: String
  /// The stored field of each slot.
  let stored: [Field]
  /// What a request must give on creation.
  let required: [String]
  /// Of the times that every write notes, where the model has them.
  let createdSlot: Int?
  let updatedSlot: Int?
  /// Whether its records are shown with a `type` that is always the same.
  let hasConstantType: Bool
  private let template: Record

  /// - Parameters:
  ///   - name: as the published schemas name it
  ///   - collection: the name of its fixture file; nil when its records live inside others
  ///   - notFound: the message of a 404, with its code when that is not `not_found`
  ///   - sequence: the counter that numeric ids are drawn from, when models share one
  ///   - references: the fields that hold ids of other records, and what happens to these ids
  ///   - isOrderedByID: whether lists run in the order of ids, as most do; keeping an order costs every write
  ///   - isListed: which records lists show; all when nil
  ///   - indexes: further ways to find records, beside the fields that are `.indexed`
  ///   - orders: further orders to list by, beside `id` and the fields that are `.ordered`
  public init(
    name: String, collection: String? = nil, ids: IDFormat = .given,
    notFound: NotFound = NotFound(code: "not_found", message: "Resource Not Found"),
    sequence: String? = nil, references: [Reference] = [],
    isOrderedByID: Bool = true, isListed: @escaping @Sendable (Record) -> Bool = { _ in true },
    indexes: [CollectionDefinition.Index] = [],
    orders: [CollectionDefinition.Order] = [], fields: [Field]
  ) {
    self.name = name
    self.fields = fields
    self.ids = ids
    self.notFound = notFound
    self.references = references
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

  /// The stored field of this name.
  public func field(named name: String) -> Field? {
    schema.slot(named: name).map { stored[$0] }
  }

  /// A record with every field as it starts.
  public func blank() -> Record {
    template
  }

  private static func template(for schema: Schema, fields stored: [Field]) -> Record {
    Record(
      schema: schema,
      values: stored.map { field in
        field.initial.map { value($0, of: field) } ?? (field.options.contains(.sparse) ? .absent : .null)
      })
  }

  /// A record of the members of an object that are fields; the others are left out.
  public func record(from object: JSONObject) -> Record {
    var draft = RecordBuilder(base: template)
    for (key, json) in object {
      if let slot = schema.slot(named: key) { draft.set(slot: slot, to: Self.value(json, of: stored[slot])) }
    }
    return draft.build()
  }

  /// A record of another model in this one's shape: the fields of one name, and the rest as it starts.
  public func copy(of record: Record) -> Record {
    var copy = blank()
    for (slot, name) in schema.slots.enumerated() where record.schema.slot(named: name) != nil {
      copy[slot: slot] = record[name]
    }
    return copy
  }

  /// A checked value as the field keeps it.
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
    (byID ? [CollectionDefinition.Order(name: "id") { _ in 0 }] : [])
      + fields.filter { $0.options.contains(.ordered) }.compactMap { field in
        schema.slot(named: field.name).map { slot in
          CollectionDefinition.Order(name: field.name) { $0[slot: slot].integer ?? 0 }
        }
      }
  }
}

/// What the ids of a model look like (api-behaviour.md, 8).
public enum IDFormat: Sendable {
  /// 24 hexadecimal digits that begin with the time of creation.
  case objectID
  /// A decimal string, counting up from here.
  case sequence(from: UInt64)
  /// A JSON integer, counting up from here.
  case integer(from: UInt64)
  case uuid
  /// Given by whoever creates the record.
  case given
}
