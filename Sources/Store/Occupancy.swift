import Synchronization

/// Which slots of a record hold a value, and where. Records that are alike in this share one: a slot that is null or
/// absent costs a record nothing, and most slots of most records are.
@usableFromInline final class Occupancy: Sendable {
  /// The place of a slot without a value.
  @usableFromInline static let absent = UInt8.max
  /// The place of a slot that is null.
  @usableFromInline static let null = UInt8.max - 1
  /// How many slots a schema may have.
  static let limit = Int(null) - 1

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

  /// What a slot may hold.
  enum Kind {
    case absent, null, value

    /// What stands for the place of a slot without a value.
    var mark: UInt8 { self == .null ? Occupancy.null : Occupancy.absent }
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
    places[..<slot].count { $0 < Self.null }
  }

  private func places(changing slot: Int, to kind: Kind) -> [UInt8] {
    var next: UInt8 = 0
    return places.indices.map { other in
      switch other == slot ? kind : Self.kind(places[other]) {
      case .value:
        defer { next += 1 }
        return next
      case let kind: return kind.mark
      }
    }
  }

  /// What a place says of its slot.
  static func kind(_ place: UInt8) -> Kind {
    place < null ? .value : place == null ? .null : .absent
  }
}
