import Synchronization

/// Which slots of a record hold a value, and where. Records that are alike in this share one: a slot that is null, absent,
/// a truth value or empty costs a record nothing, and most slots of most records are.
@usableFromInline final class Occupancy: Sendable {
  /// How many slots a schema may have; places are below it.
  @usableFromInline static let limit: UInt8 = 249

  let schema: Schema
  /// By slot, where its value stands among the record's values, or that there is none.
  @usableFromInline let places: [UInt8]
  /// What one changed slot leads to, as far as it is known.
  private let successors = Mutex<[Successor]>([])
  private static let successorLimit = 32

  private struct Successor {
    let slot: Int
    let kind: Kind
    let occupancy: Occupancy
  }

  /// What a slot may hold, by what stands for its place when that is all there is to say.
  enum Kind: UInt8 {
    case value = 249
    case emptyArray, emptyObject, no, yes, null, absent

    /// What a slot holds that needs no place.
    var constant: Value {
      switch self {
      case .emptyArray: .json(.array([]))
      case .emptyObject: .json(.object([:]))
      case .no: .json(.boolean(false))
      case .yes: .json(.boolean(true))
      case .null: .json(.null)
      case .absent, .value: .absent
      }
    }
  }

  init(_ schema: Schema, places: [UInt8]) {
    self.schema = schema
    self.places = places
  }

  /// Whether its places are these.
  func has(_ others: Span<UInt8>) -> Bool {
    let mine = places
    return others.isSame(as: mine.span)
  }

  /// The same but for one slot.
  func changing(_ slot: Int, to kind: Kind) -> Occupancy {
    if let known = successors.withLock({ $0.first { $0.slot == slot && $0.kind == kind }?.occupancy }) { return known }
    let occupancy = schema.occupancy(places(changing: slot, to: kind).span)
    successors.withLock {
      if $0.count < Self.successorLimit { $0.append(Successor(slot: slot, kind: kind, occupancy: occupancy)) }
    }
    return occupancy
  }

  /// Where a value of a slot that has none belongs: values stand in the order of their slots.
  func place(ofNew slot: Int) -> Int {
    places[..<slot].count { $0 < Self.limit }
  }

  private func places(changing slot: Int, to kind: Kind) -> [UInt8] {
    var next: UInt8 = 0
    return places.indices.map { other in
      switch other == slot ? kind : Self.kind(places[other]) {
      case .value:
        defer { next += 1 }
        return next
      case let kind: return kind.rawValue
      }
    }
  }

  /// What a place says of its slot.
  static func kind(_ place: UInt8) -> Kind {
    place < limit ? .value : Kind(rawValue: place) ?? .absent
  }
}

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
