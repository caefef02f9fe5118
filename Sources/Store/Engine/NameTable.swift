/// The places of the names in a list. Handlers reach every field by its name, so this is asked more often than anything
/// else; it costs a fraction of a dictionary, which hashes against an adversary that there is not.
public struct NameTable: Sendable {
  /// The names one after the other, in UTF-8.
  public let bytes: [UInt8]
  /// By spot, the place of a name and one more, 0 where there is none; then, by place, where each name starts, and where
  /// the last one ends.
  @usableFromInline private(set) var storage: [UInt32] = []
  @usableFromInline let count: Int
  /// How many spots there are, less one.
  @usableFromInline let mask: Int

  /// The first place counts when a name comes twice.
  public init(_ list: [String]) {
    var size = 4
    while size < list.count * 4 { size *= 2 }
    (count, mask) = (list.count, size - 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(list.reduce(0) { $0 + $1.utf8.count })
    // One by one, which is specialized; made of a repeated value it would not be, and there are hundreds of these.
    storage.reserveCapacity(size + list.count + 1)
    for _ in 0..<size { storage.append(0) }
    storage.append(0)
    for name in list {
      name.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
      storage.append(UInt32(bytes.count))
    }
    self.bytes = bytes
    for place in list.indices { insert(nameAt: place) }
  }

  /// The first place of a name in the list; nil when it is not there.
  public subscript(name: String) -> Int? {
    name.utf8.withContiguousStorageIfAvailable { index(of: $0.span) } ?? nil
  }

  /// The first place of a name that is given by its bytes, which are UTF-8.
  public func index(of name: Span<UInt8>) -> Int? {
    let place = storage[bucket(of: name)]
    return place == 0 ? nil : Int(place) - 1
  }

  /// Where in `bytes` the name of a place is; nowhere when there is no such place.
  @inlinable public func range(of place: Int) -> Range<Int> {
    place < count ? Int(storage[mask + 1 + place])..<Int(storage[mask + 2 + place]) : 0..<0
  }

  private mutating func insert(nameAt place: Int) {
    let spot = bucket(of: bytes.span.extracting(range(of: place)))
    if storage[spot] == 0 { storage[spot] = UInt32(place + 1) }
  }

  /// The spot of a name, or the empty one where it would be.
  private func bucket(of name: Span<UInt8>) -> Int {
    var spot = Int(truncatingIfNeeded: name.fingerprint &>> 40) & mask
    while storage[spot] != 0, !name.isSame(as: bytes.span.extracting(range(of: Int(storage[spot]) - 1))) {
      spot = (spot + 1) & mask
    }
    return spot
  }
}

/// Numbers by schema. Every rendered node and every use of a collection looks something up by schema, and hashing a
/// reference the ordinary way costs more than what is found; this goes by its address.
public struct SchemaTable: Sendable {
  private var keys: [Schema?]
  private var numbers: [Int]
  private let mask: Int

  /// The place of each schema in a list; the first counts when one comes twice.
  public init(schemas: [Schema]) {
    var size = 16
    while size < schemas.count * 4 { size *= 2 }
    keys = Array(repeating: nil, count: size)
    numbers = Array(repeating: 0, count: size)
    mask = size - 1
    for (number, schema) in schemas.enumerated() { insert(schema, index: number) }
  }

  public subscript(schema: Schema) -> Int? {
    var place = self.bucket(of: schema)
    while let key = keys[place] {
      if key === schema { return numbers[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ schema: Schema, index number: Int) {
    guard self[schema] == nil else { return }
    var place = self.bucket(of: schema)
    while keys[place] != nil { place = (place + 1) & mask }
    keys[place] = schema
    numbers[place] = number
  }

  private func bucket(of schema: Schema) -> Int {
    let address = Int(bitPattern: Unmanaged.passUnretained(schema).toOpaque())
    return (address >> 4 ^ address >> 12) & mask
  }
}

extension Span<UInt8> {
  /// The `fingerprint` of the text that these bytes are.
  var fingerprint: UInt64 {
    var tail: UInt64 = 0
    if count >= 8 {
      tail = bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      tail ^= UInt64(truncatingIfNeeded: count) &<< 56
    } else {
      for index in indices { tail = tail &<< 8 | UInt64(self[index]) }
    }
    return tail &* 0x9E37_79B9_7F4A_7C15
  }

  /// Whether these are the same bytes as others.
  func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard count >= 8 else { return isSameShort(as: other) }
    var index = 0
    while index < count - 8 {
      guard word(at: index) == other.word(at: index) else { return false }
      index += 8
    }
    // The last eight, some of which may have been compared already.
    return word(at: count - 8) == other.word(at: count - 8)
  }

  private func isSameShort(as other: Span<UInt8>) -> Bool {
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  private func word(at index: Int) -> UInt64 {
    bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
  }
}

extension String {
  /// A cheap mark of a short text, from its length and its last eight bytes: ids and field names differ there. Its high
  /// bits are the well mixed ones. A tenth of the price of `hashValue`, and without its defence against chosen keys: only
  /// for texts of ours, or where a wrong guess costs time and not truth.
  var fingerprint: UInt64 {
    utf8.withContiguousStorageIfAvailable { $0.span.fingerprint } ?? 0
  }
}
