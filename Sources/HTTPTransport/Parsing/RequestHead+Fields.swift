import HTTPMessage

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
