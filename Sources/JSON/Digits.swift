/// The digits of a number as they are read, and where its point stands.
struct Digits {
  private(set) var value: UInt64 = 0
  private(set) var isExact = true
  /// The power of ten by which the value is still to be multiplied.
  var exponent = 0

  mutating func append(_ digit: UInt8) {
    let (product, overflows) = value.multipliedReportingOverflow(by: 10)
    let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
    value = sum
    if overflows || carries { isExact = false }
  }

  /// Multiplies by a power of ten that was read too.
  mutating func scale(by power: Digits, isNegative: Bool) {
    guard power.isExact, power.value < 10_000 else { return isExact = false }
    exponent += isNegative ? -Int(power.value) : Int(power.value)
  }

  /// The integer, unless it has more than 64 bits.
  func integer(isNegative: Bool) -> Int64? {
    guard isExact else { return nil }
    guard isNegative else { return Int64(exactly: value) }
    return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil
  }

  /// The nearest double, where one operation on two exact doubles gives it (Clinger 1990); `nil` elsewhere.
  func decimal(isNegative: Bool) -> Double? {
    guard isExact, value <= 1 << 53, abs(exponent) <= 22 else { return nil }
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    let magnitude = exponent < 0 ? Double(value) / power : Double(value) * power
    return isNegative ? -magnitude : magnitude
  }
}
