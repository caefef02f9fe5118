import ASCII
import Glibc
import Gzip
import HTTPMessage
import HTTPTypes

/// Serializes responses (RFC 9112, 4 to 7).
final class ResponseWriter {
  /// The body that follows a written head.
  enum Payload {
    case none
    /// A whole body, compressed if the head says so.
    case bytes([UInt8])
    /// A streamed body. Without the chunked coding, for HTTP/1.0, the end of the connection ends it (RFC 9112, 6.3).
    case chunks(BodyStream)
    /// A whole long body, which is not compressed, and its length.
    case pieces(BodyStream, count: Int)
  }

  /// Size of a body in bytes from which it is sent in pieces: to compress or copy it at once would delay other clients.
  private static let longBody = 1 << 20
  private static let pieceSize = 1 << 16

  private let compression: Compression
  private lazy var gzip = GzipStream(level: compression.level)
  private var date = DateField()

  init(compression: Compression = Compression()) {
    self.compression = compression
  }

  /// Appends the head of a response and returns the body that follows it.
  ///
  /// - Parameter keepsAlive: whether the connection persists; set to false if the end of the connection ends the body
  func writeHead(
    of response: borrowing Response, for exchange: RequestTraits, keepsAlive: inout Bool, to output: inout [UInt8]
  ) -> Payload {
    var isCompressed = false
    let payload = payload(of: response, for: exchange, isCompressed: &isCompressed)
    if case .chunks(let stream) = payload, !stream.isChunked { keepsAlive = false }
    output.reserveCapacity(output.count + 512)
    appendStatusLine(response.status, to: &output)
    date.refresh()
    output.append(contentsOf: date.bytes)
    if let preset = response.presetFields { output.append(contentsOf: preset.bytes) }
    output.append(contentsOf: response.standardFields.bytes)
    if !response.fields.isEmpty { appendFields(response.fields, to: &output) }
    if isCompressed { output.append("Content-Encoding: gzip\r\n") }
    if !response.status.forbidsBody { appendLength(of: payload, to: &output) }
    if !keepsAlive {
      output.append("Connection: close\r\n")
    } else if exchange.isHTTP10 {
      output.append("Connection: keep-alive\r\n")
    }
    output.append("\r\n")
    return exchange.isHead || response.status.forbidsBody ? .none : payload
  }

  /// The chunk that ends a body with the chunked coding, and its empty trailer section (RFC 9112, 7.1).
  static let lastChunk: StaticString = "0\r\n\r\n"

  /// Appends a chunk of a streamed body. An empty chunk is omitted, because it would end the body (RFC 9112, 7.1).
  func write(chunk: [UInt8], isChunked: Bool, to output: inout [UInt8]) {
    guard !chunk.isEmpty else { return }
    if isChunked {
      output.append(hexadecimal: chunk.count)
      output.append("\r\n")
    }
    output.append(contentsOf: chunk)
    if isChunked { output.append("\r\n") }
  }

  private func payload(
    of response: borrowing Response, for exchange: RequestTraits, isCompressed: inout Bool
  ) -> Payload {
    switch response.body {
    case .none: return .none
    case .chunks(let next): return .chunks(BodyStream(next: next, isChunked: !exchange.isHTTP10))
    case .pieces(let pieces): return Self.payload(of: pieces)
    case .bytes(let bytes) where bytes.count >= Self.longBody: return Self.payload(ofLongBody: bytes)
    case .bytes(let bytes):
      guard bytes.count >= compression.threshold, compression.isOn, exchange.acceptsGzip, response.mayBeCompressed,
        let packed = gzip.compress(bytes), packed.count < bytes.count
      else { return .bytes(bytes) }
      isCompressed = true
      return .bytes(packed)
    }
  }

  private static func payload(of pieces: [[UInt8]]) -> Payload {
    var rest = pieces[...]
    return .pieces(
      BodyStream(next: { rest.popFirst() }, isChunked: false), count: pieces.reduce(0) { $0 + $1.count })
  }

  private static func payload(ofLongBody bytes: [UInt8]) -> Payload {
    var start = 0
    let stream = BodyStream(
      next: {
        guard start < bytes.count else { return nil }
        defer { start += pieceSize }
        return Array(bytes[start..<min(start + pieceSize, bytes.count)])
      }, isChunked: false)
    return .pieces(stream, count: bytes.count)
  }

  /// The first half of a body, or the first chunk of a generated one, for a simulated failure.
  func firstHalf(of payload: Payload) -> [UInt8] {
    switch payload {
    case .none: return []
    case .bytes(let bytes): return Array(bytes.prefix(bytes.count / 2))
    case .pieces(let stream, let count):
      var half: [UInt8] = []
      while half.count < count / 2, let piece = stream.next() { half += piece }
      return Array(half.prefix(count / 2))
    case .chunks(let stream):
      var framed: [UInt8] = []
      if let chunk = stream.next() { write(chunk: chunk, isChunked: stream.isChunked, to: &framed) }
      return framed
    }
  }

  private func appendLength(of payload: borrowing Payload, to output: inout [UInt8]) {
    switch payload {
    case .none: output.append("Content-Length: 0\r\n")
    case .bytes(let bytes): appendLength(bytes.count, to: &output)
    case .pieces(_, let count): appendLength(count, to: &output)
    case .chunks(let stream): if stream.isChunked { output.append("Transfer-Encoding: chunked\r\n") }
    }
  }

  private func appendLength(_ count: Int, to output: inout [UInt8]) {
    output.append("Content-Length: ")
    output.append(decimal: count)
    output.append("\r\n")
  }

  private func appendStatusLine(_ status: HTTPResponse.Status, to output: inout [UInt8]) {
    guard status.code != 200 else {
      output.append("HTTP/1.1 200 OK\r\n")
      return
    }
    output.append("HTTP/1.1 ")
    output.append(decimal: status.code)
    output.append(Octet.space)
    output.append(contentsOf: status.reasonPhrase.utf8)
    output.append("\r\n")
  }

  /// Appends the fields of the response, except those that the transport sets.
  private func appendFields(_ fields: [HTTPField], to output: inout [UInt8]) {
    for field in fields where !field.name.framesMessage {
      output.append(contentsOf: field.name.rawName.utf8)
      output.append(": ")
      output.append(contentsOf: field.value.utf8)
      output.append("\r\n")
    }
  }
}

extension Response {
  /// Whether the response allows compression and has no content coding.
  fileprivate var mayBeCompressed: Bool {
    compressible && !status.forbidsBody && !fields.contains { $0.name == .contentEncoding }
  }
}

extension HTTPResponse.Status {
  /// Whether a response with this status has no body: 1xx, 204 and 304 (RFC 9110, 6.4.1).
  var forbidsBody: Bool {
    code < 200 || code == 204 || code == 304
  }
}

extension HTTPField.Name {
  /// Whether the transport sets this field. The length is compared first because most names match none.
  fileprivate var framesMessage: Bool {
    switch rawName.utf8.count {
    case 4: self == .date
    case 10: self == .connection
    case 14: self == .contentLength
    case 17: self == .transferEncoding
    default: false
    }
  }
}

/// The `Date` field line (RFC 9110, 6.6.1), formatted once a second.
struct DateField {
  private var second = Int.min
  private(set) var bytes: [UInt8] = []

  /// Updates the line if the second has changed.
  mutating func refresh() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    if time.tv_sec != second { format(secondsSince1970: time.tv_sec) }
  }

  /// Formats a time as an IMF-fixdate (RFC 9110, 5.6.7), for example `Date: Sun, 06 Nov 1994 08:49:37 GMT`.
  mutating func format(secondsSince1970 seconds: Int) {
    second = seconds
    var (time, parts) = (time_t(seconds), tm())
    gmtime_r(&time, &parts)
    let day = Self.name(of: parts.tm_wday, in: "SunMonTueWedThuFriSat")
    let month = Self.name(of: parts.tm_mon, in: "JanFebMarAprMayJunJulAugSepOctNovDec")
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { String(decimal: $0, width: 2) }.joined(separator: ":")
    let date = "\(String(decimal: parts.tm_mday, width: 2)) \(month) \(Int(parts.tm_year) + 1900)"
    bytes = Array("Date: \(day), \(date) \(clock) GMT\r\n".utf8)
  }

  private static func name(of index: Int32, in names: String) -> Substring {
    names.dropFirst(Int(index) * 3).prefix(3)
  }
}
