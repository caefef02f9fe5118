import Synchronization

/// The slots of one kind of record, in order.
public final class Schema: Sendable {
  /// As the published schemas name it: `contact`.
  public let name: String
  /// The names of the slots.
  public let slots: [String]
  /// The slot that holds the id.
  public let idSlot: Int?
  /// The names once more, to be found by.
  public let names: NameTable
  private let occupancies = Mutex(OccupancyTable())

  /// A schema with these slots, at most 249 of them; a name that stands twice keeps its first place.
  public init(_ name: String, slots: [String]) {
    self.name = name
    self.slots = slots
    names = NameTable(slots)
    idSlot = names["id"]
    assert(slots.count <= Occupancy.limit, "\(name) has too many slots")
  }

  /// The one occupancy with these places, unless there are very many.
  func occupancy(_ places: Span<UInt8>) -> Occupancy {
    occupancies.withLock { $0.occupancy(of: self, places) }
  }

  /// Where the slot of this name is; nil when there is none.
  public func slot(_ name: String) -> Int? {
    names[name]
  }
}
