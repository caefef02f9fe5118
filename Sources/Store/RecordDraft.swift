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
