/// The places of the names in a list. Handlers reach every field by its name, so this is asked more often than anything
/// else; it costs a fraction of a dictionary, which hashes against an adversary that there is not.
public struct NameTable: Sendable {
  private var names: [String?]
  private var places: [Int]
  private let mask: Int

  /// The first place counts when a name comes twice.
  public init(_ list: [String]) {
    var size = 4
    while size < list.count * 4 { size *= 2 }
    names = Array(repeating: nil, count: size)
    places = Array(repeating: 0, count: size)
    mask = size - 1
    for (place, name) in list.enumerated() { insert(name, place) }
  }

  /// The first place of a name in the list; nil when it is not there.
  public subscript(name: String) -> Int? {
    var spot = start(of: name)
    while let known = names[spot] {
      if known == name { return places[spot] }
      spot = (spot + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ name: String, _ place: Int) {
    guard self[name] == nil else { return }
    var spot = start(of: name)
    while names[spot] != nil { spot = (spot + 1) & mask }
    names[spot] = name
    places[spot] = place
  }

  private func start(of name: String) -> Int {
    Int(truncatingIfNeeded: name.fingerprint &>> 40) & mask
  }
}
