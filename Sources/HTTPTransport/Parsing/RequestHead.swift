import HTTPMessage
import HTTPTypes

/// A request line and its fields as they are read, with what the transport itself must know of them.
struct RequestHead {
  var method = HTTPRequest.Method.get
  var target = ""
  var scheme = "http"
  /// The authority of an absolute-form target.
  var targetAuthority: String?
  /// The value of `Host`.
  var host: String?
  var exchange = Exchange()
  var contentLength = 0
  var isChunked = false
  /// Whether the client waits for `100 Continue` before it sends the body.
  var expectsContinue = false
  /// Bytes of the request line, with the CR LF behind it.
  var requestLineBytes = 0

  var saysContentLength = false
  var saysTransferEncoding = false
  var saysUnknownCoding = false
  var saysUnknownExpectation = false
  var saysClose = false
  var saysKeepAlive = false
  var gzip = GzipPreference()

  private var lines: [ReceivedFields.Line] = []
  private var fields = ReceivedFields()

  /// Reads one line of the header block that begins at `fieldsStart`.
  mutating func readField(
    _ input: Span<UInt8>, _ range: Range<Int>, fieldsStart: Int
  ) throws(RequestFailure) {
    let line = try FieldLine(input, range)
    try note(input, line)
    if lines.isEmpty { lines.reserveCapacity(12) }
    lines.append(
      ReceivedFields.Line(
        name: (line.name.lowerBound - fieldsStart)..<(line.name.upperBound - fieldsStart),
        value: (line.value.lowerBound - fieldsStart)..<(line.value.upperBound - fieldsStart)))
  }

  /// The head is whole: checks what only all fields together tell, and copies their bytes.
  mutating func finish(_ input: Span<UInt8>, fields block: Range<Int>) throws(RequestFailure) {
    guard host != nil || exchange.isHTTP10 else { throw .malformed("Host is missing") }
    try checkFraming()
    // An HTTP/1.0 client knows no expectations; one that it sends is ignored (RFC 9110, 10.1.1).
    if saysUnknownExpectation, !exchange.isHTTP10 { throw .expectationFailed }
    expectsContinue = expectsContinue && !exchange.isHTTP10
    exchange.keepsAlive = !saysClose && (!exchange.isHTTP10 || saysKeepAlive)
    exchange.acceptsGzip = gzip.isAccepted
    fields = ReceivedFields(bytes: input.array(block), lines: lines)
  }

  /// A message that frames itself twice is how requests are smuggled (RFC 9112, 6.1 and 6.3).
  private func checkFraming() throws(RequestFailure) {
    guard saysTransferEncoding else { return }
    if saysContentLength { throw .malformed("Content-Length and Transfer-Encoding are both given") }
    if exchange.isHTTP10 { throw .malformed("Transfer-Encoding is not part of HTTP/1.0") }
    if saysUnknownCoding { throw .unsupportedTransferCoding }
    if !isChunked { throw .malformed("Transfer-Encoding is empty") }
  }

  func makeRequest(body: [UInt8], peer: String) -> IncomingRequest {
    let request = Request(
      method: method, target: target, fields: fields, body: body, scheme: scheme,
      authority: targetAuthority ?? host ?? "", peer: peer)
    return IncomingRequest(request: request, exchange: exchange)
  }
}

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

/// The few fields that the transport acts on.
extension RequestHead {
  /// Takes note of a field that frames the message or steers the connection. Told apart by length first.
  mutating func note(_ input: Span<UInt8>, _ line: FieldLine) throws(RequestFailure) {
    let (name, value) = (line.name, line.value)
    switch name.count {
    case 4 where input.spells("host", name): try noteHost(input, value)
    case 6 where input.spells("expect", name): try noteExpectation(input, value)
    case 10 where input.spells("connection", name): try noteConnection(input, value)
    case 14 where input.spells("content-length", name): try noteLength(input, value)
    case 15 where input.spells("accept-encoding", name): try gzip.note(input, value)
    case 17 where input.spells("transfer-encoding", name): try noteCoding(input, value)
    default: break
    }
  }

  private mutating func noteHost(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    guard host == nil else { throw .malformed("Host is given twice") }
    guard input.all(value, are: Octet.isAuthority) else { throw .malformed("Host is not a host") }
    host = input.text(value)
  }

  private mutating func noteExpectation(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    if input.spells("100-continue", value) {
      expectsContinue = true
    } else {
      saysUnknownExpectation = true
    }
  }

  private mutating func noteConnection(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    try input.forEachElement(in: value) { option throws(RequestFailure) in
      if input.spells("close", option) { saysClose = true }
      if input.spells("keep-alive", option) { saysKeepAlive = true }
    }
  }

  /// A length may be repeated, in one line or several, as long as it stays the same.
  private mutating func noteLength(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    var missing = 1
    for index in value where input[index] == Octet.comma { missing += 1 }
    try input.forEachElement(in: value) { element throws(RequestFailure) in
      let length = try Self.length(input, element)
      guard !saysContentLength || length == contentLength else { throw .malformed("two Content-Lengths differ") }
      (contentLength, saysContentLength) = (length, true)
      missing -= 1
    }
    if missing > 0 { throw .malformed("Content-Length is empty") }
  }

  private static func length(_ input: Span<UInt8>, _ range: Range<Int>) throws(RequestFailure) -> Int {
    var length = 0
    for index in range {
      guard Octet.isDigit(input[index]) else { throw .malformed("Content-Length is not a number") }
      let (tens, overflowed) = length.multipliedReportingOverflow(by: 10)
      let (sum, spilled) = tens.addingReportingOverflow(Int(input[index] - Octet.zero))
      guard !overflowed, !spilled else { throw .malformed("Content-Length overflows") }
      length = sum
    }
    return length
  }

  private mutating func noteCoding(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    saysTransferEncoding = true
    try input.forEachElement(in: value) { coding throws(RequestFailure) in
      guard input.spells("chunked", coding) else {
        saysUnknownCoding = true
        return
      }
      guard !isChunked else { throw .malformed("a body is chunked twice") }
      isChunked = true
    }
  }
}

/// One field line: where its name and its trimmed value lie (RFC 9112, 5).
struct FieldLine {
  let name: Range<Int>
  let value: Range<Int>

  /// Takes a line apart. What proxies have been fooled with is refused: folding, white space before the colon, controls.
  @inline(__always)
  init(_ input: Span<UInt8>, _ line: Range<Int>) throws(RequestFailure) {
    var colon = line.lowerBound
    while colon < line.upperBound, Octet.isToken(input[colon]) { colon += 1 }
    guard colon < line.upperBound, input[colon] == Octet.colon, colon > line.lowerBound else {
      throw Self.failure(input, line, at: colon)
    }
    name = line.lowerBound..<colon
    value = input.trimmed((colon + 1)..<line.upperBound)
    guard input.all(value, are: Octet.isFieldContent) else {
      throw .malformed("a field's value holds a control character")
    }
  }

  private static func failure(_ input: Span<UInt8>, _ line: Range<Int>, at index: Int) -> RequestFailure {
    guard index < line.upperBound else { return .malformed("a field line has no colon") }
    let isBlank = Octet.isBlank(input[index])
    return switch (isBlank, index == line.lowerBound) {
    case (true, true): .malformed("a field line is folded")
    case (true, false): .malformed("white space stands between a field's name and its colon")
    case (false, _): .malformed("a field's name holds an illegal character")
    }
  }
}

/// What `Accept-Encoding` says of gzip (RFC 9110, 12.5.3).
struct GzipPreference {
  private var named: Bool?
  private var others: Bool?

  /// Whether gzip may be sent: named without `q=0`, or covered by a `*` that is.
  var isAccepted: Bool {
    named ?? others ?? false
  }

  /// Takes note of one field line.
  mutating func note(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    try input.forEachElement(in: value) { element throws(RequestFailure) in
      var end = element.lowerBound
      while end < element.upperBound, input[end] != Octet.semicolon { end += 1 }
      let coding = input.trimmed(element.lowerBound..<end)
      let isAllowed = !Self.isRefusal(input, end..<element.upperBound)
      if input.spells("gzip", coding) || input.spells("x-gzip", coding) { named = isAllowed }
      if input.spells("*", coding) { others = isAllowed }
    }
  }

  /// Whether the parameters behind a coding hold a weight of zero, such as `;q=0` or `; q=0.000`.
  private static func isRefusal(_ input: Span<UInt8>, _ parameters: Range<Int>) -> Bool {
    guard !parameters.isEmpty else { return false }
    let weight = input.trimmed((parameters.lowerBound + 1)..<parameters.upperBound)
    guard weight.count > 2, input.spells("q=", weight.lowerBound..<(weight.lowerBound + 2)) else { return false }
    return input.all((weight.lowerBound + 2)..<weight.upperBound) { $0 == Octet.zero || $0 == UInt8(ascii: ".") }
  }
}
