/// Text and numbers as octets, without a `String` in between.
extension [UInt8] {
  @inline(__always)
  mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(decimal number: Int) {
    append(digitsOf: number, radix: 10)
  }

  mutating func append(hexadecimal number: Int) {
    append(digitsOf: number, radix: 16)
  }

  private mutating func append(digitsOf number: Int, radix: Int) {
    let start = count
    var rest = Swift.max(0, number)
    repeat {
      let digit = UInt8(truncatingIfNeeded: rest % radix)
      append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
      rest /= radix
    } while rest > 0
    self[start...].reverse()
  }
}
