import ASCII
import HTTPMessage
import HTTPTypes

/// A request line and its header fields, and the properties that the transport derives from them.
struct RequestHead {
  var method = HTTPRequest.Method.get
  var target = ""
  var scheme = "http"
  /// The authority of a target in absolute form.
  var targetAuthority: String?
  /// The value of the `Host` field.
  var host: String?
  var traits = RequestTraits()
  var contentLength = 0
  var isChunked = false
  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1).
  var expectsContinue = false
  /// Length of the request line including CR LF.
  var requestLineBytes = 0

  var hasContentLength = false
  var hasTransferEncoding = false
  var hasUnknownCoding = false
  var hasUnknownExpectation = false
  var hasAuthorization = false
  var requestsClose = false
  var requestsKeepAlive = false
  var gzip = GzipPreference()

  private var lines: [ReceivedFields.Line] = []
  private var fields = ReceivedFields()

  /// Parses a field line of the header section that begins at `fieldsStart`.
  mutating func readField(
    from input: Span<UInt8>, range: Range<Int>, fieldsStart: Int
  ) throws(RequestFailure) {
    let line = try ParsedFieldLine(parsing: input, range: range)
    try applyField(from: input, line: line)
    if lines.isEmpty { lines.reserveCapacity(12) }
    lines.append(
      ReceivedFields.Line(
        name: (line.name.lowerBound - fieldsStart)..<(line.name.upperBound - fieldsStart),
        value: (line.value.lowerBound - fieldsStart)..<(line.value.upperBound - fieldsStart)))
  }

  /// Completes the head: checks conditions that depend on several fields, and copies the header section.
  mutating func finish(from input: Span<UInt8>, fields block: Range<Int>) throws(RequestFailure) {
    guard host != nil || traits.isHTTP10 else { throw .malformed("Host is missing") }
    try checkFraming()
    // Expectations in HTTP/1.0 requests are ignored (RFC 9110, 10.1.1).
    if hasUnknownExpectation, !traits.isHTTP10 { throw .expectationFailed }
    expectsContinue = expectsContinue && !traits.isHTTP10
    traits.keepsAlive = !requestsClose && (!traits.isHTTP10 || requestsKeepAlive)
    traits.acceptsGzip = gzip.isAccepted
    fields = ReceivedFields(bytes: input.array(in: block), lines: lines)
  }

  /// Refuses ambiguous framing, which enables request smuggling (RFC 9112, 6.1 and 6.3).
  private func checkFraming() throws(RequestFailure) {
    guard hasTransferEncoding else { return }
    if hasContentLength { throw .malformed("Content-Length and Transfer-Encoding are both given") }
    if traits.isHTTP10 { throw .malformed("Transfer-Encoding is not part of HTTP/1.0") }
    if hasUnknownCoding { throw .unsupportedTransferCoding }
    if !isChunked { throw .malformed("Transfer-Encoding is empty") }
  }

  func makeRequest(body: [UInt8], peer: String) -> IncomingRequest {
    let request = Request(
      method: method, target: target, fields: fields, body: body, scheme: scheme,
      authority: targetAuthority ?? host ?? "", peer: peer)
    return IncomingRequest(request: request, traits: traits)
  }
}

extension RequestHead {
  /// Parses `method SP request-target SP HTTP-version` (RFC 9112, 3).
  mutating func readRequestLine(from input: Span<UInt8>, range line: Range<Int>) throws(RequestFailure) {
    requestLineBytes = line.count + 2
    guard let first = input.firstIndex(of: Octet.space, from: line.lowerBound), first < line.upperBound else {
      throw .malformed("the request line is not a method, a target and a version")
    }
    var last = line.upperBound - 1
    while last > first, input[last] != Octet.space { last -= 1 }
    method = try Self.parseMethod(from: input, range: line.lowerBound..<first)
    traits.isHead = method == .head
    guard last > first else { throw .malformed("the request line has no version") }
    traits.isHTTP10 = try Self.isHTTP10(from: input, range: (last + 1)..<line.upperBound)
    try readTarget(from: input, range: (first + 1)..<last)
  }

  /// Parses a method, which is any token (RFC 9110, 9.1). Common methods need no allocation.
  private static func parseMethod(from input: Span<UInt8>, range: Range<Int>) throws(RequestFailure)
    -> HTTPRequest.Method
  {
    let known: HTTPRequest.Method? =
      switch range.count {
      case 3: input.equals("GET", in: range) ? .get : input.equals("PUT", in: range) ? .put : nil
      case 4: input.equals("POST", in: range) ? .post : input.equals("HEAD", in: range) ? .head : nil
      case 5: input.equals("PATCH", in: range) ? .patch : nil
      case 6: input.equals("DELETE", in: range) ? .delete : nil
      case 7: input.equals("OPTIONS", in: range) ? .options : nil
      default: nil
      }
    if let known { return known }
    guard input.allOctets(in: range, are: Octet.isToken), let method = HTTPRequest.Method(input.string(in: range))
    else {
      throw .malformed("the method contains an invalid character")
    }
    return method
  }

  /// Whether the version is 1.0. Higher minor versions are processed as 1.1 (RFC 9110, 2.5).
  private static func isHTTP10(from input: Span<UInt8>, range: Range<Int>) throws(RequestFailure) -> Bool {
    let start = range.lowerBound
    guard range.count == 8, input.equals("HTTP/", in: start..<(start + 5)), input[start + 5].isASCIIDigit,
      input[start + 6] == UInt8(ascii: "."), input[start + 7].isASCIIDigit
    else { throw .malformed("the request line has no version") }
    guard input[start + 5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
    return input[start + 7] == Octet.zero
  }

  /// Parses a target in origin, absolute or asterisk form (RFC 9112, 3.2).
  private mutating func readTarget(from input: Span<UInt8>, range: Range<Int>) throws(RequestFailure) {
    guard !range.isEmpty, input.allOctets(in: range, are: Octet.isVisible) else {
      throw .malformed("the request target contains an invalid character")
    }
    if input[range.lowerBound] == Octet.slash {
      target = input.string(in: range)
    } else if method == .options, range.count == 1, input[range.lowerBound] == UInt8(ascii: "*") {
      target = "*"
    } else {
      try readAbsoluteTarget(from: input, range: range)
    }
  }

  /// Parses `http://authority/path?query` and keeps path and query as the target.
  private mutating func readAbsoluteTarget(from input: Span<UInt8>, range: Range<Int>) throws(RequestFailure) {
    var start = range.lowerBound
    if range.count > 7, input.equalsIgnoringCase("http://", in: start..<(start + 7)) {
      start += 7
    } else if range.count > 8, input.equalsIgnoringCase("https://", in: start..<(start + 8)) {
      (scheme, start) = ("https", start + 8)
    } else {
      throw .malformed("the request target is neither a path nor an http URI")
    }
    var end = start
    while end < range.upperBound, Octet.isAuthority(input[end]) { end += 1 }
    guard end > start else { throw .malformed("the request target has no host") }
    targetAuthority = input.string(in: start..<end)
    if end == range.upperBound {
      target = "/"
    } else if input[end] == Octet.slash {
      target = input.string(in: end..<range.upperBound)
    } else if input[end] == UInt8(ascii: "?") {
      target = "/" + input.string(in: end..<range.upperBound)
    } else {
      throw .malformed("the request target's host contains an invalid character")
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether the range equals `text`.
  func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard text.utf8CodeUnitCount == range.count else { return false }
    var letter = text.utf8Start
    for index in range {
      guard self[index] == letter.pointee else { return false }
      letter += 1
    }
    return true
  }
}

extension RequestHead {
  /// Processes a field that controls framing or the connection. The length is compared first because most names match none.
  mutating func applyField(from input: Span<UInt8>, line: ParsedFieldLine) throws(RequestFailure) {
    let (name, value) = (line.name, line.value)
    switch name.count {
    case 4 where input.equalsIgnoringCase("host", in: name): try readHost(from: input, range: value)
    case 6 where input.equalsIgnoringCase("expect", in: name): try readExpect(from: input, range: value)
    case 10 where input.equalsIgnoringCase("connection", in: name): try readConnection(from: input, range: value)
    case 13 where input.equalsIgnoringCase("authorization", in: name): try readAuthorization()
    case 14 where input.equalsIgnoringCase("content-length", in: name): try readContentLength(from: input, range: value)
    case 15 where input.equalsIgnoringCase("accept-encoding", in: name): try gzip.update(from: input, range: value)
    case 17 where input.equalsIgnoringCase("transfer-encoding", in: name):
      try readTransferEncoding(from: input, range: value)
    default: break
    }
  }

  private mutating func readHost(from input: Span<UInt8>, range value: Range<Int>) throws(RequestFailure) {
    guard host == nil else { throw .malformed("Host is repeated") }
    guard input.allOctets(in: value, are: Octet.isAuthority) else {
      throw .malformed("Host contains an invalid character")
    }
    host = input.string(in: value)
  }

  /// Refuses two sets of credentials: it would depend on the server which of them counts.
  private mutating func readAuthorization() throws(RequestFailure) {
    guard !hasAuthorization else { throw .malformed("Authorization is repeated") }
    hasAuthorization = true
  }

  private mutating func readExpect(from input: Span<UInt8>, range value: Range<Int>) throws(RequestFailure) {
    if input.equalsIgnoringCase("100-continue", in: value) {
      expectsContinue = true
    } else {
      hasUnknownExpectation = true
    }
  }

  private mutating func readConnection(from input: Span<UInt8>, range value: Range<Int>) throws(RequestFailure) {
    try input.forEachListElement(in: value) { option throws(RequestFailure) in
      if input.equalsIgnoringCase("close", in: option) { requestsClose = true }
      if input.equalsIgnoringCase("keep-alive", in: option) { requestsKeepAlive = true }
    }
  }

  /// Parses a `Content-Length`. Repeated values are accepted if they are equal (RFC 9110, 8.6).
  private mutating func readContentLength(from input: Span<UInt8>, range value: Range<Int>) throws(RequestFailure) {
    var missing = 1
    for index in value where input[index] == Octet.comma { missing += 1 }
    try input.forEachListElement(in: value) { element throws(RequestFailure) in
      let length = try Self.parseLength(from: input, range: element)
      guard !hasContentLength || length == contentLength else { throw .malformed("two Content-Lengths differ") }
      (contentLength, hasContentLength) = (length, true)
      missing -= 1
    }
    if missing > 0 { throw .malformed("Content-Length is empty") }
  }

  private static func parseLength(from input: Span<UInt8>, range: Range<Int>) throws(RequestFailure) -> Int {
    var length = 0
    for index in range {
      guard input[index].isASCIIDigit else { throw .malformed("Content-Length is not a number") }
      let (tens, overflowed) = length.multipliedReportingOverflow(by: 10)
      let (sum, spilled) = tens.addingReportingOverflow(Int(input[index] - Octet.zero))
      guard !overflowed, !spilled else { throw .malformed("Content-Length overflows") }
      length = sum
    }
    return length
  }

  private mutating func readTransferEncoding(from input: Span<UInt8>, range value: Range<Int>) throws(RequestFailure) {
    hasTransferEncoding = true
    try input.forEachListElement(in: value) { coding throws(RequestFailure) in
      guard input.equalsIgnoringCase("chunked", in: coding) else {
        hasUnknownCoding = true
        return
      }
      guard !isChunked else { throw .malformed("the chunked coding is repeated") }
      isChunked = true
    }
  }
}

/// The ranges of the name and the value of a field line (RFC 9112, 5).
struct ParsedFieldLine {
  let name: Range<Int>
  let value: Range<Int>

  /// Parses a line. Refuses line folding, whitespace before the colon and control characters (RFC 9112, 5.1 and 5.2).
  @inline(__always)
  init(parsing input: Span<UInt8>, range line: Range<Int>) throws(RequestFailure) {
    var colon = line.lowerBound
    while colon < line.upperBound, Octet.isToken(input[colon]) { colon += 1 }
    guard colon < line.upperBound, input[colon] == Octet.colon, colon > line.lowerBound else {
      throw Self.failure(in: input, line: line, at: colon)
    }
    name = line.lowerBound..<colon
    value = input.trimmedRange(of: (colon + 1)..<line.upperBound)
    guard input.allOctets(in: value, are: Octet.isFieldContent) else {
      throw .malformed("a field value contains a control character")
    }
  }

  private static func failure(in input: Span<UInt8>, line: Range<Int>, at index: Int) -> RequestFailure {
    guard index < line.upperBound else { return .malformed("a field line has no colon") }
    let isBlank = Octet.isBlank(input[index])
    return switch (isBlank, index == line.lowerBound) {
    case (true, true): .malformed("a field line is folded")
    case (true, false): .malformed("a field name is followed by whitespace")
    case (false, _): .malformed("a field name contains an invalid character")
    }
  }
}

/// The client's preference for gzip (RFC 9110, 12.5.3).
struct GzipPreference {
  private var explicit: Bool?
  private var wildcard: Bool?

  /// Whether gzip is acceptable: it is listed with a weight above 0, or `*` is.
  var isAccepted: Bool {
    explicit ?? wildcard ?? false
  }

  /// Processes the value of an `Accept-Encoding` field line.
  mutating func update(from input: Span<UInt8>, range value: Range<Int>) throws(RequestFailure) {
    try input.forEachListElement(in: value) { element throws(RequestFailure) in
      var end = element.lowerBound
      while end < element.upperBound, input[end] != Octet.semicolon { end += 1 }
      let coding = input.trimmedRange(of: element.lowerBound..<end)
      let isAllowed = !Self.hasZeroWeight(in: input, parameters: end..<element.upperBound)
      if input.equalsIgnoringCase("gzip", in: coding) || input.equalsIgnoringCase("x-gzip", in: coding) {
        explicit = isAllowed
      }
      if input.equalsIgnoringCase("*", in: coding) { wildcard = isAllowed }
    }
  }

  /// Whether the parameters of a coding contain a weight of zero, such as `;q=0` or `; q=0.000`.
  private static func hasZeroWeight(in input: Span<UInt8>, parameters: Range<Int>) -> Bool {
    guard !parameters.isEmpty else { return false }
    let weight = input.trimmedRange(of: (parameters.lowerBound + 1)..<parameters.upperBound)
    guard weight.count > 2, input.equalsIgnoringCase("q=", in: weight.lowerBound..<(weight.lowerBound + 2)) else {
      return false
    }
    return input.allOctets(in: (weight.lowerBound + 2)..<weight.upperBound) {
      $0 == Octet.zero || $0 == UInt8(ascii: ".")
    }
  }
}
