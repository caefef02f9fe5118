extension JSONWriter {
  /// Writes an integer.
  @inlinable public mutating func write(integer value: Int64) {
    reserve(20)
    if value < 0 {
      base[written] = .minus
      written += 1
    }
    writeReserved(digits: value.magnitude)
  }

  /// Writes a number with a point or an exponent, in the shortest form that reads back as the same: `1.0`, `0.1`,
  /// `1e+16`. What is not finite is written as `null`.
  public mutating func write(number value: Double) {
    guard value.isFinite else { return writeNull() }
    // Whole numbers, the most frequent, need no search for the shortest form. Above, Swift writes an exponent.
    guard abs(value) < 0x1p53, let whole = Int64(exactly: value), whole != 0 else {
      return write(raw: value.description.utf8Span.span)
    }
    write(integer: whole)
    write(raw: ".0")
  }

  /// Writes digits for which there is room.
  @inlinable mutating func writeReserved(digits value: UInt64) {
    let end = written + value.decimalDigits
    var (rest, index) = (value, end)
    while rest >= 100 {
      let quotient = rest / 100
      index -= 2
      writePair(rest - quotient * 100, at: index)
      rest = quotient
    }
    if rest >= 10 {
      writePair(rest, at: written)
    } else {
      base[written] = .zero + UInt8(truncatingIfNeeded: rest)
    }
    written = end
  }

  /// Writes a number below 100 as two digits.
  @inlinable func writePair(_ value: UInt64, at index: Int) {
    // 103 / 1024 is a tenth, near enough up to 178.
    let tens = (value &* 103) >> 10
    base[index] = .zero &+ UInt8(truncatingIfNeeded: tens)
    base[index + 1] = .zero &+ UInt8(truncatingIfNeeded: value &- tens &* 10)
  }
}

extension UInt64 {
  /// How many decimal digits the value is written with.
  @inlinable var decimalDigits: Int {
    var (count, limit) = (1, UInt64(10))
    while count < 19, self >= limit {
      count += 1
      limit *= 10
    }
    return self >= 10_000_000_000_000_000_000 ? 20 : count
  }
}
