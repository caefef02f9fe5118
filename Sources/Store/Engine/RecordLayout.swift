import Synchronization

/// Which slots of a record hold a value, and where. Records that are alike in this share one: a slot that is null, absent,
/// a truth value or empty costs a record nothing, and most slots of most records are.
@usableFromInline final class RecordLayout: Sendable {
  /// How many slots a schema may have; places are below it.
  @usableFromInline static let slotLimit: UInt8 = 249

  let schema: Schema
  /// By slot, where its value stands among the record's values, or that there is none.
  @usableFromInline let slotCodes: [UInt8]
  /// What one changed slot leads to, as far as it is known.
  private let transitions = Mutex<[Transition]>([])
  private static let transitionLimit = 32

  private struct Transition {
    let slot: Int
    let kind: Kind
    let layout: RecordLayout
  }

  /// What a slot may hold, by what stands for its place when that is all there is to say.
  enum Kind: UInt8 {
    case value = 249
    case emptyArray, emptyObject, booleanFalse, booleanTrue, null, absent

    /// What a slot holds that needs no place.
    var constant: Value {
      switch self {
      case .emptyArray: .json(.array([]))
      case .emptyObject: .json(.object([:]))
      case .booleanFalse: .json(.boolean(false))
      case .booleanTrue: .json(.boolean(true))
      case .null: .json(.null)
      case .absent, .value: .absent
      }
    }
  }

  init(schema: Schema, slotCodes: [UInt8]) {
    self.schema = schema
    self.slotCodes = slotCodes
  }

  /// Whether its places are these.
  func matches(slotCodes others: Span<UInt8>) -> Bool {
    let mine = slotCodes
    return others.isSame(as: mine.span)
  }

  /// The same but for one slot.
  func changing(slot: Int, to kind: Kind) -> RecordLayout {
    if let known = transitions.withLock({ $0.first { $0.slot == slot && $0.kind == kind }?.layout }) { return known }
    let occupancy = schema.layout(slotCodes: slotCodes(changing: slot, to: kind).span)
    transitions.withLock {
      if $0.count < Self.transitionLimit { $0.append(Transition(slot: slot, kind: kind, layout: occupancy)) }
    }
    return occupancy
  }

  /// Where a value of a slot that has none belongs: values stand in the order of their slots.
  func insertionIndex(forSlot slot: Int) -> Int {
    slotCodes[..<slot].count { $0 < Self.slotLimit }
  }

  private func slotCodes(changing slot: Int, to kind: Kind) -> [UInt8] {
    var next: UInt8 = 0
    return slotCodes.indices.map { other in
      switch other == slot ? kind : Self.kind(ofCode: slotCodes[other]) {
      case .value:
        defer { next += 1 }
        return next
      case let kind: return kind.rawValue
      }
    }
  }

  /// What a place says of its slot.
  static func kind(ofCode place: UInt8) -> Kind {
    place < slotLimit ? .value : Kind(rawValue: place) ?? .absent
  }
}

/// The occupancies of one schema, by their places.
struct RecordLayoutTable {
  /// Beyond so many, further ones are not kept.
  private static let limit = 4096
  private var buckets: [RecordLayout?] = []
  private var count = 0
  private var lastUsed: RecordLayout?

  /// The one with these places, made now if there is none.
  mutating func layout(of schema: Schema, slotCodes places: Span<UInt8>) -> RecordLayout {
    // Records that are made one after the other are mostly alike.
    if let lastUsed, lastUsed.matches(slotCodes: places) { return lastUsed }
    if count * 2 >= buckets.count, count < Self.limit { grow() }
    var spot = firstBucket(for: places)
    while let known = buckets[spot] {
      if known.matches(slotCodes: places) {
        lastUsed = known
        return known
      }
      spot = (spot + 1) & (buckets.count - 1)
    }
    let occupancy = RecordLayout(schema: schema, slotCodes: places.indices.map { places[$0] })
    lastUsed = occupancy
    guard count < Self.limit else { return occupancy }
    buckets[spot] = occupancy
    count += 1
    return occupancy
  }

  private mutating func grow() {
    let old = buckets
    let size = max(4, old.count * 2)
    buckets = []
    buckets.reserveCapacity(size)
    for _ in 0..<size { buckets.append(nil) }
    for case let occupancy? in old {
      let places = occupancy.slotCodes
      var spot = firstBucket(for: places.span)
      while buckets[spot] != nil { spot = (spot + 1) & (buckets.count - 1) }
      buckets[spot] = occupancy
    }
  }

  private func firstBucket(for places: Span<UInt8>) -> Int {
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
    return Int(truncatingIfNeeded: mixed &>> 32) & (buckets.count - 1)
  }
}
