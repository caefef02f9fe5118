/// A JSON value (RFC 8259). The members of an object keep their order, and `1` and `1.0` are two different values.
///
/// Strings are compared by their bytes, as RFC 8259 §8.3 asks of keys: two spellings of "é" are different strings.
public enum JSON: Sendable {
  /// `null`, which is a value: a member that is absent has no `JSON` at all.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A number written without a point or an exponent that fits 64 bits; `-0` is 0.
  case integer(Int64)
  /// A number written with a point or an exponent, or an integer beyond 64 bits.
  ///
  /// JSON has no infinities and no NaN: they are written as `null`.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSON])
  /// An object, its members in order.
  case object(JSONObject)
}

extension JSON: Equatable {
  /// Whether both are the same value, their objects' members in the same order.
  public static func == (one: JSON, other: JSON) -> Bool {
    switch (one, other) {
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: one.isSameScalar(as: other)
    }
  }

  /// Apart from `==`, whose frame on the stack a deep value takes once a level.
  private func isSameScalar(as other: JSON) -> Bool {
    switch (self, other) {
    case (.null, .null): true
    case (.boolean(let one), .boolean(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.number(let one), .number(let other)): one == other
    case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
    default: false
    }
  }
}

extension JSON {
  /// Whether this is `null`.
  @inlinable public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The string, if this is one.
  @inlinable public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The boolean, if this is one. Nothing else counts as true or false.
  @inlinable public var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// The integer, if this is a number written as one. `1.0` is not: see `integral`.
  @inlinable public var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The whole number, however it is written: `1795132800.0` and `1e3` are, `1.5` is not.
  @inlinable public var integral: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The number, if this is one; an integer beyond 2^53 is rounded.
  @inlinable public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The elements, if this is an array.
  @inlinable public var array: [JSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members, if this is an object.
  @inlinable public var object: JSONObject? {
    if case .object(let members) = self { members } else { nil }
  }
}

extension JSON {
  /// The member of an object; `nil` when there is none or when this is not an object.
  ///
  /// Setting replaces a member where it stands, adds a new one at the end, and with `nil` removes it.
  /// Setting a member of anything but an object does nothing.
  public subscript(key: String) -> JSON? {
    get {
      if case .object(let members) = self { members[key] } else { nil }
    }
    set {
      guard case .object(var members) = self else { return }
      // Held twice, the members would be copied to be changed.
      self = .null
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element of an array; `nil` when there is none or when this is not an array.
  public subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

extension JSON {
  /// The string, or `null` when there is none.
  @inlinable public static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

  /// The integer, or `null` when there is none.
  @inlinable public static func optional(_ value: Int64?) -> JSON { value.map(JSON.integer) ?? .null }

  /// The number, or `null` when there is none.
  @inlinable public static func optional(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }

  /// The boolean, or `null` when there is none.
  @inlinable public static func optional(_ value: Bool?) -> JSON { value.map(JSON.boolean) ?? .null }
}

extension JSON {
  /// What stands at the end of the keys, each a member of what the key before it names.
  ///
  /// In an array a key is an index written in decimal.
  public subscript(path keys: String...) -> JSON? {
    keys.reduce(self) { value, key in value?.child(named: key) }
  }

  /// What stands at the end of a path of keys joined by points: `"source.author.id"`, `"contacts.0.id"`.
  ///
  /// A key that has a point itself cannot be named so: use `subscript(path:)`.
  public func value(at path: String) -> JSON? {
    path.split(separator: ".", omittingEmptySubsequences: false).reduce(self) { value, key in
      value?.child(named: String(key))
    }
  }

  private func child(named key: String) -> JSON? {
    switch self {
    case .object(let members): members[key]
    case .array: Int(key).flatMap { self[$0] }
    default: nil
    }
  }
}

extension JSON {
  /// Whether both are the same value when the order of members counts for nothing.
  public func isEquivalent(to other: JSON) -> Bool {
    switch (self, other) {
    case (.array(let one), .array(let other)): one.count == other.count && JSON.areEquivalent(one, to: other)
    case (.object(let one), .object(let other)): one.count == other.count && JSON.areEquivalent(one, to: other)
    default: self == other
    }
  }

  /// Whether everything in the subset is here too: objects may have more members than the subset, at every depth.
  ///
  /// Arrays match element by element and are of the same length; anything else is equal.
  public func matches(subset: JSON) -> Bool {
    switch (self, subset) {
    case (.array(let all), .array(let subset)): all.count == subset.count && JSON.match(all, subset: subset)
    case (.object(let all), .object(let subset)): JSON.match(all, subset: subset)
    default: self == subset
    }
  }

  // Loops, because every closure on the way down would take another frame from the stack.

  private static func areEquivalent(_ one: [JSON], to other: [JSON]) -> Bool {
    for index in one.indices where !one[index].isEquivalent(to: other[index]) { return false }
    return true
  }

  private static func areEquivalent(_ one: JSONObject, to other: JSONObject) -> Bool {
    for (key, value) in one.members {
      guard let counterpart = other[key], value.isEquivalent(to: counterpart) else { return false }
    }
    return true
  }

  private static func match(_ all: [JSON], subset: [JSON]) -> Bool {
    for index in all.indices where !all[index].matches(subset: subset[index]) { return false }
    return true
  }

  private static func match(_ all: JSONObject, subset: JSONObject) -> Bool {
    for (key, value) in subset.members {
      guard let counterpart = all[key], counterpart.matches(subset: value) else { return false }
    }
    return true
  }
}

extension JSON: ExpressibleByNilLiteral {
  /// `nil` is JSON's `null`. Where a `JSON?` is expected, `nil` is the absence of a value: write `.null` there.
  @inlinable public init(nilLiteral: ()) { self = .null }
}

extension JSON: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  @inlinable public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
  /// A number without a point.
  @inlinable public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSON: ExpressibleByFloatLiteral {
  /// A number with a point, whatever its value: `1.0` is written `1.0`.
  @inlinable public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSON: ExpressibleByStringLiteral {
  /// A string.
  @inlinable public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByStringInterpolation {}

extension JSON: ExpressibleByArrayLiteral {
  /// An array of the elements.
  @inlinable public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
  /// An object with the members in the order they are written; of a repeated key the last value counts.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self = .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))
  }
}
