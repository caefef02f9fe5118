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
