/// Times such as `-2d`, `+30d`, `-3h`: a sign, a number and one of s, m, h, d, w.
enum RelativeTime {
  /// Seconds since 1970; nil for a text of another form.
  static func seconds(_ text: String, from now: Int64) -> Int64? {
    let bytes = text.utf8Span.span
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+"),
      let unit = seconds(bytes[bytes.count - 1])
    else { return nil }
    var count: Int64 = 0
    for index in 1..<bytes.count - 1 {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10, count < 100_000_000 else { return nil }
      count = count * 10 + Int64(digit)
    }
    return now + (bytes[0] == UInt8(ascii: "-") ? -1 : 1) * count * unit
  }

  private static func seconds(_ unit: UInt8) -> Int64? {
    switch unit {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "d"): 86_400
    case UInt8(ascii: "w"): 604_800
    default: nil
    }
  }
}
