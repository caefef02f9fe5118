/// The slots of one kind of record, in order.
public final class Schema: Sendable {
  /// As the published schemas name it: `contact`.
  public let name: String
  /// The names of the slots.
  public let slots: [String]
  /// The slot that holds the id.
  public let idSlot: Int?
  private let positions: NameTable

  /// A schema with these slots; a name that stands twice keeps its first place.
  public init(_ name: String, slots: [String]) {
    self.name = name
    self.slots = slots
    idSlot = slots.firstIndex(of: "id")
    positions = NameTable(slots)
  }

  /// Where the slot of this name is; nil when there is none.
  public func slot(_ name: String) -> Int? {
    positions[name]
  }
}
