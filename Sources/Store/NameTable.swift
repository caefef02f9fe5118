import JSON

/// An immutable map from the names in a list to their positions: a hash table with open addressing and linear probing.
///
/// Handlers access every field of a record by name. A lookup takes 15 ns, in a `Dictionary` 35 ns (`make bench-engine
/// ARGS=names`): the hash function needs no seed, because the names are constants of the program. A lookup of UTF-8 bytes
/// needs no `String`.
public struct NameTable: Sendable {
  /// The concatenated names in UTF-8.
  public let bytes: [UInt8]
  /// For each bucket, the position of its name plus 1, or 0 if it is empty; then, for each position, the start of its name
  /// in `bytes`; then the end of the last name.
  @usableFromInline private(set) var storage: [UInt32] = []
  @usableFromInline let count: Int
  /// Number of buckets, a power of two, minus 1.
  @usableFromInline let mask: Int

  /// Creates a table. A duplicate name has the position of its first occurrence.
  public init(_ names: [String]) {
    var size = 4
    while size < names.count * 4 { size *= 2 }
    (count, mask) = (names.count, size - 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(names.reduce(0) { $0 + $1.utf8.count })
    storage.reserveCapacity(size + names.count + 1)
    for _ in 0...size { storage.append(0) }
    for name in names {
      name.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
      storage.append(UInt32(bytes.count))
    }
    self.bytes = bytes
    for position in names.indices { insert(nameAt: position) }
  }

  /// The position of a name; nil if it is not in the list.
  public subscript(name: String) -> Int? {
    name.utf8.withContiguousStorageIfAvailable { index(of: $0.span) } ?? nil
  }

  /// The position of a name in UTF-8; nil if it is not in the list.
  public func index(of name: Span<UInt8>) -> Int? {
    let position = storage[bucket(of: name)]
    return position == 0 ? nil : Int(position) - 1
  }

  /// The range in `bytes` of the name at a position; empty if the position is out of range.
  @inlinable public func range(of position: Int) -> Range<Int> {
    position < count ? Int(storage[mask + 1 + position])..<Int(storage[mask + 2 + position]) : 0..<0
  }

  private mutating func insert(nameAt position: Int) {
    let bucket = bucket(of: bytes.span.extracting(range(of: position)))
    if storage[bucket] == 0 { storage[bucket] = UInt32(position + 1) }
  }

  /// The bucket of a name, or the empty bucket at which its probe sequence ends.
  private func bucket(of name: Span<UInt8>) -> Int {
    var bucket = Int(truncatingIfNeeded: name.fingerprint &>> 40) & mask
    while storage[bucket] != 0, !name.hasSameBytes(as: bytes.span.extracting(range(of: Int(storage[bucket]) - 1))) {
      bucket = (bucket + 1) & mask
    }
    return bucket
  }
}
