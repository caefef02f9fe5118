/// A JSON value (RFC 8259). Members of an object are ordered; `1` and `1.0` are different values.
///
/// Strings are compared by their UTF-8 bytes, as RFC 8259 §8.3 recommends for keys: the composed and the decomposed form of
/// "é" are different strings.
public enum JSON: Sendable {
  /// `null`. An absent member is a nil `JSON?` instead.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A number without fraction or exponent that fits 64 bits; `-0` is 0.
  case integer(Int64)
  /// A number with a fraction or an exponent, or an integer of more than 64 bits.
  ///
  /// Infinities and NaN are written as `null`, because JSON cannot represent them.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSON])
  /// An object with ordered members.
  case object(JSONObject)
}

extension JSON: Equatable {
  /// Whether both are the same value, with object members in the same order.
  public static func == (one: JSON, other: JSON) -> Bool {
    switch (one, other) {
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: one.isSameScalar(as: other)
    }
  }

  /// A function of its own, to keep the stack frame of the recursive `==` small.
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

  /// The string; nil if this is not a string.
  @inlinable public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The Boolean; nil if this is not a Boolean.
  @inlinable public var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// The integer; nil if this is not a number without fraction and exponent. For `1.0`, see `integral`.
  @inlinable public var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The integer value of a number in any notation, such as `1795132800.0` or `1e3`; nil for `1.5` and other types.
  @inlinable public var integral: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The number; nil if this is not a number. An integer above 2^53 is rounded.
  @inlinable public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The elements; nil if this is not an array.
  @inlinable public var array: [JSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members; nil if this is not an object.
  @inlinable public var object: JSONObject? {
    if case .object(let members) = self { members } else { nil }
  }
}

extension JSON {
  /// The value of an object's member; nil if the key is missing or this is not an object.
  ///
  /// Setting a value replaces the member in place or appends a new one; setting nil removes it.
  /// Setting a member of a value that is not an object has no effect.
  public subscript(key: String) -> JSON? {
    get {
      if case .object(let members) = self { members[key] } else { nil }
    }
    set {
      guard case .object(var members) = self else { return }
      // Releases the second reference, so that the members are changed in place.
      self = .null
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element of an array; nil if the index is out of range or this is not an array.
  public subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

extension JSON {
  /// The string, or `null` for nil.
  @inlinable public static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

  /// The integer, or `null` for nil.
  @inlinable public static func optional(_ value: Int64?) -> JSON { value.map(JSON.integer) ?? .null }

  /// The number, or `null` for nil.
  @inlinable public static func optional(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }

  /// The Boolean, or `null` for nil.
  @inlinable public static func optional(_ value: Bool?) -> JSON { value.map(JSON.boolean) ?? .null }
}

extension JSON {
  /// The value at a path of keys; nil if a key is missing. A key of an array is its index in decimal.
  public subscript(path keys: String...) -> JSON? {
    keys.reduce(self) { value, key in value?.child(named: key) }
  }

  /// The value at a path of keys joined by dots, such as `"source.author.id"` or `"contacts.0.id"`.
  ///
  /// For keys that contain a dot, use `subscript(path:)`.
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
  /// Whether both are the same value, ignoring the order of object members.
  public func isEquivalent(to other: JSON) -> Bool {
    switch (self, other) {
    case (.array(let one), .array(let other)): one.count == other.count && JSON.areEquivalent(one, to: other)
    case (.object(let one), .object(let other)): one.count == other.count && JSON.areEquivalent(one, to: other)
    default: self == other
    }
  }

  /// Whether this value contains the subset: at every depth, objects may have more members than those of the subset.
  ///
  /// Arrays must have the same length and match element by element; scalars must be equal.
  public func matches(subset: JSON) -> Bool {
    switch (self, subset) {
    case (.array(let all), .array(let subset)): all.count == subset.count && JSON.match(all, subset: subset)
    case (.object(let all), .object(let subset)): JSON.match(all, subset: subset)
    default: self == subset
    }
  }

  // Loops rather than closures, which would add a stack frame for each level of nesting.

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
  /// `null`. Where a `JSON?` is expected, `nil` means an absent value; write `.null` there.
  @inlinable public init(nilLiteral: ()) { self = .null }
}

extension JSON: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  @inlinable public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
  /// A number without fraction.
  @inlinable public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSON: ExpressibleByFloatLiteral {
  /// A number with a fraction: `1.0` is written `1.0`.
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
  /// An object with the members in order. The last value of a duplicate key is used.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self = .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))
  }
}
