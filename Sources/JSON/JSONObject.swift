/// The members of a JSON object, in order, each key once.
public struct JSONObject: Sendable {
  /// A key and its value.
  public typealias Element = (key: String, value: JSON)

  /// As long as an object has no more members than this, reading them one after the other beats hashing.
  static let unhashedCount = 64

  @usableFromInline var members: [Element]

  /// Where each key stands, once there are many.
  private var positions: [BytewiseKey: Int]?

  /// An object without members.
  public init() { members = [] }

  /// An object of these members; of a repeated key the last value counts, in the place of the first.
  public init(_ members: [(key: String, value: JSON)]) {
    self.init()
    reserveCapacity(members.count)
    for (key, value) in members { self[key] = value }
  }

  /// An object of members whose keys are known to differ.
  init(distinct members: [Element], positions: [BytewiseKey: Int]?) {
    self.members = members
    self.positions = positions
  }

  /// Makes room for so many members in all.
  public mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

  /// The value of the member with this key; `nil` when there is none.
  ///
  /// Setting replaces the value where it stands, adds a new member at the end, and with `nil` removes the member.
  /// Use `.null` to set `null`.
  public subscript(key: String) -> JSON? {
    get { position(of: key).map { members[$0].value } }
    set {
      guard let value = newValue else { return _ = removeValue(forKey: key) }
      guard let position = position(of: key) else { return append(key: key, value: value) }
      members[position].value = value
    }
  }

  /// Adds a member at the end, whose key the caller knows to be new. Twice the same key would be written twice.
  public mutating func append(key: String, value: JSON) {
    members.append((key: key, value: value))
    if positions != nil {
      positions?[BytewiseKey(key)] = members.count - 1
    } else if members.count > Self.unhashedCount {
      hash()
    }
  }

  /// Removes the member with this key and returns its value; `nil` when there is none.
  @discardableResult
  public mutating func removeValue(forKey key: String) -> JSON? {
    guard let position = position(of: key) else { return nil }
    let value = members.remove(at: position).value
    rehash()
    return value
  }

  /// Removes all the members that are so, in one pass.
  public mutating func removeAll(where isUnwanted: (Element) throws -> Bool) rethrows {
    try members.removeAll(where: isUnwanted)
    rehash()
  }

  /// Whether there is a member with this key, be it `null`.
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
  /// Whether both have the same members in the same order. See `JSON.isEquivalent(to:)` for any order.
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

  /// The member at a place that is less than `count`.
  @inlinable public subscript(position: Int) -> (key: String, value: JSON) { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object with the members in the order they are written; of a repeated key the last value counts.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self.init(members.map { (key: $0.0, value: $0.1) })
  }
}

/// A key that is hashed and compared by its bytes.
struct BytewiseKey: Hashable, Sendable {
  let string: String

  init(_ text: String) { self.string = text }

  static func == (one: BytewiseKey, other: BytewiseKey) -> Bool { one.string.hasSameBytes(as: other.string) }

  func hash(into hasher: inout Hasher) {
    string.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
