import Synchronization

/// The slots of one kind of record, in order.
public final class Schema: Sendable {
  /// As the published schemas name it: `contact`.
  public let name: String
  /// The names of the slots.
  public let slots: [String]
  /// The slot that holds the id.
  public let idSlot: Int?
  private let positions: NameTable
  /// By their places.
  private let occupancies = Mutex(Occupancies())
  private static let occupancyLimit = 4096

  private struct Occupancies {
    var all: [[UInt8]: Occupancy] = [:]
    var recent: Occupancy?
  }

  /// A schema with these slots, at most 253 of them; a name that stands twice keeps its first place.
  public init(_ name: String, slots: [String]) {
    self.name = name
    self.slots = slots
    idSlot = slots.firstIndex(of: "id")
    positions = NameTable(slots)
    assert(slots.count <= Occupancy.limit, "\(name) has too many slots")
  }

  /// The one occupancy with these places, unless there are very many.
  func occupancy(_ places: [UInt8]) -> Occupancy {
    occupancies.withLock { known in
      // Records that are made one after the other are mostly alike.
      if let recent = known.recent, recent.places == places { return recent }
      let occupancy = known.all[places] ?? Occupancy(self, places: places)
      if known.all.count < Self.occupancyLimit { known.all[places] = occupancy }
      known.recent = occupancy
      return occupancy
    }
  }

  /// Where the slot of this name is; nil when there is none.
  public func slot(_ name: String) -> Int? {
    positions[name]
  }
}
