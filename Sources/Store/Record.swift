import JSON

/// A row: a value for each slot of its schema that has one. A copy costs nothing until it is changed.
public struct Record: Sendable, Equatable {
  @usableFromInline var layout: RecordLayout
  /// The values there are, in the order of their slots.
  @usableFromInline var values: [Value]

  /// A record whose slots are all absent.
  public init(schema: Schema) {
    self.init(schema: schema, values: Array(repeating: .absent, count: schema.slots.count))
  }

  /// A record of a value for each slot.
  public init(schema: Schema, values all: [Value]) {
    var places = InlineArray<256, UInt8>(repeating: RecordLayout.Kind.absent.rawValue)
    values = []
    values.reserveCapacity(all.count { $0.kind == .value })
    for (slot, value) in all.enumerated() {
      let kind = value.kind
      places[slot] = kind == .value ? UInt8(truncatingIfNeeded: values.count) : kind.rawValue
      if kind == .value { values.append(value) }
    }
    layout = schema.layout(slotCodes: places.span.extracting(first: all.count))
  }

  init(layout occupancy: RecordLayout, values: [Value]) {
    self.layout = occupancy
    self.values = values
  }

  public var schema: Schema { layout.schema }

  /// The value in the slot of this name. A name that the schema lacks reads as absent; writing it is a defect.
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

  /// The value in this slot; slots count from 0 in the schema's order.
  public subscript(slot slot: Int) -> Value {
    get {
      let place = layout.slotCodes[slot]
      return place < RecordLayout.slotLimit ? values[Int(place)] : RecordLayout.kind(ofCode: place).constant
    }
    set {
      let place = layout.slotCodes[slot]
      switch (place < RecordLayout.slotLimit, newValue.kind) {
      case (true, .value): values[Int(place)] = newValue
      case (true, let kind):
        values.remove(at: Int(place))
        layout = layout.changing(slot: slot, to: kind)
      case (false, .value):
        values.insert(newValue, at: layout.insertionIndex(forSlot: slot))
        layout = layout.changing(slot: slot, to: .value)
      case (false, let kind) where kind != RecordLayout.kind(ofCode: place):
        layout = layout.changing(slot: slot, to: kind)
      case (false, _): break
      }
    }
  }

  /// Puts values into slots, all in one go: one by one, each may move those behind it. Of two for one slot the later counts.
  public mutating func set(_ changes: [(slot: Int, value: Value)]) {
    var draft = RecordBuilder(base: self)
    for change in changes { draft.set(slot: change.slot, to: change.value) }
    self = draft.build()
  }

  /// The same by names. One that the schema lacks is a defect.
  public mutating func set(_ changes: KeyValuePairs<String, Value>) {
    var slots: [(slot: Int, value: Value)] = []
    slots.reserveCapacity(changes.count)
    for (name, value) in changes {
      guard let slot = schema.slot(named: name) else { return assertionFailure("\(schema.name) has no field \(name)") }
      slots.append((slot, value))
    }
    set(slots)
  }

  /// Lends what there is, to be looked up by slot.
  @inlinable public func withSlots<Result>(_ body: (RecordSlots) throws -> Result) rethrows -> Result {
    try layout.slotCodes.withUnsafeBufferPointer { places in
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

/// A record in the making: values for slots, one after the other in any order, on top of a record that is there.
public struct RecordBuilder {
  /// In the place of a slot that keeps what it had.
  private static let unchanged = RecordLayout.slotLimit
  private let base: Record
  /// By slot, where its value stands in `values`, or that it has none.
  private var slotCodes = InlineArray<256, UInt8>(repeating: Self.unchanged)
  /// In the order in which they came.
  private var values: [Value] = []
  /// The slot of the last of them.
  private var lastSlot = -1
  /// Whether they came in the order of their slots.
  private var isInOrder = true

  public init(base: Record) {
    self.base = base
    values.reserveCapacity(base.schema.slots.count)
  }

  /// Puts a value into a slot. Of two for one slot the later counts.
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

  /// The record, in no more memory than it needs.
  public func build() -> Record {
    let (had, given) = (base.layout.slotCodes, slotCodes.span)
    var results = InlineArray<256, UInt8>(repeating: RecordLayout.Kind.absent.rawValue)
    var total = 0
    for slot in had.indices {
      let mark = code(given: given[slot], had: had[slot])
      let hasValue = mark == RecordLayout.Kind.value.rawValue
      results[slot] = hasValue ? UInt8(truncatingIfNeeded: total) : mark
      total += hasValue ? 1 : 0
    }
    let occupancy = base.schema.layout(slotCodes: results.span.extracting(first: had.count))
    // None was kept from the record below and none replaced: they are what it holds, as they stand.
    if isInOrder, total == values.count, values.capacity <= total + total / 4 {
      return Record(layout: occupancy, values: values)
    }
    var all: [Value] = []
    all.reserveCapacity(total)
    for slot in had.indices where results[slot] < RecordLayout.slotLimit {
      all.append(given[slot] == Self.unchanged ? base.values[Int(had[slot])] : values[Int(given[slot])])
    }
    return Record(layout: occupancy, values: all)
  }

  /// The mark of what a slot will hold, by its place here and what it had.
  private func code(given: UInt8, had: UInt8) -> UInt8 {
    if given == Self.unchanged { return max(had, RecordLayout.Kind.value.rawValue) }
    // One that took the place of another may be of another kind.
    return given > Self.unchanged
      ? given : isInOrder ? RecordLayout.Kind.value.rawValue : values[Int(given)].kind.rawValue
  }
}

/// The slots of a record, lent for a while.
public struct RecordSlots {
  @usableFromInline let slotCodes: UnsafeBufferPointer<UInt8>
  @usableFromInline let values: UnsafeBufferPointer<Value>

  @usableFromInline init(places: UnsafeBufferPointer<UInt8>, values: UnsafeBufferPointer<Value>) {
    self.slotCodes = places
    self.values = values
  }

  /// Whether the slot is null, which is not absent.
  public func isNull(slot: Int) -> Bool {
    slotCodes[slot] == RecordLayout.Kind.null.rawValue
  }

  /// What the slot holds; nil when it is null or absent.
  @inlinable public subscript(slot: Int) -> Value? {
    let place = slotCodes[slot]
    return place < RecordLayout.slotLimit ? values[Int(place)] : Self.constant(forCode: place)
  }

  @usableFromInline @inline(never) static func constant(forCode place: UInt8) -> Value? {
    let kind = RecordLayout.kind(ofCode: place)
    return kind == .null || kind == .absent ? Optional.none : kind.constant
  }
}
