import HTTPMessage

/// Reads HTTP/1.0 and HTTP/1.1 requests as RFC 9112 spells them, and refuses what could be read in two ways.
///
/// It holds no input: the caller shows it what it has, drops what was consumed, and shows the rest again with whatever
/// came after. Bodies are consumed as they come, heads when they are whole. Where the RFC leaves a choice this parser is
/// strict: a line ends in CR LF and never in LF alone, and folded fields are refused.
struct RequestParser {
  /// What a look at the input led to.
  enum Step {
    /// Everything usable was consumed; more is needed.
    case incomplete
    /// The head is acceptable, and the client waits to be told so before it sends the body. Reported once.
    case wantsContinue
    case request(IncomingRequest)
    /// The connection cannot be read any further.
    case refused(RequestFailure)
  }

  enum State {
    case requestLine, fields
    case fixedBody(remaining: Int)
    case chunkLine, chunkData(remaining: Int), chunkEnd, trailers
    case failed(RequestFailure)
  }

  let limits: HTTPServerLimits
  /// The peer's address, which becomes that of each request.
  let peer: String
  var state = State.requestLine
  var head = RequestHead()
  var body: [UInt8] = []
  /// How long the body of this request may be.
  var bodyLimit = 0
  /// Where the line that is being read begins in the input.
  var lineStart = 0
  /// How far the input was searched for the end of that line.
  var scannedBytes = 0
  /// Bytes of chunk extensions and trailers that the body has cost so far.
  var overheadBytes = 0

  init(limits: HTTPServerLimits, peer: String = "") {
    self.limits = limits
    self.peer = peer
  }

  /// Whether no byte of a request was consumed since the last one was complete.
  var isBetweenRequests: Bool {
    if case .requestLine = state { true } else { false }
  }

  /// Takes one step. `consumed` bytes of the input are done with; the next call starts behind them.
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

  /// Hands the request over and makes ready for the next one.
  private mutating func finish() -> IncomingRequest {
    let request = head.makeRequest(body: body, peer: peer)
    head = RequestHead()
    body = []
    state = .requestLine
    return request
  }
}

extension RequestParser {
  /// Reads lines until the empty one that ends a head. Consumes the head as a whole; false when it is not all there.
  mutating func readHead(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
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

  /// The next line without its CR LF, as a range of the input; nil when its end has not come yet.
  ///
  /// `lineStart` and `scanned` count from the head's first byte, because the input moves between calls.
  private mutating func nextLine(in input: Span<UInt8>, from start: Int) throws(RequestFailure) -> Range<Int>? {
    let lower = start + lineStart
    let end = input.firstIndex(of: Octet.lineFeed, from: start + scannedBytes)
    try checkSize(of: (end ?? input.count) - start)
    guard let end else {
      scannedBytes = input.count - start
      return nil
    }
    guard end > lower, input[end - 1] == Octet.carriageReturn else {
      throw .malformed("a line ends in LF without CR")
    }
    lineStart = end + 1 - start
    scannedBytes = lineStart
    return lower..<(end - 1)
  }

  private func checkSize(of seen: Int) throws(RequestFailure) {
    if case .requestLine = state {
      // The line may be followed by CR before LF shows that it is over.
      guard seen - 1 <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
    } else {
      guard seen - head.requestLineBytes <= limits.headerBytes else { throw .headTooLarge(limit: limits.headerBytes) }
    }
  }

  /// Drops the empty lines that some clients send after a body (RFC 9112, 2.2), and refuses at once what cannot begin a
  /// method, such as TLS. False when no request has begun.
  private func skipEmptyLines(in input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
    while position < input.count, input[position] == Octet.carriageReturn {
      guard position + 1 < input.count else { return false }
      guard input[position + 1] == Octet.lineFeed else { throw .malformed("a CR stands alone") }
      position += 2
    }
    guard position < input.count else { return false }
    guard Octet.isToken(input[position]) else { throw .malformed("the request line does not begin with a method") }
    return true
  }
}

extension RequestParser {
  /// Decides how the body is framed (RFC 9112, 6.3).
  mutating func beginBody() throws(RequestFailure) {
    overheadBytes = 0
    bodyLimit = limits.bodyBytes(for: head.target)
    if head.isChunked {
      state = .chunkLine
    } else {
      guard head.contentLength <= bodyLimit else { throw .bodyTooLarge(limit: bodyLimit) }
      state = .fixedBody(remaining: head.contentLength)
      // What a client announces is not yet memory's worth: an honest large body grows as it comes.
      if head.contentLength > 0 { body.reserveCapacity(min(head.contentLength, 65_536)) }
    }
  }

  /// Moves at most `count` bytes of the input into the body, and says how many there were.
  mutating func takeBody(count: Int, from input: Span<UInt8>, at position: inout Int) -> Int {
    let taken = min(count, input.count - position)
    guard taken > 0 else { return 0 }
    let range = position..<(position + taken)
    input.withUnsafeBufferPointer { body.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    position += taken
    return taken
  }

  /// Reads a chunked body (RFC 9112, 7.1); false when its end has not come yet.
  mutating func readChunkedBody(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
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

  /// A line inside a body, consumed with its CR LF; nil when its end has not come yet.
  private mutating func readBodyLine(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Range<
    Int
  >? {
    guard let end = input.firstIndex(of: Octet.lineFeed, from: position + scannedBytes) else {
      scannedBytes = input.count - position
      guard scannedBytes <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
      return nil
    }
    // Before its end is looked at: one that comes in pieces is refused when it is too long, whatever follows.
    guard end - position <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
    guard end > position, input[end - 1] == Octet.carriageReturn else {
      throw .malformed("a line in a chunked body ends in LF without CR")
    }
    defer { position = end + 1 }
    scannedBytes = 0
    return position..<(end - 1)
  }

  /// The size that a chunk's first line announces; its extensions are checked, counted and ignored.
  private mutating func parseChunkSize(from input: Span<UInt8>, line: Range<Int>) throws(RequestFailure) -> Int {
    var size = 0
    var index = line.lowerBound
    while index < line.upperBound, let digit = Octet.hexValue(of: input[index]) {
      guard size <= Int.max >> 4 else { throw .malformed("a chunk size overflows") }
      size = size << 4 | Int(digit)
      index += 1
    }
    guard index > line.lowerBound else { throw .malformed("a chunk size is not hexadecimal") }
    let rest = input.trimmedRange(of: index..<line.upperBound)
    guard rest.isEmpty || input[rest.lowerBound] == Octet.semicolon,
      input.allOctets(in: rest, are: Octet.isFieldContent)
    else {
      throw .malformed("a chunk size is followed by something else than an extension")
    }
    try addOverhead(bytes: line.upperBound - index)
    guard size <= bodyLimit - body.count else { throw .bodyTooLarge(limit: bodyLimit) }
    return size
  }

  /// Consumes the CR LF behind a chunk's data.
  private func readChunkEnd(from input: Span<UInt8>, at position: inout Int) throws(RequestFailure) -> Bool {
    let available = input.count - position
    let failure = RequestFailure.malformed("a chunk is longer than its size says")
    if available > 0, input[position] != Octet.carriageReturn { throw failure }
    if available > 1, input[position + 1] != Octet.lineFeed { throw failure }
    guard available > 1 else { return false }
    position += 2
    return true
  }

  /// Extensions and trailers are paid for out of the header block's limit.
  private mutating func addOverhead(bytes: Int) throws(RequestFailure) {
    overheadBytes += bytes
    guard overheadBytes <= limits.headerBytes else { throw .headTooLarge(limit: limits.headerBytes) }
  }
}

/// A whole request, and what its answer's framing depends on.
struct IncomingRequest {
  var request: Request
  var traits: RequestTraits
}

/// What the framing of an answer depends on.
struct RequestTraits {
  /// Whether the request was HEAD: the answer then has no body.
  var isHead = false
  /// Whether the client speaks HTTP/1.0: it knows no chunks, and keeps a connection only when told so.
  var isHTTP10 = false
  /// Whether the client means to go on using the connection.
  var keepsAlive = true
  /// Whether the client reads gzip.
  var acceptsGzip = false
}
