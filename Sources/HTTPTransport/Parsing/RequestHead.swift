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
