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
