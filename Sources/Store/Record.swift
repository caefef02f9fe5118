import JSON

/// A record: a value for each slot of a schema, as a copy-on-write value.
///
/// Only values that the layout cannot express are stored. Layouts are shared (see `Engine/README.md`).
public struct Record: Sendable, Equatable {
  @usableFromInline var layout: RecordLayout
  /// The stored values, in the order of their slots.
  @usableFromInline var values: [Value]

  /// Creates a record without values.
  public init(schema: Schema) {
    self.init(schema: schema, values: Array(repeating: .absent, count: schema.slots.count))
  }

  /// Creates a record.
  /// - Parameter all: a value for each slot
  public init(schema: Schema, values all: [Value]) {
    var codes = InlineArray<256, UInt8>(repeating: RecordLayout.Kind.absent.rawValue)
    values = []
    values.reserveCapacity(all.count { $0.kind == .value })
    for (slot, value) in all.enumerated() {
      let kind = value.kind
      codes[slot] = kind == .value ? UInt8(truncatingIfNeeded: values.count) : kind.rawValue
      if kind == .value { values.append(value) }
    }
    layout = schema.layout(slotCodes: codes.span.extracting(first: all.count))
  }

  init(layout: RecordLayout, values: [Value]) {
    self.layout = layout
    self.values = values
  }

  public var schema: Schema { layout.schema }

  /// The value of a slot, by name. An unknown name reads as absent; writing to it is a programming error.
  public subscript(name: String) -> Value {
    get {
      guard let slot = schema.slot(named: name) else { return .absent }
      return self[slot: slot]
    }
    set {
      guard let slot = schema.slot(named: name) else { return assertionFailure("\(schema.name) has no field \(name)") }
      self[slot: slot] = newValue
    }
  }

  /// The value of a slot, by its index in the schema.
  public subscript(slot slot: Int) -> Value {
    get {
      let code = layout.slotCodes[slot]
      return code < RecordLayout.slotLimit ? values[Int(code)] : RecordLayout.kind(ofCode: code).constant
    }
    set {
      let code = layout.slotCodes[slot]
      switch (code < RecordLayout.slotLimit, newValue.kind) {
      case (true, .value): values[Int(code)] = newValue
      case (true, let kind):
        values.remove(at: Int(code))
        layout = layout.changing(slot: slot, to: kind)
      case (false, .value):
        values.insert(newValue, at: layout.insertionIndex(forSlot: slot))
        layout = layout.changing(slot: slot, to: .value)
      case (false, let kind) where kind != RecordLayout.kind(ofCode: code):
        layout = layout.changing(slot: slot, to: kind)
      case (false, _): break
      }
    }
  }

  /// Sets several slots in O(slots + changes). Setting them one by one may move the values of later slots each time. The last
  /// of several changes to a slot is used.
  public mutating func set(_ changes: [(slot: Int, value: Value)]) {
    var builder = RecordBuilder(base: self)
    for change in changes { builder.set(slot: change.slot, to: change.value) }
    self = builder.build()
  }

  /// Sets several slots by name. An unknown name is a programming error.
  public mutating func set(_ changes: KeyValuePairs<String, Value>) {
    var slots: [(slot: Int, value: Value)] = []
    slots.reserveCapacity(changes.count)
    for (name, value) in changes {
      guard let slot = schema.slot(named: name) else { return assertionFailure("\(schema.name) has no field \(name)") }
      slots.append((slot, value))
    }
    set(slots)
  }

  /// Calls `body` with a view of the slots that does not retain the record.
  @inlinable public func withSlots<Result>(_ body: (RecordSlots) throws -> Result) rethrows -> Result {
    try layout.slotCodes.withUnsafeBufferPointer { codes in
      try values.withUnsafeBufferPointer { try body(RecordSlots(slotCodes: codes, values: $0)) }
    }
  }

  /// A copy without unused array capacity, for storage.
  var trimmed: Record {
    guard values.capacity > values.count + values.count / 4 + 1 else { return self }
    var record = self
    record.values = values.withUnsafeBufferPointer { Array($0) }
    return record
  }

  /// The id as a string, also if it is an integer in JSON; empty if there is none.
  public var id: String {
    guard let slot = schema.idSlot else { return "" }
    return switch self[slot: slot] {
    case .json(.string(let id)): id
    case .json(.integer(let id)): String(id)
    default: ""
    }
  }

  /// The record in the format of a fixture: the slots that are not absent, in order.
  public var storedJSON: JSON {
    var object = JSONObject()
    for (slot, name) in schema.slots.enumerated() {
      guard let json = self[slot: slot].json else { continue }
      object.append(key: name, value: json)
    }
    return .object(object)
  }

  public static func == (left: Record, right: Record) -> Bool {
    left.schema === right.schema
      && (left.layout === right.layout || left.layout.slotCodes == right.layout.slotCodes)
      && left.values == right.values
  }
}

/// Builds a record from a base record and values for some of its slots, set in any order.
public struct RecordBuilder {
  /// Code of a slot that keeps its value of the base record.
  private static let unchanged = RecordLayout.slotLimit
  private let base: Record
  /// For each slot, the index of its value in `values`, the kind that it was set to, or `unchanged`.
  private var slotCodes = InlineArray<256, UInt8>(repeating: Self.unchanged)
  /// The values that were set, in the order of the calls.
  private var values: [Value] = []
  /// Slot of the last element of `values`.
  private var lastSlot = -1
  /// Whether `values` is in the order of slots and no value was replaced.
  private var isInOrder = true

  public init(base: Record) {
    self.base = base
    values.reserveCapacity(base.schema.slots.count)
  }

  /// Sets a slot. The last of several values is used.
  public mutating func set(slot: Int, to value: consuming Value) {
    let kind = value.kind
    if slotCodes[slot] < Self.unchanged {
      values[Int(slotCodes[slot])] = value
      isInOrder = false
    } else if kind == .value {
      slotCodes[slot] = UInt8(truncatingIfNeeded: values.count)
      values.append(value)
      isInOrder = isInOrder && slot > lastSlot
      lastSlot = slot
    } else {
      slotCodes[slot] = kind.rawValue
    }
  }

  /// Returns the record, without unused array capacity.
  public func build() -> Record {
    let (old, new) = (base.layout.slotCodes, slotCodes.span)
    var codes = InlineArray<256, UInt8>(repeating: RecordLayout.Kind.absent.rawValue)
    var count = 0
    for slot in old.indices {
      let code = resultCode(old: old[slot], new: new[slot])
      let hasValue = code == RecordLayout.Kind.value.rawValue
      codes[slot] = hasValue ? UInt8(truncatingIfNeeded: count) : code
      count += hasValue ? 1 : 0
    }
    let layout = base.schema.layout(slotCodes: codes.span.extracting(first: old.count))
    // `values` is already the array of the record: no value comes from the base.
    if isInOrder, count == values.count, values.capacity <= count + count / 4 {
      return Record(layout: layout, values: values)
    }
    var merged: [Value] = []
    merged.reserveCapacity(count)
    for slot in old.indices where codes[slot] < RecordLayout.slotLimit {
      merged.append(new[slot] == Self.unchanged ? base.values[Int(old[slot])] : values[Int(new[slot])])
    }
    return Record(layout: layout, values: merged)
  }

  /// The kind of a slot in the new record, from its codes in the base record and here.
  private func resultCode(old: UInt8, new: UInt8) -> UInt8 {
    if new == Self.unchanged { return max(old, RecordLayout.Kind.value.rawValue) }
    // A value that replaced another may be of another kind.
    return new > Self.unchanged
      ? new : isInOrder ? RecordLayout.Kind.value.rawValue : values[Int(new)].kind.rawValue
  }
}

/// An unowned view of a record's slots, valid during `Record.withSlots`.
public struct RecordSlots {
  @usableFromInline let slotCodes: UnsafeBufferPointer<UInt8>
  @usableFromInline let values: UnsafeBufferPointer<Value>

  @usableFromInline init(slotCodes: UnsafeBufferPointer<UInt8>, values: UnsafeBufferPointer<Value>) {
    self.slotCodes = slotCodes
    self.values = values
  }

  /// Whether the slot is null. False if it is absent.
  public func isNull(slot: Int) -> Bool {
    slotCodes[slot] == RecordLayout.Kind.null.rawValue
  }

  /// The value of the slot; nil if it is null or absent.
  @inlinable public subscript(slot: Int) -> Value? {
    let code = slotCodes[slot]
    return code < RecordLayout.slotLimit ? values[Int(code)] : Self.constant(forCode: code)
  }

  @usableFromInline @inline(never) static func constant(forCode code: UInt8) -> Value? {
    let kind = RecordLayout.kind(ofCode: code)
    return kind == .null || kind == .absent ? Optional.none : kind.constant
  }
}
