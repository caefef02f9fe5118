import HTTPMessage

extension RequestParser {
  /// Decides how the body is framed (RFC 9112, 6.3).
  mutating func beginBody() throws(RequestFailure) {
    overhead = 0
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
  mutating func take(_ count: Int, of input: Span<UInt8>, _ position: inout Int) -> Int {
    let taken = min(count, input.count - position)
    guard taken > 0 else { return 0 }
    let range = position..<(position + taken)
    input.withUnsafeBufferPointer { body.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    position += taken
    return taken
  }

  /// Reads a chunked body (RFC 9112, 7.1); false when its end has not come yet.
  mutating func readChunked(_ input: Span<UInt8>, _ position: inout Int) throws(RequestFailure) -> Bool {
    while true {
      switch state {
      case .chunkLine:
        guard let line = try bodyLine(input, &position) else { return false }
        let size = try chunkSize(input, line)
        state = size == 0 ? .trailers : .chunkData(remaining: size)
      case .chunkData(let remaining):
        let taken = take(remaining, of: input, &position)
        state = taken == remaining ? .chunkEnd : .chunkData(remaining: remaining - taken)
        guard taken == remaining else { return false }
      case .chunkEnd:
        guard try endOfChunk(input, &position) else { return false }
        state = .chunkLine
      case .trailers:
        guard let line = try bodyLine(input, &position) else { return false }
        if line.isEmpty { return true }
        try countOverhead(line.count)
        _ = try FieldLine(input, line)
      default:
        return false
      }
    }
  }

  /// A line inside a body, consumed with its CR LF; nil when its end has not come yet.
  private mutating func bodyLine(_ input: Span<UInt8>, _ position: inout Int) throws(RequestFailure) -> Range<Int>? {
    guard let end = input.firstIndex(of: Octet.lineFeed, from: position + scanned) else {
      scanned = input.count - position
      guard scanned <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
      return nil
    }
    // Before its end is looked at: one that comes in pieces is refused when it is too long, whatever follows.
    guard end - position <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
    guard end > position, input[end - 1] == Octet.carriageReturn else {
      throw .malformed("a line in a chunked body ends in LF without CR")
    }
    defer { position = end + 1 }
    scanned = 0
    return position..<(end - 1)
  }

  /// The size that a chunk's first line announces; its extensions are checked, counted and ignored.
  private mutating func chunkSize(_ input: Span<UInt8>, _ line: Range<Int>) throws(RequestFailure) -> Int {
    var size = 0
    var index = line.lowerBound
    while index < line.upperBound, let digit = Octet.hexValue(input[index]) {
      guard size <= Int.max >> 4 else { throw .malformed("a chunk size overflows") }
      size = size << 4 | Int(digit)
      index += 1
    }
    guard index > line.lowerBound else { throw .malformed("a chunk size is not hexadecimal") }
    let rest = input.trimmed(index..<line.upperBound)
    guard rest.isEmpty || input[rest.lowerBound] == Octet.semicolon, input.all(rest, are: Octet.isFieldContent) else {
      throw .malformed("a chunk size is followed by something else than an extension")
    }
    try countOverhead(line.upperBound - index)
    guard size <= bodyLimit - body.count else { throw .bodyTooLarge(limit: bodyLimit) }
    return size
  }

  /// Consumes the CR LF behind a chunk's data.
  private func endOfChunk(_ input: Span<UInt8>, _ position: inout Int) throws(RequestFailure) -> Bool {
    let available = input.count - position
    let failure = RequestFailure.malformed("a chunk is longer than its size says")
    if available > 0, input[position] != Octet.carriageReturn { throw failure }
    if available > 1, input[position + 1] != Octet.lineFeed { throw failure }
    guard available > 1 else { return false }
    position += 2
    return true
  }

  /// Extensions and trailers are paid for out of the header block's limit.
  private mutating func countOverhead(_ bytes: Int) throws(RequestFailure) {
    overhead += bytes
    guard overhead <= limits.headerBytes else { throw .headTooLarge(limit: limits.headerBytes) }
  }
}
