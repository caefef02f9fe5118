import JSON

/// A number that compares exactly, whether it is an integer of 64 bits or a double.
///
/// A double alone cannot represent each integer above 2^53, so that a comparison of doubles would find neighbours, too.
public struct ExactNumber: Sendable, Hashable {
  /// The nearest double.
  let nearest: Double
  /// The difference to the nearest double, at most 512. 0 for every double, and for integers up to 2^53.
  let remainder: Int16

  init(nearest: Double, remainder: Int16) {
    self.nearest = nearest
    self.remainder = remainder
  }

  public init(_ integer: Int64) {
    nearest = Double(integer)
    // The nearest double of the highest integers is 2^63, whose 64 low bits are those of `Int64.min`.
    remainder = Int16(truncatingIfNeeded: integer &- (Int64(exactly: nearest) ?? .min))
  }

  /// Creates a number from a double; nil if it is infinite or not a number.
  public init?(_ double: Double) {
    guard double.isFinite else { return nil }
    (nearest, remainder) = (double, 0)
  }

  /// Creates a number from decimal digits, with or without fraction and exponent; nil for any other text.
  public init?(parsing text: String) {
    if let integer = Int64(text) {
      self.init(integer)
    } else if let double = Double(text) {
      self.init(double)
    } else {
      return nil
    }
  }

  /// -2^63 and 2^63, between which doubles are integers of 64 bits or have a fraction.
  public static let lowestDouble = ExactNumber(nearest: -0x1p63, remainder: 0)
  public static let highestDouble = ExactNumber(nearest: 0x1p63, remainder: 0)

  /// The integer without the fraction. The number must be above -2^63 and below 2^63.
  public var roundedTowardZero: Int64 {
    Int64(exactly: nearest.rounded(.towardZero)).map { $0 &+ Int64(remainder) } ?? .max
  }

  /// The number as JSON: without a fraction if it is an integer of 64 bits.
  public var json: JSON {
    if let integer = Int64(exactly: nearest) { return .integer(integer &+ Int64(remainder)) }
    return remainder == 0 ? .number(nearest) : .integer(.min &+ Int64(remainder))
  }
}

extension ExactNumber: Comparable {
  /// Rounding to the nearest double keeps the order, so the remainder decides only between numbers with equal doubles.
  public static func < (left: ExactNumber, right: ExactNumber) -> Bool {
    left.nearest != right.nearest ? left.nearest < right.nearest : left.remainder < right.remainder
  }
}

extension ExactNumber: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int64) {
    self.init(value)
  }
}

extension JSON {
  /// The number; nil if this is not a finite number.
  public var exactNumber: ExactNumber? {
    switch self {
    case .integer(let value): ExactNumber(value)
    case .number(let value): ExactNumber(value)
    default: nil
    }
  }
}

extension Value {
  /// The number; nil if the value is not a finite number.
  public var exactNumber: ExactNumber? {
    if case .json(let json) = self { json.exactNumber } else { nil }
  }
}
