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
  private let occupancies = Mutex(OccupancyTable())

  /// A schema with these slots, at most 253 of them; a name that stands twice keeps its first place.
  public init(_ name: String, slots: [String]) {
    self.name = name
    self.slots = slots
    positions = NameTable(slots)
    idSlot = positions["id"]
    assert(slots.count <= Occupancy.limit, "\(name) has too many slots")
  }

  /// The one occupancy with these places, unless there are very many.
  func occupancy(_ places: Span<UInt8>) -> Occupancy {
    occupancies.withLock { $0.occupancy(of: self, places) }
  }

  /// Where the slot of this name is; nil when there is none.
  public func slot(_ name: String) -> Int? {
    positions[name]
  }

  /// Where the slot is whose name has these bytes; nil when there is none.
  public func slot(_ name: Span<UInt8>) -> Int? {
    positions.place(of: name)
  }
}
