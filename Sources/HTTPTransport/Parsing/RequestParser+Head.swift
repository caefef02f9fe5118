import HTTPMessage

extension RequestParser {
  /// Reads lines until the empty one that ends a head. Consumes the head as a whole; false when it is not all there.
  mutating func readHead(_ input: Span<UInt8>, _ position: inout Int) throws(RequestFailure) -> Bool {
    if case .requestLine = state, scanned == 0 {
      guard try skipEmptyLines(input, &position) else { return false }
    }
    let start = position
    while let line = try nextLine(input, from: start) {
      if case .requestLine = state {
        guard line.count <= limits.requestLineBytes else { throw .headTooLarge(limit: limits.requestLineBytes) }
        try head.readRequestLine(input, line)
        state = .fields
      } else if line.isEmpty {
        try head.finish(input, fields: (start + head.requestLineBytes)..<line.lowerBound)
        position = start + lineStart
        (lineStart, scanned) = (0, 0)
        return true
      } else {
        try head.readField(input, line, fieldsStart: start + head.requestLineBytes)
      }
    }
    return false
  }

  /// The next line without its CR LF, as a range of the input; nil when its end has not come yet.
  ///
  /// `lineStart` and `scanned` count from the head's first byte, because the input moves between calls.
  private mutating func nextLine(_ input: Span<UInt8>, from start: Int) throws(RequestFailure) -> Range<Int>? {
    let lower = start + lineStart
    let end = input.firstIndex(of: Octet.lineFeed, from: start + scanned)
    try checkSize(of: (end ?? input.count) - start)
    guard let end else {
      scanned = input.count - start
      return nil
    }
    guard end > lower, input[end - 1] == Octet.carriageReturn else {
      throw .malformed("a line ends in LF without CR")
    }
    lineStart = end + 1 - start
    scanned = lineStart
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
  private func skipEmptyLines(_ input: Span<UInt8>, _ position: inout Int) throws(RequestFailure) -> Bool {
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
