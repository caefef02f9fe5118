/// Splits and decodes request targets (RFC 3986, 3.3 and 3.4).
public enum RequestTarget {
  /// The decoded path segments and query items of an origin-form target.
  ///
  /// A malformed percent escape stays as it is. Bytes that decode to invalid UTF-8 become U+FFFD.
  public static func split(_ target: String) -> (segments: [String], query: [QueryItem]) {
    var target = target
    return target.withUTF8 { bytes in
      let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
      let path = bytes[..<end].split(separator: UInt8(ascii: "/")).map { decode($0, plus: false) }
      guard end < bytes.count else { return (path, []) }
      let query = bytes[(end + 1)...].split(separator: UInt8(ascii: "&")).map { item in
        let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        return QueryItem(name: decode(parts[0], plus: true), value: parts.count > 1 ? decode(parts[1], plus: true) : "")
      }
      return (path, query)
    }
  }

  private static func decode(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, plus: Bool) -> String {
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || (plus && $0 == UInt8(ascii: "+")) }) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]),
        let low = hex(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(plus && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
