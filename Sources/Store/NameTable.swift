/// The places of the names in a list. Handlers reach every field by its name, so this is asked more often than anything
/// else; it costs a fraction of a dictionary, which hashes against an adversary that there is not.
public struct NameTable: Sendable {
  /// The names one after the other, in UTF-8.
  public let bytes: [UInt8]
  /// By spot, the place of a name and one more, 0 where there is none; then, by place, where each name starts, and where
  /// the last one ends.
  private var numbers: [UInt32] = []
  private let count: Int
  /// How many spots there are, less one.
  private let mask: Int

  /// The first place counts when a name comes twice.
  public init(_ list: [String]) {
    var size = 4
    while size < list.count * 4 { size *= 2 }
    (count, mask) = (list.count, size - 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(list.reduce(0) { $0 + $1.utf8.count })
    // One by one, which is specialized; made of a repeated value it would not be, and there are hundreds of these.
    numbers.reserveCapacity(size + list.count + 1)
    for _ in 0..<size { numbers.append(0) }
    numbers.append(0)
    for name in list {
      name.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
      numbers.append(UInt32(bytes.count))
    }
    self.bytes = bytes
    for place in list.indices { insert(place) }
  }

  /// The first place of a name in the list; nil when it is not there.
  public subscript(name: String) -> Int? {
    name.utf8.withContiguousStorageIfAvailable { place(of: $0.span) } ?? nil
  }

  /// The first place of a name that is given by its bytes, which are UTF-8.
  public func place(of name: Span<UInt8>) -> Int? {
    let place = numbers[spot(of: name)]
    return place == 0 ? nil : Int(place) - 1
  }

  /// Where in `bytes` the name of a place is; nowhere when there is no such place.
  public func range(of place: Int) -> Range<Int> {
    place < count ? Int(numbers[mask + 1 + place])..<Int(numbers[mask + 2 + place]) : 0..<0
  }

  private mutating func insert(_ place: Int) {
    let spot = spot(of: bytes.span.extracting(range(of: place)))
    if numbers[spot] == 0 { numbers[spot] = UInt32(place + 1) }
  }

  /// The spot of a name, or the empty one where it would be.
  private func spot(of name: Span<UInt8>) -> Int {
    var spot = Int(truncatingIfNeeded: name.fingerprint &>> 40) & mask
    while numbers[spot] != 0, !name.isSame(as: bytes.span.extracting(range(of: Int(numbers[spot]) - 1))) {
      spot = (spot + 1) & mask
    }
    return spot
  }
}
