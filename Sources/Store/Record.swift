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

/// A record in the making: values for slots, one after the other in any order, on top of a record that is there.
public struct RecordDraft {
  /// In the place of a slot that keeps what it had.
  private static let kept = Occupancy.limit
  private let base: Record
  /// By slot, where its value stands in `values`, or that it has none.
  private var places = InlineArray<256, UInt8>(repeating: Self.kept)
  /// In the order in which they came.
  private var values: [Value] = []
  /// The slot of the last of them.
  private var last = -1
  /// Whether they came in the order of their slots.
  private var isInOrder = true

  public init(_ base: Record) {
    self.base = base
    values.reserveCapacity(base.schema.slots.count)
  }

  /// Puts a value into a slot. Of two for one slot the later counts.
  public mutating func set(_ slot: Int, _ value: consuming Value) {
    let kind = value.kind
    if places[slot] < Self.kept {
      values[Int(places[slot])] = value
      isInOrder = false
    } else if kind == .value {
      places[slot] = UInt8(truncatingIfNeeded: values.count)
      values.append(value)
      isInOrder = isInOrder && slot > last
      last = slot
    } else {
      places[slot] = kind.rawValue
    }
  }

  /// The record, in no more memory than it needs.
  public func finish() -> Record {
    let (had, given) = (base.occupancy.places, places.span)
    var results = InlineArray<256, UInt8>(repeating: Occupancy.Kind.absent.rawValue)
    var total = 0
    for slot in had.indices {
      let mark = mark(given[slot], had[slot])
      let hasValue = mark == Occupancy.Kind.value.rawValue
      results[slot] = hasValue ? UInt8(truncatingIfNeeded: total) : mark
      total += hasValue ? 1 : 0
    }
    let occupancy = base.schema.occupancy(results.span.extracting(first: had.count))
    // None was kept from the record below and none replaced: they are what it holds, as they stand.
    if isInOrder, total == values.count, values.capacity <= total + total / 4 { return Record(occupancy, values) }
    var all: [Value] = []
    all.reserveCapacity(total)
    for slot in had.indices where results[slot] < Occupancy.limit {
      all.append(given[slot] == Self.kept ? base.values[Int(had[slot])] : values[Int(given[slot])])
    }
    return Record(occupancy, all)
  }

  /// The mark of what a slot will hold, by its place here and what it had.
  private func mark(_ given: UInt8, _ had: UInt8) -> UInt8 {
    if given == Self.kept { return max(had, Occupancy.Kind.value.rawValue) }
    // One that took the place of another may be of another kind.
    return given > Self.kept ? given : isInOrder ? Occupancy.Kind.value.rawValue : values[Int(given)].kind.rawValue
  }
}

/// The slots of a record, lent for a while.
public struct RecordSlots {
  @usableFromInline let places: UnsafeBufferPointer<UInt8>
  @usableFromInline let values: UnsafeBufferPointer<Value>

  @usableFromInline init(places: UnsafeBufferPointer<UInt8>, values: UnsafeBufferPointer<Value>) {
    self.places = places
    self.values = values
  }

  /// Whether the slot is null, which is not absent.
  public func isNull(_ slot: Int) -> Bool {
    places[slot] == Occupancy.Kind.null.rawValue
  }

  /// What the slot holds; nil when it is null or absent.
  @inlinable public subscript(slot: Int) -> Value? {
    let place = places[slot]
    return place < Occupancy.limit ? values[Int(place)] : Self.constant(place)
  }

  @usableFromInline @inline(never) static func constant(_ place: UInt8) -> Value? {
    let kind = Occupancy.kind(place)
    return kind == .null || kind == .absent ? Optional.none : kind.constant
  }
}
