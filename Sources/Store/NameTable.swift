/// The places of the names in a list. Handlers reach every field by its name, so this is asked more often than anything
/// else; it costs a fraction of a dictionary, which hashes against an adversary that there is not.
public struct NameTable: Sendable {
  private let names: [String]
  /// By spot, the place of a name and one more; 0 where there is none.
  private var places: [UInt32]
  private let mask: Int

  /// The first place counts when a name comes twice.
  public init(_ list: [String]) {
    var size = 4
    while size < list.count * 4 { size *= 2 }
    names = list
    places = Array(repeating: 0, count: size)
    mask = size - 1
    for place in list.indices { insert(place) }
  }

  /// The first place of a name in the list; nil when it is not there.
  public subscript(name: String) -> Int? {
    var spot = self.spot(name.fingerprint)
    while places[spot] != 0 {
      let place = Int(places[spot]) - 1
      if names[place] == name { return place }
      spot = (spot + 1) & mask
    }
    return nil
  }

  /// The first place of a name that is given by its bytes, which are UTF-8.
  public func place(of name: Span<UInt8>) -> Int? {
    var spot = self.spot(name.fingerprint)
    while places[spot] != 0 {
      let place = Int(places[spot]) - 1
      if name.isSame(as: names[place]) { return place }
      spot = (spot + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ place: Int) {
    var spot = self.spot(names[place].fingerprint)
    while places[spot] != 0 {
      if names[Int(places[spot]) - 1] == names[place] { return }
      spot = (spot + 1) & mask
    }
    places[spot] = UInt32(place + 1)
  }

  private func spot(_ fingerprint: UInt64) -> Int {
    Int(truncatingIfNeeded: fingerprint &>> 40) & mask
  }
}
