import JSON

/// A row: one slot per field of its schema, in order, behind one reference. A copy costs nothing until it is changed.
public struct Record: Sendable, Equatable {
  public let schema: Schema
  @usableFromInline var values: [Value]

  /// A record whose slots are all absent.
  public init(_ schema: Schema) {
    self.schema = schema
    values = Array(repeating: .absent, count: schema.slots.count)
  }

  /// The value in the slot of this name. A name that the schema lacks reads as absent; writing it is a defect.
  public subscript(name: String) -> Value {
    get {
      guard let slot = schema.slot(name) else { return .absent }
      return values[slot]
    }
    set {
      guard let slot = schema.slot(name) else { return assertionFailure("\(schema.name) has no field \(name)") }
      values[slot] = newValue
    }
  }

  /// The value in this slot; slots count from 0 in the schema's order.
  public subscript(slot slot: Int) -> Value {
    get { values[slot] }
    set { values[slot] = newValue }
  }

  /// Lends the values of all slots, in the schema's order.
  @inlinable public func withValues<Result>(_ body: (UnsafeBufferPointer<Value>) throws -> Result) rethrows -> Result {
    try values.withUnsafeBufferPointer(body)
  }

  /// The id as text, whichever type it has in JSON; empty when there is none.
  public var id: String {
    guard let slot = schema.idSlot else { return "" }
    return switch values[slot] {
    case .json(.string(let id)): id
    case .json(.integer(let id)): String(id)
    default: ""
    }
  }

  /// The record as it stands in a fixture: what is present, in order.
  public var stored: JSON {
    var object = JSONObject()
    for (name, value) in zip(schema.slots, values) {
      guard let json = value.stored else { continue }
      object.append(key: name, value: json)
    }
    return .object(object)
  }

  public static func == (left: Record, right: Record) -> Bool {
    left.schema === right.schema && left.values == right.values
  }
}
