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
