/// The occupancies of one schema, by their places.
struct OccupancyTable {
  /// Beyond so many, further ones are not kept.
  private static let limit = 4096
  private var spots: [Occupancy?] = []
  private var count = 0
  private var recent: Occupancy?

  /// The one with these places, made now if there is none.
  mutating func occupancy(of schema: Schema, _ places: Span<UInt8>) -> Occupancy {
    // Records that are made one after the other are mostly alike.
    if let recent, recent.has(places) { return recent }
    if count * 2 >= spots.count, count < Self.limit { grow() }
    var spot = spot(places)
    while let known = spots[spot] {
      if known.has(places) {
        recent = known
        return known
      }
      spot = (spot + 1) & (spots.count - 1)
    }
    let occupancy = Occupancy(schema, places: places.indices.map { places[$0] })
    recent = occupancy
    guard count < Self.limit else { return occupancy }
    spots[spot] = occupancy
    count += 1
    return occupancy
  }

  private mutating func grow() {
    let old = spots
    let size = max(4, old.count * 2)
    spots = []
    spots.reserveCapacity(size)
    for _ in 0..<size { spots.append(nil) }
    for case let occupancy? in old {
      let places = occupancy.places
      var spot = spot(places.span)
      while spots[spot] != nil { spot = (spot + 1) & (spots.count - 1) }
      spots[spot] = occupancy
    }
  }

  private func spot(_ places: Span<UInt8>) -> Int {
    var mixed: UInt64 = 0
    var index = 0
    while index + 8 <= places.count {
      mixed ^= places.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      mixed = (mixed ^ mixed &>> 29) &* 0x9E37_79B9_7F4A_7C15
      index += 8
    }
    while index < places.count {
      mixed = (mixed ^ UInt64(places[index])) &* 0x9E37_79B9_7F4A_7C15
      index += 1
    }
    return Int(truncatingIfNeeded: mixed &>> 32) & (spots.count - 1)
  }
}
