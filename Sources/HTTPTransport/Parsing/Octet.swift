/// The classes of octet that the grammar of HTTP is made of (RFC 9110, 5.6.2 and 5.5), as arithmetic instead of tables.
enum Octet {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let semicolon = UInt8(ascii: ";")
  static let slash = UInt8(ascii: "/")
  static let zero = UInt8(ascii: "0")

  /// `tchar`: what methods and field names are spelled with.
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    // One bit for each of the 128 ASCII codes.
    let low: UInt64 = 0x03FF_6CFA_0000_0000
    let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
    guard byte < 128 else { return false }
    return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
  }

  /// `field-vchar`, space and tab: what a field's value may hold. Neither NUL nor a bare CR is among them.
  @inline(__always)
  static func isFieldContent(_ byte: UInt8) -> Bool {
    (byte >= 0x20 && byte != 0x7F) || byte == tab
  }

  /// `VCHAR`: what a request target may hold.
  @inline(__always)
  static func isVisible(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F
  }

  /// Optional white space: space and tab.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= zero && byte <= UInt8(ascii: "9")
  }

  /// What an authority is spelled with: host characters, brackets and the port's colon (RFC 3986, 3.2). No user info.
  @inline(__always)
  static func isAuthority(_ byte: UInt8) -> Bool {
    let low: UInt64 = 0x2FFF_7FF2_0000_0000
    let high: UInt64 = 0x47FF_FFFE_AFFF_FFFE
    guard byte < 128 else { return false }
    return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
  }

  /// The value of a hexadecimal digit.
  @inline(__always)
  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
