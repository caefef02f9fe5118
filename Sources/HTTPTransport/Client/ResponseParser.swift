import HTTPMessage
import HTTPTypes

/// Incremental parser for one HTTP/1.x response (RFC 9112).
struct ResponseParser {
  private enum State {
    case statusLine, fields
    case length(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd, trailers, untilClose
    case done
  }

  private let limits: ClientLimits
  /// Whether the request was HEAD. The response has no body, whatever its fields say (RFC 9112, 6.3).
  private let isBodiless: Bool
  private var state = State.statusLine
  private var line: [UInt8] = []
  private var headBytes = 0
  private var response = ReceivedResponse(status: .ok)

  init(limits: ClientLimits, isBodiless: Bool) {
    self.limits = limits
    self.isBodiless = isBodiless
  }

  /// The response; nil if it is incomplete.
  var completeResponse: ReceivedResponse? {
    if case .done = state { response } else { nil }
  }

  /// Parses a part of the response. Bytes after the response are ignored.
  mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(HTTPClientError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .done: return
      case .length(let count): consumeBody(from: &rest, count: count) { $0 == 0 ? .done : .length($0) }
      case .chunk(let count): consumeBody(from: &rest, count: count) { $0 == 0 ? .chunkEnd : .chunk($0) }
      case .untilClose: consumeBody(from: &rest, count: rest.count) { _ in .untilClose }
      case .statusLine, .fields, .chunkSize, .chunkEnd, .trailers: try consumeLine(from: &rest)
      }
    }
  }

  /// Handles the end of the connection, which ends a body without a length.
  mutating func handleEndOfInput() throws(HTTPClientError) {
    switch state {
    case .untilClose, .done: state = .done
    default: throw .closedEarly
    }
  }

  // MARK: Bodies

  private mutating func consumeBody(
    from rest: inout Slice<UnsafeRawBufferPointer>, count: Int, nextState: (Int) -> State
  ) {
    let part = rest.prefix(count)
    let capacity = limits.bodyBytes - response.body.count
    response.body.append(contentsOf: part.prefix(capacity))
    rest = rest.dropFirst(part.count)
    if part.count > capacity {
      response.isTruncated = true
      state = .done
    } else {
      state = nextState(count - part.count)
    }
  }

  // MARK: Lines

  private mutating func consumeLine(from rest: inout Slice<UnsafeRawBufferPointer>) throws(HTTPClientError) {
    let end = rest.firstIndex(of: UInt8(ascii: "\n"))
    let part = rest[..<(end ?? rest.endIndex)]
    headBytes += part.count + 1
    guard headBytes <= limits.headBytes else { throw .malformed("the head is longer than \(limits.headBytes) bytes") }
    line.append(contentsOf: part)
    rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
    guard end != nil else { return }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    try parseLine(text)
  }

  private mutating func parseLine(_ text: String) throws(HTTPClientError) {
    switch state {
    case .statusLine: try parseStatusLine(text)
    case .fields where text.isEmpty: try startBody()
    case .fields: try parseField(text)
    case .chunkSize: try parseChunkSize(text)
    case .chunkEnd:
      guard text.isEmpty else { throw .malformed("a chunk is longer than its size") }
      state = .chunkSize
    case .trailers: if text.isEmpty { state = .done }
    case .length, .chunk, .untilClose, .done: break
    }
  }

  private mutating func parseStatusLine(_ text: String) throws(HTTPClientError) {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, ["HTTP/1.1", "HTTP/1.0"].contains(parts[0]), parts[1].utf8.count == 3,
      let code = Int(parts[1]), (100...599).contains(code)
    else { throw .malformed("invalid status line") }
    response.status = HTTPResponse.Status(code: code)
    state = .fields
  }

  private mutating func parseField(_ text: String) throws(HTTPClientError) {
    guard let colon = text.firstIndex(of: ":"), let name = HTTPField.Name(String(text[..<colon])) else {
      throw .malformed("invalid field line")
    }
    let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    response.fields.append(HTTPField(name: name, value: String(value)))
  }

  private mutating func startBody() throws(HTTPClientError) {
    let status = response.status
    if status.kind == .informational {
      response = ReceivedResponse(status: .ok)
      state = .statusLine
    } else if isBodiless || status == .noContent || status == .notModified {
      state = .done
    } else if let coding = response.fields[.transferEncoding] {
      state = coding.lowercased().hasSuffix("chunked") ? .chunkSize : .untilClose
    } else {
      state = try parseContentLength().map { $0 == 0 ? .done : .length($0) } ?? .untilClose
    }
  }

  private func parseContentLength() throws(HTTPClientError) -> Int? {
    let values = Set(response.fields[values: .contentLength])
    guard let text = values.first else { return nil }
    guard values.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text)
    else { throw .malformed("invalid Content-Length") }
    return number
  }

  private mutating func parseChunkSize(_ text: String) throws(HTTPClientError) {
    let digits = text.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
    guard !digits.isEmpty, digits.utf8.count <= 15, digits.allSatisfy(\.isHexDigit), let size = Int(digits, radix: 16)
    else { throw .malformed("invalid chunk size") }
    // The limit applies to the framing of each chunk separately.
    headBytes = 0
    state = size == 0 ? .trailers : .chunk(size)
  }
}
