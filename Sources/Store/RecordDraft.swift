/// A record in the making: values for slots, one after the other in any order, on top of a record that is there.
public struct RecordDraft {
  /// In the place of a slot that keeps what it had.
  private static let kept = UInt8(Occupancy.limit)
  private let base: Record
  /// By slot, where its value stands in `values`, or that it has none.
  private var places = InlineArray<256, UInt8>(repeating: Self.kept)
  /// In the order in which they came.
  private var values: [Value] = []

  public init(_ base: Record) {
    self.base = base
    values.reserveCapacity(base.schema.slots.count)
  }

  /// Puts a value into a slot. Of two for one slot the later counts.
  public mutating func set(_ slot: Int, _ value: consuming Value) {
    let kind = value.kind
    if places[slot] < Self.kept {
      values[Int(places[slot])] = value
    } else if kind == .value {
      places[slot] = UInt8(truncatingIfNeeded: values.count)
      values.append(value)
    } else {
      places[slot] = kind.mark
    }
  }

  /// The record, in no more memory than it needs.
  public func finish() -> Record {
    let (had, given) = (base.occupancy.places, places.span)
    var results = InlineArray<256, UInt8>(repeating: Occupancy.absent)
    var total = 0
    for slot in had.indices {
      let kind = kind(given[slot], had[slot])
      results[slot] = kind == .value ? UInt8(truncatingIfNeeded: total) : kind.mark
      total += kind == .value ? 1 : 0
    }
    var all: [Value] = []
    all.reserveCapacity(total)
    for slot in had.indices where results[slot] < Occupancy.null {
      all.append(given[slot] == Self.kept ? base.values[Int(had[slot])] : values[Int(given[slot])])
    }
    return Record(base.schema.occupancy(results.span.extracting(first: had.count)), all)
  }

  /// What a slot will hold, by its place here and what it had.
  private func kind(_ given: UInt8, _ had: UInt8) -> Occupancy.Kind {
    if given == Self.kept { return Occupancy.kind(had) }
    return given < Self.kept ? values[Int(given)].kind : Occupancy.kind(given)
  }
}
