extension UInt8 {
  /// Whether the byte may not stand for itself in a string (RFC 8259 §7).
  @inlinable var isSpecial: Bool { self < 0x20 || self == 0x22 || self == 0x5C }

  /// The value of a hexadecimal digit of either case.
  var hexadecimalValue: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}

extension UInt64 {
  /// Eight bytes at once: the high bit of the lowest byte that may not stand for itself in a string is set, and none
  /// below it; 0 when all eight may. Bits above the lowest mean nothing.
  @inlinable var specialBytes: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let control = self &- 0x2020_2020_2020_2020
    let quote = (self ^ 0x2222_2222_2222_2222) &- ones
    let backslash = (self ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
    return (control | quote | backslash) & ~self & 0x8080_8080_8080_8080
  }
}
