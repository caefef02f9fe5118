import ASCII
import Glibc
import HTTPMessage

/// The character classes of HTTP's grammar (RFC 9110, 5.5 and 5.6; RFC 3986, 3.2).
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

  /// `tchar`: the characters of methods and field names (RFC 9110, 5.6.2).
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    // One bit for each ASCII code.
    let low: UInt64 = 0x03FF_6CFA_0000_0000
    let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
    guard byte < 128 else { return false }
    return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
  }

  /// `field-vchar`, SP and HTAB: the characters of a field value (RFC 9110, 5.5).
  @inline(__always)
  static func isFieldContent(_ byte: UInt8) -> Bool {
    (byte >= 0x20 && byte != 0x7F) || byte == tab
  }

  /// `VCHAR`: visible ASCII characters (RFC 5234, B.1).
  @inline(__always)
  static func isVisible(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F
  }

  /// `OWS`: SP and HTAB (RFC 9110, 5.6.3).
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab
  }

  /// The characters of an authority without user information (RFC 3986, 3.2).
  @inline(__always)
  static func isAuthority(_ byte: UInt8) -> Bool {
    let low: UInt64 = 0x2FFF_7FF2_0000_0000
    let high: UInt64 = 0x47FF_FFFE_AFFF_FFFE
    guard byte < 128 else { return false }
    return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
  }
}

extension Span where Element == UInt8 {
  /// Index of the first occurrence of the octet at or after `start`.
  func firstIndex(of octet: UInt8, from start: Int) -> Int? {
    withUnsafeBufferPointer { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let hit = memchr(base + start, Int32(octet), bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }
  }

  /// Whether the range equals `text`, which is in lower case, without regard to ASCII case.
  func equalsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard text.utf8CodeUnitCount == range.count else { return false }
    var letter = text.utf8Start
    for index in range {
      guard self[index].asciiLowercased == letter.pointee else { return false }
      letter += 1
    }
    return true
  }

  /// Whether all octets of the range belong to a character class.
  @inline(__always)
  func allOctets(in range: Range<Int>, are belongs: (UInt8) -> Bool) -> Bool {
    for index in range where !belongs(self[index]) { return false }
    return true
  }

  /// The range without leading and trailing optional whitespace.
  func trimmedRange(of range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, Octet.isBlank(self[lower]) { lower += 1 }
    while lower < upper, Octet.isBlank(self[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  /// Calls `body` with each element of a comma-separated list, without whitespace. Empty elements are ignored (RFC 9110,
  /// 5.6.1.2).
  @inline(__always)
  func forEachListElement(in range: Range<Int>, _ body: (Range<Int>) throws(RequestFailure) -> Void)
    throws(RequestFailure)
  {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, self[end] != Octet.comma { end += 1 }
      let element = trimmedRange(of: start..<end)
      if !element.isEmpty { try body(element) }
      start = end + 1
    }
  }

  func string(in range: Range<Int>) -> String {
    withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
  }

  func array(in range: Range<Int>) -> [UInt8] {
    withUnsafeBufferPointer { Array(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}
