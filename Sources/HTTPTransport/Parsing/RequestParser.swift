import ASCII
import HTTPMessage

/// Incremental parser for HTTP/1.0 and HTTP/1.1 requests (RFC 9112). Refuses ambiguous requests.
///
/// It stores no input: the caller passes the available input, removes the consumed bytes, and passes the rest again
/// together with new input. Bodies are consumed as they arrive, heads when they are complete. Where RFC 9112 allows
/// leniency this parser is strict: each line must end with CR LF, and line folding is refused.
struct RequestParser {
  /// The result of parsing a part of the input.
  enum Step {
    /// More input is needed.
    case incomplete
    /// The head is valid and the client waits for `100 Continue`. Reported once.
    case wantsContinue
    case request(IncomingRequest)
    /// The input is invalid. The connection cannot be used for further requests.
    case refused(RequestFailure)
  }

  private enum State {
    case requestLine, fields
    case fixedBody(remaining: Int)
    case chunkLine, chunkData(remaining: Int), chunkEnd, trailers
    case failed(RequestFailure)
  }

  private let limits: HTTPServerLimits
  private let peer: String
  private let scheme: String
  private var state = State.requestLine
  private(set) var head: RequestHead
  private var body: [UInt8] = []
  /// Maximum size of the body of this request.
  private var bodyLimit = 0
  /// Start of the current line, relative to the first byte of the head.
  private var lineStart = 0
  /// Number of bytes that were searched for the end of that line.
  private var scannedBytes = 0
  /// Number of bytes in chunk extensions and trailers of this body.
  private var overheadBytes = 0

  /// - Parameters:
  ///   - limits: the sizes beyond which a request is refused
  ///   - peer: the peer's address, which is set in each request
  ///   - scheme: the scheme of the connection, which is set in each request unless its target has one
  init(limits: HTTPServerLimits, peer: String = "", scheme: String = "http") {
    self.limits = limits
    self.peer = peer
    self.scheme = scheme
    head = RequestHead(scheme: scheme)
  }

  /// Whether no byte of the next request was consumed.
  var isBetweenRequests: Bool {
    if case .requestLine = state { true } else { false }
  }

  /// Parses until a request is complete or more input is needed.
  ///
  /// - Returns: the number of consumed bytes and the result
  mutating func parse(_ input: Span<UInt8>) -> (consumed: Int, step: Step) {
    var position = 0
    do throws(RequestFailure) {
      let step = try advance(in: input, at: &position)
      return (position, step)
    } catch {
      state = .failed(error)
      return (position, .refused(error))
    }
  }

  private mutating func advance(in input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Step {
    while true {
      switch state {
      case .requestLine, .fields:
        guard try readHead(from: input, at: &position) else { return .incomplete }
        try beginBody()
        if head.expectsContinue, position == input.count, !isComplete { return .wantsContinue }
      case .fixedBody(let remaining):
        let taken = takeBody(count: remaining, from: input, at: &position)
        guard taken == remaining else {
          state = .fixedBody(remaining: remaining - taken)
          return .incomplete
        }
        return .request(finish())
      case .chunkLine, .chunkData, .chunkEnd, .trailers:
        guard try readChunkedBody(from: input, at: &position) else { return .incomplete }
        return .request(finish())
      case .failed(let failure):
        throw failure
      }
    }
  }

  private var isComplete: Bool {
    if case .fixedBody(remaining: 0) = state { true } else { false }
  }

  /// The request whose client waits for `100 Continue`, without its body.
  var awaitedRequest: Request {
    head.makeRequest(body: [], peer: peer).request
  }

  /// Returns the request whose client waits for `100 Continue`, without its body. The parser cannot be used for further
  /// requests, because the client may send the body or not.
  mutating func abandonBody() -> IncomingRequest {
    var incoming = finish()
    incoming.traits.keepsAlive = false
    return incoming
  }

  /// Returns the complete request and resets the parser for the next one.
  private mutating func finish() -> IncomingRequest {
    let request = head.makeRequest(body: body, peer: peer)
    head = RequestHead(scheme: scheme)
    body = []
    state = .requestLine
    return request
  }
}

extension RequestParser {
  /// Parses the request line and the header section. Consumes them together; returns false if they are incomplete.
  private mutating func readHead(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
    if case .requestLine = state, scannedBytes == 0 {
      guard try skipEmptyLines(in: input, at: &position) else { return false }
    }
    let start = position
    while let line = try nextLine(in: input, from: start) {
      if case .requestLine = state {
        guard line.count <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
        try head.readRequestLine(from: input, range: line)
        state = .fields
      } else if line.isEmpty {
        try head.finish(from: input, fields: (start + head.requestLineBytes)..<line.lowerBound)
        position = start + lineStart
        (lineStart, scannedBytes) = (0, 0)
        return true
      } else {
        try head.readField(from: input, range: line, fieldsStart: start + head.requestLineBytes)
      }
    }
    return false
  }

  /// The range of the next line without CR LF; nil if its end is not in the input.
  ///
  /// `lineStart` and `scannedBytes` are relative to the start of the head, because the input moves between calls.
  private mutating func nextLine(in input: Span<UInt8>, from start: Int) throws(RequestFailure) -> Range<Int>? {
    let lower = start + lineStart
    let end = input.firstIndex(of: Octet.lineFeed, from: start + scannedBytes)
    try checkSize(of: (end ?? input.count) - start)
    guard let end else {
      scannedBytes = input.count - start
      return nil
    }
    guard end > lower, input[end - 1] == Octet.carriageReturn else {
      throw .malformed("a line ends with LF without CR")
    }
    lineStart = end + 1 - start
    scannedBytes = lineStart
    return lower..<(end - 1)
  }

  private func checkSize(of seen: Int) throws(RequestFailure) {
    if case .requestLine = state {
      // The last byte may be the CR of the line end.
      guard seen - 1 <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
    } else {
      guard seen - head.requestLineBytes <= limits.headerBytes else { throw .headTooLarge(limit: limits.headerBytes) }
    }
  }

  /// Skips empty lines before a request (RFC 9112, 2.2), and refuses input that cannot be a method, such as a TLS
  /// handshake. Returns false if the input contains no other byte.
  private func skipEmptyLines(in input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
    while position < input.count, input[position] == Octet.carriageReturn {
      guard position + 1 < input.count else { return false }
      guard input[position + 1] == Octet.lineFeed else { throw .malformed("a CR is not followed by LF") }
      position += 2
    }
    guard position < input.count else { return false }
    guard Octet.isToken(input[position]) else { throw .malformed("the request line does not begin with a method") }
    return true
  }
}

extension RequestParser {
  /// Determines the framing of the body (RFC 9112, 6.3).
  private mutating func beginBody() throws(RequestFailure) {
    overheadBytes = 0
    bodyLimit = limits.bodyBytes(for: head.target)
    if head.isChunked {
      state = .chunkLine
    } else {
      guard head.contentLength <= bodyLimit else { throw .bodyTooLarge(limit: bodyLimit) }
      state = .fixedBody(remaining: head.contentLength)
      // Limited, so that a client cannot make the server allocate memory without sending data.
      if head.contentLength > 0 { body.reserveCapacity(min(head.contentLength, 65_536)) }
    }
  }

  /// Appends at most `count` bytes of the input to the body. Returns their number.
  private mutating func takeBody(count: Int, from input: Span<UInt8>, at position: inout Int) -> Int {
    let taken = min(count, input.count - position)
    guard taken > 0 else { return 0 }
    let range = position..<(position + taken)
    reserveBody()
    input.withUnsafeBufferPointer { body.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    position += taken
    return taken
  }

  /// Reserves memory for a long body in two steps, instead of copying it each time that it has doubled. A client gets the
  /// memory that it announces after it has sent a good part.
  private mutating func reserveBody() {
    for step in [1 << 16, 1 << 25] where body.count >= step && body.capacity < head.contentLength {
      body.reserveCapacity(min(head.contentLength, step << 9))
    }
  }

  /// Parses a body with the chunked coding (RFC 9112, 7.1). Returns false if it is incomplete.
  private mutating func readChunkedBody(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool
  {
    while true {
      switch state {
      case .chunkLine:
        guard let line = try readBodyLine(from: input, at: &position) else { return false }
        let size = try parseChunkSize(from: input, line: line)
        state = size == 0 ? .trailers : .chunkData(remaining: size)
      case .chunkData(let remaining):
        let taken = takeBody(count: remaining, from: input, at: &position)
        state = taken == remaining ? .chunkEnd : .chunkData(remaining: remaining - taken)
        guard taken == remaining else { return false }
      case .chunkEnd:
        guard try readChunkEnd(from: input, at: &position) else { return false }
        state = .chunkLine
      case .trailers:
        guard let line = try readBodyLine(from: input, at: &position) else { return false }
        if line.isEmpty { return true }
        try addOverhead(bytes: line.count)
        _ = try ParsedFieldLine(parsing: input, range: line)
      default:
        return false
      }
    }
  }

  /// Consumes a line of a chunked body and returns its range without CR LF; nil if its end is not in the input.
  private mutating func readBodyLine(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Range<
    Int
  >? {
    guard let end = input.firstIndex(of: Octet.lineFeed, from: position + scannedBytes) else {
      scannedBytes = input.count - position
      guard scannedBytes <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
      return nil
    }
    // Checked before the line end, so that the result does not depend on how the input is split.
    guard end - position <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
    guard end > position, input[end - 1] == Octet.carriageReturn else {
      throw .malformed("a line in a chunked body ends with LF without CR")
    }
    defer { position = end + 1 }
    scannedBytes = 0
    return position..<(end - 1)
  }

  /// Parses a chunk size. Extensions are validated, counted and ignored.
  private mutating func parseChunkSize(from input: Span<UInt8>, line: Range<Int>) throws(RequestFailure) -> Int {
    var size = 0
    var index = line.lowerBound
    while index < line.upperBound, let digit = input[index].hexDigitValue {
      guard size <= Int.max >> 4 else { throw .malformed("a chunk size overflows") }
      size = size << 4 | Int(digit)
      index += 1
    }
    guard index > line.lowerBound else { throw .malformed("a chunk size is not hexadecimal") }
    let rest = input.trimmedRange(of: index..<line.upperBound)
    guard rest.isEmpty || input[rest.lowerBound] == Octet.semicolon,
      input.allOctets(in: rest, are: Octet.isFieldContent)
    else {
      throw .malformed("a chunk size is followed by an invalid extension")
    }
    try addOverhead(bytes: line.upperBound - index)
    guard size <= bodyLimit - body.count else { throw .bodyTooLarge(limit: bodyLimit) }
    return size
  }

  /// Consumes the CR LF after the data of a chunk.
  private func readChunkEnd(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
    let available = input.count - position
    let failure = RequestFailure.malformed("a chunk is longer than its size")
    if available > 0, input[position] != Octet.carriageReturn { throw failure }
    if available > 1, input[position + 1] != Octet.lineFeed { throw failure }
    guard available > 1 else { return false }
    position += 2
    return true
  }

  /// Counts bytes of extensions and trailers, whose limit is that of a header section.
  private mutating func addOverhead(bytes: Int) throws(RequestFailure) {
    overheadBytes += bytes
    guard overheadBytes <= limits.headerBytes else { throw .headTooLarge(limit: limits.headerBytes) }
  }
}

/// A complete request and the properties that its response depends on.
struct IncomingRequest {
  var request: Request
  var traits: RequestTraits
}

/// Properties of a request that determine the framing of its response.
struct RequestTraits {
  /// Whether the method is HEAD. The response has no body.
  var isHead = false
  /// Whether the version is HTTP/1.0, which has no chunked coding and no persistent connections by default.
  var isHTTP10 = false
  /// Whether the client wants the connection to persist (RFC 9112, 9.3).
  var keepsAlive = true
  /// Whether the client accepts gzip.
  var acceptsGzip = false
}
