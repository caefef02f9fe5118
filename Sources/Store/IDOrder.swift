/// Ids compared as the numbers they stand for, whatever their form: decimal, 24 hex digits, UUID.
public enum IDOrder {
  /// A number that orders ids of one form as the service does. Other texts go by their first 16 bytes.
  public static func rank(_ id: String) -> UInt128 {
    var id = id
    return id.withUTF8 { bytes in
      if bytes.count <= 20, let number = decimal(bytes) { return number }
      if bytes.count == 24 || bytes.count == 36, let number = hexadecimal(bytes) { return number }
      return bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
  }

  private static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    guard !bytes.isEmpty else { return nil }
    var number: UInt128 = 0
    for byte in bytes {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + UInt128(byte - UInt8(ascii: "0"))
    }
    return number
  }

  private static func hexadecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    var number: UInt128 = 0
    for byte in bytes where byte != UInt8(ascii: "-") {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt128(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt128(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return number
  }
}
