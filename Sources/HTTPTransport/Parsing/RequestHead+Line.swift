import HTTPMessage
import HTTPTypes

extension RequestHead {
  /// Reads `method SP target SP version` (RFC 9112, 3).
  mutating func readRequestLine(_ input: Span<UInt8>, _ line: Range<Int>) throws(RequestFailure) {
    requestLineBytes = line.count + 2
    guard let first = input.firstIndex(of: Octet.space, from: line.lowerBound), first < line.upperBound else {
      throw .malformed("the request line is not a method, a target and a version")
    }
    var last = line.upperBound - 1
    while last > first, input[last] != Octet.space { last -= 1 }
    method = try Self.method(input, line.lowerBound..<first)
    exchange.isHead = method == .head
    guard last > first else { throw .malformed("the request line has no version") }
    exchange.isHTTP10 = try Self.isHTTP10(input, (last + 1)..<line.upperBound)
    try readTarget(input, (first + 1)..<last)
  }

  /// The methods everyone uses are shared values; any other token is a method too (RFC 9110, 9.1).
  private static func method(_ input: Span<UInt8>, _ range: Range<Int>) throws(RequestFailure) -> HTTPRequest.Method {
    let known: HTTPRequest.Method? =
      switch range.count {
      case 3: input.isExactly("GET", range) ? .get : input.isExactly("PUT", range) ? .put : nil
      case 4: input.isExactly("POST", range) ? .post : input.isExactly("HEAD", range) ? .head : nil
      case 5: input.isExactly("PATCH", range) ? .patch : nil
      case 6: input.isExactly("DELETE", range) ? .delete : nil
      case 7: input.isExactly("OPTIONS", range) ? .options : nil
      default: nil
      }
    if let known { return known }
    guard input.all(range, are: Octet.isToken), let method = HTTPRequest.Method(input.text(range)) else {
      throw .malformed("the method holds an illegal character")
    }
    return method
  }

  /// Whether the version is 1.0; any later 1.x is read as 1.1.
  private static func isHTTP10(_ input: Span<UInt8>, _ range: Range<Int>) throws(RequestFailure) -> Bool {
    let start = range.lowerBound
    guard range.count == 8, input.isExactly("HTTP/", start..<(start + 5)), Octet.isDigit(input[start + 5]),
      input[start + 6] == UInt8(ascii: "."), Octet.isDigit(input[start + 7])
    else { throw .malformed("the request line has no version") }
    guard input[start + 5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
    return input[start + 7] == Octet.zero
  }

  /// Reads a target in origin, absolute or asterisk form (RFC 9112, 3.2).
  private mutating func readTarget(_ input: Span<UInt8>, _ range: Range<Int>) throws(RequestFailure) {
    guard !range.isEmpty, input.all(range, are: Octet.isVisible) else {
      throw .malformed("the request target holds an illegal character")
    }
    if input[range.lowerBound] == Octet.slash {
      target = input.text(range)
    } else if method == .options, range.count == 1, input[range.lowerBound] == UInt8(ascii: "*") {
      target = "*"
    } else {
      try readAbsoluteTarget(input, range)
    }
  }

  /// `http://authority/path?query`; what is left as the target is the path and the query.
  private mutating func readAbsoluteTarget(_ input: Span<UInt8>, _ range: Range<Int>) throws(RequestFailure) {
    var start = range.lowerBound
    if range.count > 7, input.spells("http://", start..<(start + 7)) {
      start += 7
    } else if range.count > 8, input.spells("https://", start..<(start + 8)) {
      (scheme, start) = ("https", start + 8)
    } else {
      throw .malformed("the request target is neither a path nor an http URI")
    }
    var end = start
    while end < range.upperBound, Octet.isAuthority(input[end]) { end += 1 }
    guard end > start else { throw .malformed("the request target has no host") }
    targetAuthority = input.text(start..<end)
    if end == range.upperBound {
      target = "/"
    } else if input[end] == Octet.slash {
      target = input.text(end..<range.upperBound)
    } else if input[end] == UInt8(ascii: "?") {
      target = "/" + input.text(end..<range.upperBound)
    } else {
      throw .malformed("the request target's host holds an illegal character")
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether the range is this text, octet by octet.
  func isExactly(_ text: StaticString, _ range: Range<Int>) -> Bool {
    guard text.utf8CodeUnitCount == range.count else { return false }
    var letter = text.utf8Start
    for index in range {
      guard self[index] == letter.pointee else { return false }
      letter += 1
    }
    return true
  }
}
