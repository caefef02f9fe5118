import JSON

/// A row: a value for each slot of its schema that has one. A copy costs nothing until it is changed.
public struct Record: Sendable, Equatable {
  @usableFromInline var occupancy: Occupancy
  /// The values there are, in the order of their slots.
  @usableFromInline var values: [Value]

  /// A record whose slots are all absent.
  public init(_ schema: Schema) {
    self.init(schema, Array(repeating: .absent, count: schema.slots.count))
  }

  /// A record of a value for each slot.
  public init(_ schema: Schema, _ all: [Value]) {
    var places = InlineArray<256, UInt8>(repeating: Occupancy.Kind.absent.rawValue)
    values = []
    values.reserveCapacity(all.count { $0.kind == .value })
    for (slot, value) in all.enumerated() {
      let kind = value.kind
      places[slot] = kind == .value ? UInt8(truncatingIfNeeded: values.count) : kind.rawValue
      if kind == .value { values.append(value) }
    }
    occupancy = schema.occupancy(places.span.extracting(first: all.count))
  }

  init(_ occupancy: Occupancy, _ values: [Value]) {
    self.occupancy = occupancy
    self.values = values
  }

  public var schema: Schema { occupancy.schema }

  /// The value in the slot of this name. A name that the schema lacks reads as absent; writing it is a defect.
  public subscript(name: String) -> Value {
    get {
      guard let slot = schema.slot(name) else { return .absent }
      return self[slot: slot]
    }
    set {
      guard let slot = schema.slot(name) else { return assertionFailure("\(schema.name) has no field \(name)") }
      self[slot: slot] = newValue
    }
  }

  /// The value in this slot; slots count from 0 in the schema's order.
  public subscript(slot slot: Int) -> Value {
    get {
      let place = occupancy.places[slot]
      return place < Occupancy.limit ? values[Int(place)] : Occupancy.kind(place).constant
    }
    set {
      let place = occupancy.places[slot]
      switch (place < Occupancy.limit, newValue.kind) {
      case (true, .value): values[Int(place)] = newValue
      case (true, let kind):
        values.remove(at: Int(place))
        occupancy = occupancy.changing(slot, to: kind)
      case (false, .value):
        values.insert(newValue, at: occupancy.place(ofNew: slot))
        occupancy = occupancy.changing(slot, to: .value)
      case (false, let kind) where kind != Occupancy.kind(place): occupancy = occupancy.changing(slot, to: kind)
      case (false, _): break
      }
    }
  }

  /// Puts values into slots, all in one go: one by one, each may move those behind it. Of two for one slot the later counts.
  public mutating func set(_ changes: [(slot: Int, value: Value)]) {
    var draft = RecordDraft(self)
    for change in changes { draft.set(change.slot, change.value) }
    self = draft.finish()
  }

  /// The same by names. One that the schema lacks is a defect.
  public mutating func set(_ changes: KeyValuePairs<String, Value>) {
    var slots: [(slot: Int, value: Value)] = []
    slots.reserveCapacity(changes.count)
    for (name, value) in changes {
      guard let slot = schema.slot(name) else { return assertionFailure("\(schema.name) has no field \(name)") }
      slots.append((slot, value))
    }
    set(slots)
  }

  /// Lends what there is, to be looked up by slot.
  @inlinable public func withSlots<Result>(_ body: (RecordSlots) throws -> Result) rethrows -> Result {
    try occupancy.places.withUnsafeBufferPointer { places in
      try values.withUnsafeBufferPointer { try body(RecordSlots(places: places, values: $0)) }
    }
  }

  /// The same record in no more memory than it needs, to be kept.
  var trimmed: Record {
    guard values.capacity > values.count + values.count / 4 + 1 else { return self }
    var record = self
    record.values = values.withUnsafeBufferPointer { Array($0) }
    return record
  }

  /// The id as text, whichever type it has in JSON; empty when there is none.
  public var id: String {
    guard let slot = schema.idSlot else { return "" }
    return switch self[slot: slot] {
    case .json(.string(let id)): id
    case .json(.integer(let id)): String(id)
    default: ""
    }
  }

  /// The record as it stands in a fixture: what is present, in order.
  public var stored: JSON {
    var object = JSONObject()
    for (slot, name) in schema.slots.enumerated() {
      guard let json = self[slot: slot].stored else { continue }
      object.append(key: name, value: json)
    }
    return .object(object)
  }

  public static func == (left: Record, right: Record) -> Bool {
    left.schema === right.schema
      && (left.occupancy === right.occupancy || left.occupancy.places == right.occupancy.places)
      && left.values == right.values
  }
}
