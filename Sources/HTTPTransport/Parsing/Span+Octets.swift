import HTTPMessage
import Glibc

extension Span where Element == UInt8 {
  /// Where this octet is found first, at `start` or after.
  func firstIndex(of octet: UInt8, from start: Int) -> Int? {
    withUnsafeBufferPointer { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let hit = memchr(base + start, Int32(octet), bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }
  }

  /// Whether the range spells this text, which is given in lower case, in any case.
  func spells(_ text: StaticString, _ range: Range<Int>) -> Bool {
    guard text.utf8CodeUnitCount == range.count else { return false }
    var letter = text.utf8Start
    for index in range {
      let byte = self[index]
      guard byte == letter.pointee || (byte >= 0x41 && byte <= 0x5A && byte | 0x20 == letter.pointee) else {
        return false
      }
      letter += 1
    }
    return true
  }

  /// Whether every octet of the range belongs to a class.
  @inline(__always)
  func all(_ range: Range<Int>, are belongs: (UInt8) -> Bool) -> Bool {
    for index in range where !belongs(self[index]) { return false }
    return true
  }

  /// The range without the white space at its ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, Octet.isBlank(self[lower]) { lower += 1 }
    while lower < upper, Octet.isBlank(self[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  /// Calls `body` with each element of a comma-separated list, trimmed; empty ones are skipped (RFC 9110, 5.6.1.2).
  @inline(__always)
  func forEachElement(in range: Range<Int>, _ body: (Range<Int>) throws(RequestFailure) -> Void) throws(RequestFailure)
  {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, self[end] != Octet.comma { end += 1 }
      let element = trimmed(start..<end)
      if !element.isEmpty { try body(element) }
      start = end + 1
    }
  }

  func text(_ range: Range<Int>) -> String {
    withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
  }

  func array(_ range: Range<Int>) -> [UInt8] {
    withUnsafeBufferPointer { Array(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}
