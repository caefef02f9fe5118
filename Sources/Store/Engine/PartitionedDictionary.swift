import JSON

/// A copy-on-write map from string to posting list, partitioned by a hash of the key into up to 256 dictionaries.
///
/// Copying the map is O(1). The first write to a partition after that copies the partition, which has a few hundred keys, and
/// not the map. A map can also be released one partition at a time. Lookup and insertion are O(1); only the two steps from 1
/// to 16 and from 16 to 256 partitions rehash every key.
struct PartitionedDictionary {
  private static let maximumPartitions = 256
  /// Factor by which the number of partitions grows.
  private static let growth = 16
  /// Average number of keys in a partition that causes the map to grow.
  private static let partitionCapacity = 512

  /// Empty for an empty map, else 1, 16 or 256 dictionaries.
  private var partitions: [[IndexKey: PostingList]] = []
  private(set) var count = 0

  /// The keys, unordered.
  var keys: [String] { partitions.flatMap { $0.keys.map(\.text) } }

  subscript(key: String) -> PostingList? {
    count == 0 ? nil : partitions[partition(of: key)][IndexKey(text: key)]
  }

  /// Changes the posting list of a key. `body` receives nil for a missing key and sets nil to remove the key.
  mutating func updateRows(under key: String, _ body: (inout PostingList?) -> Void) {
    if partitions.isEmpty { partitions = [[:]] }
    let number = partition(of: key)
    let before = partitions[number].count
    body(&partitions[number][IndexKey(text: key)])
    count += partitions[number].count - before
    if count > Self.partitionCapacity * partitions.count, partitions.count < Self.maximumPartitions { grow() }
  }

  /// Releases one partition. Returns false if none is left. The map must not be used otherwise after the first call.
  mutating func releasePart() -> Bool {
    partitions.popLast() != nil
  }

  private mutating func grow() {
    let old = partitions
    partitions = Array(repeating: [:], count: old.count * Self.growth)
    for (key, rows) in old.joined() { partitions[partition(of: key.text)][key] = rows }
  }

  /// Dictionary's own hash is seeded against collisions; keys that collide here only share a partition.
  private func partition(of key: String) -> Int {
    Int(truncatingIfNeeded: key.fingerprint >> 40) & (partitions.count - 1)
  }
}

/// A key of an index. Keys are equal if their bytes are: `String` also compares different normal forms as equal, which the
/// fingerprints and the columns of searches do not.
private struct IndexKey: Hashable {
  var text: String

  static func == (left: IndexKey, right: IndexKey) -> Bool {
    left.text.hasSameBytes(as: right.text)
  }

  /// Equal bytes have equal hashes of `String`.
  func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}
