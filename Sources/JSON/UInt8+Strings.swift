extension UInt8 {
  /// Whether the byte may not stand for itself in a string (RFC 8259 §7).
  @inlinable var isSpecial: Bool { self < 0x20 || self == 0x22 || self == 0x5C }

  /// The value of a hexadecimal digit of either case.
  var hexadecimalValue: UInt32? {
    switch self {
    case UInt8(ascii: "0") ... UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a") ... UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A") ... UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}

extension UInt64 {
  /// Eight bytes at once: the high bit of the lowest byte that may not stand for itself in a string is set, and none
  /// below it; 0 when all eight may. Bits above the lowest mean nothing.
  @inlinable var specialBytes: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let control = self &- ones &* 0x20
    let quote = (self ^ ones &* 0x22) &- ones
    let backslash = (self ^ ones &* 0x5C) &- ones
    return (control | quote | backslash) & ~self & ones &* 0x80
  }
}
