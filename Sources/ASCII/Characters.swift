/// ASCII characters, as bytes.
extension UInt8 {
  @inlinable public var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }

  @inlinable public var isASCIIUppercase: Bool { self >= 0x41 && self <= 0x5A }

  @inlinable public var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

  /// The lower-case letter of an upper-case letter; any other byte is unchanged.
  @inlinable public var asciiLowercased: UInt8 { isASCIIUppercase ? self | 0x20 : self }

  /// The value of a hexadecimal digit in either case; nil for another byte.
  @inlinable public var hexDigitValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }

  /// The lower-case hexadecimal digit of the low four bits.
  @inlinable public var hexDigit: UInt8 {
    let value = self & 15
    return value < 10 ? 0x30 + value : 0x61 - 10 + value
  }
}
