extension JSONParser {
  /// Parses a number (RFC 8259 §6).
  mutating func parseNumber(in bytes: Span<UInt8>) throws(JSONError) -> JSON {
    let start = position
    let isNegative = bytes[position] == .minus
    if isNegative { position += 1 }
    var digits = DecimalAccumulator()
    try parseIntegerPart(into: &digits, from: bytes)
    guard position < bytes.count, bytes[position] == .point || bytes[position] | 0x20 == UInt8(ascii: "e") else {
      if let value = digits.integer(isNegative: isNegative) { return .integer(value) }
      return .number(try decimal(bytes.extracting(start..<position), startingAt: start, in: bytes))
    }
    try parseFraction(into: &digits, from: bytes)
    try parseExponent(into: &digits, from: bytes)
    if let value = digits.decimal(isNegative: isNegative) { return .number(value) }
    return .number(try decimal(bytes.extracting(start..<position), startingAt: start, in: bytes))
  }

  private mutating func parseIntegerPart(into digits: inout DecimalAccumulator, from bytes: Span<UInt8>)
    throws(JSONError)
  {
    let start = position
    try self.parseDigits(into: &digits, from: bytes)
    if bytes[start] == .zero, position > start + 1 {
      throw JSONError(reason: "a number must not start with 0", at: start, in: bytes)
    }
  }

  private mutating func parseFraction(into digits: inout DecimalAccumulator, from bytes: Span<UInt8>) throws(JSONError)
  {
    guard bytes[position] == .point else { return }
    position += 1
    let start = position
    try self.parseDigits(into: &digits, from: bytes)
    digits.exponent -= position - start
  }

  private mutating func parseExponent(into digits: inout DecimalAccumulator, from bytes: Span<UInt8>) throws(JSONError)
  {
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
    position += 1
    var isNegative = false
    if position < bytes.count, bytes[position] == .minus || bytes[position] == .plus {
      isNegative = bytes[position] == .minus
      position += 1
    }
    var power = DecimalAccumulator()
    try self.parseDigits(into: &power, from: bytes)
    digits.scale(by: power, isNegative: isNegative)
  }

  /// Parses one or more digits.
  private mutating func parseDigits(into digits: inout DecimalAccumulator, from bytes: Span<UInt8>) throws(JSONError) {
    let start = position
    while position < bytes.count {
      let digit = bytes[position] &- .zero
      guard digit < 10 else { break }
      digits.append(digit)
      position += 1
    }
    guard position > start else { throw error("expected a digit", in: bytes) }
  }

  /// The nearest `Double` of a number that is too long for exact arithmetic, by the standard library's conversion.
  private func decimal(
    _ number: Span<UInt8>, startingAt start: Int, in bytes: Span<UInt8>
  ) throws(JSONError) -> Double {
    guard let value = Double(String(copying: UTF8Span(unchecked: number, isKnownASCII: true))), value.isFinite else {
      throw JSONError(reason: "the number is too large", at: start, in: bytes)
    }
    return value
  }
}

/// Accumulates the digits and the decimal exponent of a number.
struct DecimalAccumulator {
  private(set) var value: UInt64 = 0
  private(set) var isExact = true
  /// Decimal exponent: the number is `value` × 10^`exponent`.
  var exponent = 0

  mutating func append(_ digit: UInt8) {
    let (product, overflows) = value.multipliedReportingOverflow(by: 10)
    let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
    value = sum
    if overflows || carries { isExact = false }
  }

  /// Adds or subtracts a parsed exponent.
  mutating func scale(by power: DecimalAccumulator, isNegative: Bool) {
    guard power.isExact, power.value < 10_000 else { return isExact = false }
    exponent += isNegative ? -Int(power.value) : Int(power.value)
  }

  /// The integer; nil if it does not fit 64 bits.
  func integer(isNegative: Bool) -> Int64? {
    guard isExact else { return nil }
    guard isNegative else { return Int64(exactly: value) }
    return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil
  }

  /// The nearest `Double` by one operation on two exactly representable numbers; nil where that is not possible.
  ///
  /// This is the fast path of W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990,
  /// https://doi.org/10.1145/93542.93557.
  func decimal(isNegative: Bool) -> Double? {
    guard isExact, value <= 1 << 53, abs(exponent) <= 22 else { return nil }
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    let magnitude = exponent < 0 ? Double(value) / power : Double(value) * power
    return isNegative ? -magnitude : magnitude
  }
}
