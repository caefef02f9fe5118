public import JSON

/// Reads the members of a request body, or of an object inside it.
///
/// A read states whether the member is required, its type, and the refusals that differ from the usual ones:
///
/// ```swift
/// let name = try call.body.required("name", as: .nonEmptyString, missing: .parameterMissing("Name is required"))
/// let archived = try call.body.optional("archived", as: .boolean) ?? false
/// ```
extension JSONObject {
  /// Returns the value of a member; nil if it is missing or null.
  /// - Parameters:
  ///   - name: the member's key
  ///   - type: the type that the operation accepts; it also determines whether an empty string is missing
  ///   - invalid: the error for a value of another type; nil for `parameter_invalid`: "NAME must be a boolean"
  /// - Throws: `invalid`
  public func optional<Value>(
    _ name: String, as type: MemberType<Value>, invalid: @autoclosure () -> APIError? = nil
  ) throws -> Value? {
    guard let json = self[name], !type.isMissing(json) else { return nil }
    guard let value = type.convert(json) else {
      throw invalid() ?? APIError.parameterInvalid("\(name) must be \(type.expectation)")
    }
    return value
  }

  /// Returns the value of a member that the request must have.
  /// - Parameters:
  ///   - name: the member's key
  ///   - type: the type that the operation accepts; it also determines whether an empty string is missing
  ///   - missing: the error without the member; nil for `parameter_not_found`: "NAME is a required parameter"
  ///   - invalid: the error for a value of another type; nil for `parameter_invalid`: "NAME must be a boolean"
  /// - Throws: `missing` or `invalid`
  public func required<Value>(
    _ name: String, as type: MemberType<Value>, missing: @autoclosure () -> APIError? = nil,
    invalid: @autoclosure () -> APIError? = nil
  ) throws -> Value {
    guard let value = try optional(name, as: type, invalid: invalid()) else {
      throw missing() ?? APIError.parameterMissing("\(name) is a required parameter")
    }
    return value
  }

  /// Returns the value of a member that the request must have; the operation does not distinguish a missing member from
  /// one of another type.
  /// - Throws: `refusal` in both cases
  public func required<Value>(
    _ name: String, as type: MemberType<Value>, orThrow refusal: @autoclosure () -> APIError
  ) throws -> Value {
    try required(name, as: type, missing: refusal(), invalid: refusal())
  }
}

extension JSON {
  /// Returns the value of an array's item.
  /// - Throws: `refusal` if the item is null or has another type
  public func read<Value>(as type: MemberType<Value>, orThrow refusal: @autoclosure () -> APIError) throws -> Value {
    guard !type.isMissing(self), let value = type.convert(self) else { throw refusal() }
    return value
  }

  /// An id, which clients send as a string or as a number; nil for other types.
  public var asID: String? {
    string ?? integral.map(String.init)
  }

  /// An id that is not empty; nil for other values.
  public var asNonEmptyID: String? {
    asID.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// An integer of 64 bits, which clients send as a number or as a string of decimal digits; nil for other values.
  public var asInteger: Int64? {
    // Integers below 64 bits are parsed as the double -2^63.
    if case .number(let value) = self, value <= -0x1p63 { return nil }
    return integral ?? string.flatMap { Int64($0) }
  }
}

extension Call {
  /// Returns the value of a query parameter; nil if it is missing or empty.
  /// - Parameters:
  ///   - name: the parameter's name
  ///   - type: the type that the operation accepts
  ///   - invalid: the error for a value of another type; nil for `parameter_invalid`: "NAME must be an integer"
  /// - Throws: `invalid`
  public func queryParameter<Value>(
    _ name: String, as type: MemberType<Value>, invalid: @autoclosure () -> APIError? = nil
  ) throws -> Value? {
    guard let text = queryParameter(name), !text.isEmpty else { return nil }
    return try JSONObject([(name, .string(text))]).optional(name, as: type, invalid: invalid())
  }
}

/// The type that an operation expects of a request member.
public struct MemberType<Value> {
  /// The end of the error message "NAME must be ...".
  let expectation: String
  /// Whether a value counts as a missing member.
  let isMissing: (JSON) -> Bool
  /// Returns nil for a value of another type.
  let convert: (JSON) -> Value?

  /// - Parameters:
  ///   - expectation: the end of the error message "NAME must be ..."
  ///   - isMissing: whether a value counts as a missing member; the default is null only
  ///   - convert: returns nil for a value of another type
  public init(
    _ expectation: String, isMissing: @escaping (JSON) -> Bool = \.isNull, convert: @escaping (JSON) -> Value?
  ) {
    self.expectation = expectation
    self.isMissing = isMissing
    self.convert = convert
  }
}

extension MemberType<JSON> {
  /// Any value except null.
  public static var any: Self { MemberType("anything") { $0 } }

  /// Any value except null and the empty string, which are missing.
  public static var nonEmpty: Self { MemberType("anything", isMissing: { $0.isNull || $0 == "" }) { $0 } }
}

extension MemberType<String> {
  /// A string, which may be empty.
  public static var string: Self { MemberType("a string", convert: \.string) }

  /// A string; an empty string is missing.
  public static var nonEmptyString: Self {
    MemberType("a string", isMissing: { $0.isNull || $0 == "" }, convert: \.string)
  }

  /// A string; a string of only white space is missing.
  public static var nonBlankString: Self {
    MemberType(
      "a string", isMissing: { $0.isNull || $0.string?.allSatisfy(\.isWhitespace) ?? false }, convert: \.string)
  }

  /// A string or an integer, as a string; an empty string is missing.
  public static var stringOrInteger: Self {
    MemberType("a string", isMissing: { $0.isNull || $0 == "" }, convert: \.asID)
  }

  /// An id: a string or an integer, as a string; an empty string is missing.
  public static var id: Self { MemberType("an ID", isMissing: { $0.isNull || $0 == "" }, convert: \.asID) }

  /// One of these strings.
  public static func choice(of values: [String]) -> Self {
    MemberType("one of \(values.joined(separator: ", "))") { $0.string.flatMap { values.contains($0) ? $0 : nil } }
  }
}

extension MemberType<Bool> {
  /// `true` or `false`.
  public static var boolean: Self { MemberType("a boolean", convert: \.boolean) }

  /// The string `true` or `false`, as in a query parameter.
  public static var booleanString: Self {
    MemberType("true or false") { $0 == "true" ? true : $0 == "false" ? false : nil }
  }
}

extension MemberType<Int64> {
  /// An integer in this range: a number, or a string of decimal digits.
  public static func integer(in range: ClosedRange<Int64> = .min ... .max) -> Self {
    MemberType("an integer") { $0.asInteger.flatMap { range.contains($0) ? $0 : nil } }
  }

  /// A Unix time in seconds in this range: a number, or a string of decimal digits. The default range ends with the year
  /// 9999.
  public static func unixTime(in range: ClosedRange<Int64> = 0...253_402_300_799) -> Self {
    MemberType("a Unix timestamp in seconds", convert: Self.integer(in: range).convert)
  }
}

extension ClosedRange<Int64> {
  /// The integers whose magnitude is below 2^40: arithmetic with a few of them does not overflow.
  public static var fortyBits: Self { -(1 << 40) + 1...(1 << 40) - 1 }
}

extension MemberType<JSONObject> {
  /// An object.
  public static var object: Self { MemberType("an object", convert: \.object) }
}

extension MemberType<[JSON]> {
  /// An array with items of any type.
  public static var array: Self { MemberType("an array", convert: \.array) }
}

extension MemberType<[String]> {
  /// An array of strings.
  public static var strings: Self {
    MemberType("an array of strings") { json in
      guard let items = json.array else { return nil }
      let strings = items.compactMap(\.string)
      return strings.count == items.count ? strings : nil
    }
  }
}
