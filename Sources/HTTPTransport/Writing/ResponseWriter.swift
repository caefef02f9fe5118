import Glibc
import Gzip
import HTTPMessage
import HTTPTypes

/// Frames responses: everything between a `Response` and its bytes (RFC 9112, 4 to 6).
final class ResponseWriter {
  /// How a response goes out, once its head is written.
  enum Payload {
    case none
    /// The body as it goes on the wire, perhaps compressed.
    case bytes([UInt8])
    /// Pieces to be fetched; framed as chunks, or bare for HTTP/1.0, where the connection's end ends them.
    case pieces(() -> [UInt8]?, isChunked: Bool)
  }

  private let compression: Compression
  private lazy var gzip = GzipStream(level: compression.level)
  private var date = DateField()

  init(compression: Compression = Compression()) {
    self.compression = compression
  }

  /// Appends the head of a response and returns what follows it. `keepsAlive` says whether the connection stays open;
  /// it is cleared when only the connection's end can end the body.
  func writeHead(
    of response: borrowing Response, for exchange: RequestTraits, keepsAlive: inout Bool, to output: inout [UInt8]
  ) -> Payload {
    var isCompressed = false
    let payload = payload(of: response, for: exchange, isCompressed: &isCompressed)
    if case .pieces(_, isChunked: false) = payload { keepsAlive = false }
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

  /// Appends one piece of a body, framed (RFC 9112, 7.1). An empty piece leaves no trace, as it would end the body.
  func write(piece: [UInt8], isChunked: Bool, to output: inout [UInt8]) {
    guard !piece.isEmpty else { return }
    if isChunked {
      output.append(hexadecimal: piece.count)
      output.append("\r\n")
    }
    output.append(contentsOf: piece)
    if isChunked { output.append("\r\n") }
  }

  private func payload(
    of response: borrowing Response, for exchange: RequestTraits, isCompressed: inout Bool
  ) -> Payload {
    switch response.body {
    case .none: return .none
    case .chunks(let next): return .pieces(next, isChunked: !exchange.isHTTP10)
    case .bytes(let bytes):
      guard bytes.count >= compression.threshold, compression.isOn, exchange.acceptsGzip, response.mayBeCompressed,
        let packed = gzip.compress(bytes), packed.count < bytes.count
      else { return .bytes(bytes) }
      isCompressed = true
      return .bytes(packed)
    }
  }

  private func appendLength(of payload: borrowing Payload, to output: inout [UInt8]) {
    switch payload {
    case .none: output.append("Content-Length: 0\r\n")
    case .bytes(let bytes):
      output.append("Content-Length: ")
      output.append(decimal: bytes.count)
      output.append("\r\n")
    case .pieces(_, isChunked: true): output.append("Transfer-Encoding: chunked\r\n")
    case .pieces(_, isChunked: false): break
    }
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

  /// The response's own fields, without those that frame a message: these are the transport's to decide.
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
  /// Whether compression is allowed and not already done.
  fileprivate var mayBeCompressed: Bool {
    compressible && !status.forbidsBody && !fields.contains { $0.name == .contentEncoding }
  }
}

extension HTTPResponse.Status {
  /// Whether a response never has a body: 1xx, 204 and 304 (RFC 9110, 6.4.1).
  var forbidsBody: Bool {
    code < 200 || code == 204 || code == 304
  }
}

extension HTTPField.Name {
  /// Told apart by length first, as most names match none.
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

/// The `Date` line (RFC 9110, 6.6.1 and 5.6.7), spelled once a second.
struct DateField {
  private var second = Int.min
  private(set) var bytes: [UInt8] = []

  /// Brings the line up to date.
  mutating func refresh() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    if time.tv_sec != second { format(secondsSince1970: time.tv_sec) }
  }

  /// Spells seconds since 1970, as in `Date: Sun, 06 Nov 1994 08:49:37 GMT`.
  mutating func format(secondsSince1970 seconds: Int) {
    second = seconds
    var (time, parts) = (time_t(seconds), tm())
    gmtime_r(&time, &parts)
    let day = Self.name(of: parts.tm_wday, in: "SunMonTueWedThuFriSat")
    let month = Self.name(of: parts.tm_mon, in: "JanFebMarAprMayJunJulAugSepOctNovDec")
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.twoDigits($0) }.joined(separator: ":")
    let date = "\(Self.twoDigits(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1900)"
    bytes = Array("Date: \(day), \(date) \(clock) GMT\r\n".utf8)
  }

  private static func name(of index: Int32, in names: String) -> Substring {
    names.dropFirst(Int(index) * 3).prefix(3)
  }

  private static func twoDigits(_ number: Int32) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

/// Text and numbers as octets, without a `String` in between.
extension [UInt8] {
  @inline(__always)
  mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(decimal number: Int) {
    append(digitsOf: number, radix: 10)
  }

  mutating func append(hexadecimal number: Int) {
    append(digitsOf: number, radix: 16)
  }

  private mutating func append(digitsOf number: Int, radix: Int) {
    let start = count
    var rest = Swift.max(0, number)
    repeat {
      let digit = UInt8(truncatingIfNeeded: rest % radix)
      append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
      rest /= radix
    } while rest > 0
    self[start...].reverse()
  }
}
