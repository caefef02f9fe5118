extension [UInt8] {
  @inlinable @inline(__always)
  public mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a number in decimal digits. It must not be negative: there is no sign.
  @inlinable public mutating func append(decimal number: Int) {
    append(number.magnitude, radix: 10)
  }

  /// Appends a number in lower-case hexadecimal digits. It must not be negative: there is no sign.
  @inlinable public mutating func append(hexadecimal number: Int) {
    append(number.magnitude, radix: 16)
  }

  @inlinable @inline(__always)
  mutating func append(_ number: UInt, radix: UInt) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (rest, position) = (number, 20)
      repeat {
        position -= 1
        digits[position] = UInt8(truncatingIfNeeded: rest % radix).hexDigit
        rest /= radix
      } while rest > 0
      append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[position...]))
    }
  }
}

extension String {
  /// A number in decimal digits with leading zeros.
  ///
  /// - Parameters:
  ///   - number: a number that is not negative
  ///   - width: minimum number of digits
  public init(decimal number: some BinaryInteger, width: Int) {
    let digits = String(number)
    self = String(repeating: "0", count: Swift.max(width - digits.utf8.count, 0)) + digits
  }
}

/// Hexadecimal notation in lower case.
public enum Hexadecimal {
  /// The low digits of a number.
  ///
  /// - Parameter count: number of digits, at most 16
  public static func string(of number: UInt64, count: Int) -> String {
    String(unsafeUninitializedCapacity: count) { buffer in
      for position in 0..<count {
        buffer[position] = UInt8(truncatingIfNeeded: number >> UInt64(4 * (count - 1 - position))).hexDigit
      }
      return count
    }
  }

  /// Two digits for each byte.
  public static func string(of bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { [($0 >> 4).hexDigit, $0.hexDigit] }, as: UTF8.self)
  }
}
