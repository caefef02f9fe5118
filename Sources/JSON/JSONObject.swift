/// The members of a JSON object: an ordered map with unique keys.
///
/// Lookup is a linear scan in objects of up to 64 members and O(1) in larger ones.
public struct JSONObject: Sendable {
  /// A key and its value.
  public typealias Element = (key: String, value: JSON)

  /// Largest number of members without a hash index.
  static let unhashedCount = 64

  @usableFromInline var members: [Element]

  /// Hash index from key to position; nil for objects of up to `unhashedCount` members.
  private var positions: [BytewiseKey: Int]?

  /// Creates an empty object.
  public init() { members = [] }

  /// Creates an object of these members. The last value of a duplicate key is used, at the position of the first.
  public init(_ members: [(key: String, value: JSON)]) {
    self.init()
    reserveCapacity(members.count)
    for (key, value) in members { self[key] = value }
  }

  /// Creates an object of members with unique keys, without checking.
  init(distinct members: [Element], positions: [BytewiseKey: Int]?) {
    self.members = members
    self.positions = positions
  }

  /// Reserves space for `count` members in total.
  public mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

  /// The value of the member with this key; nil if the key is missing.
  ///
  /// Setting a value replaces it in place or appends a new member; setting nil removes the member. Use `.null` to set `null`.
  public subscript(key: String) -> JSON? {
    get { position(of: key).map { members[$0].value } }
    set {
      guard let value = newValue else { return _ = removeValue(forKey: key) }
      guard let position = position(of: key) else { return append(key: key, value: value) }
      members[position].value = value
    }
  }

  /// Appends a member. The caller guarantees that the key is not present; a duplicate would be written twice.
  public mutating func append(key: String, value: JSON) {
    members.append((key: key, value: value))
    if positions != nil {
      positions?[BytewiseKey(key)] = members.count - 1
    } else if members.count > Self.unhashedCount {
      hash()
    }
  }

  /// Removes the member with this key. Returns its value, or nil if the key is missing. O(n).
  @discardableResult
  public mutating func removeValue(forKey key: String) -> JSON? {
    guard let position = position(of: key) else { return nil }
    let value = members.remove(at: position).value
    rehash()
    return value
  }

  /// Removes all members that satisfy the predicate, in O(n).
  public mutating func removeAll(where isUnwanted: (Element) throws -> Bool) rethrows {
    try members.removeAll(where: isUnwanted)
    rehash()
  }

  /// Whether a member with this key is present; its value may be `null`.
  public func contains(key: String) -> Bool { position(of: key) != nil }

  /// The keys, in order.
  public var keys: [String] { members.map(\.key) }

  private func position(of key: String) -> Int? {
    if let positions { return positions[BytewiseKey(key)] }
    return members.firstIndex { $0.key.hasSameBytes(as: key) }
  }

  private mutating func rehash() {
    positions = nil
    if members.count > Self.unhashedCount { hash() }
  }

  private mutating func hash() {
    var positions = [BytewiseKey: Int](minimumCapacity: members.count * 2)
    for (position, member) in members.enumerated() { positions[BytewiseKey(member.key)] = position }
    self.positions = positions
  }
}

extension JSONObject: Equatable {
  /// Whether both have the same members in the same order. `JSON.isEquivalent(to:)` ignores the order.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    guard one.hasSameKeys(as: other) else { return false }
    for index in one.indices where one.members[index].value != other.members[index].value { return false }
    return true
  }

  private func hasSameKeys(as other: JSONObject) -> Bool {
    guard count == other.count else { return false }
    for index in indices where !members[index].key.hasSameBytes(as: other.members[index].key) { return false }
    return true
  }
}

extension JSONObject: RandomAccessCollection {
  /// Always 0.
  @inlinable public var startIndex: Int { 0 }

  /// The number of members.
  @inlinable public var endIndex: Int { members.count }

  /// The member at a position below `count`.
  @inlinable public subscript(position: Int) -> (key: String, value: JSON) { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object with the members in order. The last value of a duplicate key is used.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self.init(members.map { (key: $0.0, value: $0.1) })
  }
}

/// A string that is hashed and compared by its UTF-8 bytes.
struct BytewiseKey: Hashable, Sendable {
  let string: String

  init(_ text: String) { self.string = text }

  static func == (one: BytewiseKey, other: BytewiseKey) -> Bool { one.string.hasSameBytes(as: other.string) }

  func hash(into hasher: inout Hasher) {
    string.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
