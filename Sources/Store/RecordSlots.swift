/// The slots of a record, lent for a while.
public struct RecordSlots {
  private let places: UnsafeBufferPointer<UInt8>
  private let values: UnsafeBufferPointer<Value>

  @usableFromInline init(places: UnsafeBufferPointer<UInt8>, values: UnsafeBufferPointer<Value>) {
    self.places = places
    self.values = values
  }

  /// Whether the slot is null, which is not absent.
  public func isNull(_ slot: Int) -> Bool {
    places[slot] == Occupancy.null
  }

  /// What the slot holds; nil when it is null or absent.
  public subscript(slot: Int) -> Value? {
    let place = places[slot]
    guard place < Occupancy.null else { return Optional.none }
    return values[Int(place)]
  }
}
