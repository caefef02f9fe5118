/// Splits and decodes request targets (RFC 3986, 3.3 and 3.4).
public enum RequestTarget {
  /// The decoded path segments and query items of an origin-form target.
  ///
  /// A malformed percent escape stays as it is. Bytes that decode to invalid UTF-8 become U+FFFD.
  public static func split(_ target: String) -> (segments: [String], query: [QueryItem]) {
    var target = target
    return target.withUTF8 { bytes in
      let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
      var segments: [String] = []
      segments.reserveCapacity(4)
      forEachPart(of: bytes, 0..<end, between: UInt8(ascii: "/")) { segments.append(decode(bytes, $0, plus: false)) }
      guard end < bytes.count else { return (segments, []) }
      var query: [QueryItem] = []
      forEachPart(of: bytes, (end + 1)..<bytes.count, between: UInt8(ascii: "&")) { query.append(item(bytes, $0)) }
      return (segments, query)
    }
  }

  private static func item(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> QueryItem {
    let equals = bytes[range].firstIndex(of: UInt8(ascii: "="))
    let name = decode(bytes, range.lowerBound..<(equals ?? range.upperBound), plus: true)
    guard let equals else { return QueryItem(name: name, value: "") }
    return QueryItem(name: name, value: decode(bytes, (equals + 1)..<range.upperBound, plus: true))
  }

  /// Calls `body` with each part that is not empty.
  @inline(__always)
  private static func forEachPart(
    of bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, between separator: UInt8, _ body: (Range<Int>) -> Void
  ) {
    var start = range.lowerBound
    for index in range where bytes[index] == separator {
      if index > start { body(start..<index) }
      start = index + 1
    }
    if range.upperBound > start { body(start..<range.upperBound) }
  }

  /// Most parts hold nothing to decode, and are copied as they are.
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plus: Bool) -> String {
    let part = UnsafeBufferPointer(rebasing: bytes[range])
    guard part.contains(where: { $0 == UInt8(ascii: "%") || (plus && $0 == UInt8(ascii: "+")) }) else {
      return String(decoding: part, as: UTF8.self)
    }
    return String(decoding: unescape(part, plus: plus), as: UTF8.self)
  }

  private static func unescape(_ bytes: UnsafeBufferPointer<UInt8>, plus: Bool) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hex(bytes[index + 1]),
        let low = hex(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(plus && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return out
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
