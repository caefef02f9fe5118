import HTTPMessage

@testable import HTTPTransport

extension FuzzHarness {
  /// However a connection's bytes are cut up, the same requests are read, and the same refusal ends them.
  static let requests = stateless(named: "requests") { input in
    guard let first = input.first else { return }
    let bytes = input.dropFirst()
    let cut = bytes.startIndex + Int(first) * bytes.count / 256
    let whole = ParsedRequests(parsing: [bytes])
    for other in [
      ParsedRequests(parsing: [bytes[..<cut], bytes[cut...]]),
      ParsedRequests(parsing: bytes.indices.map { bytes[$0...$0] }),
    ] {
      try FuzzFinding.require(whole == other, message: "read whole: \(whole), read in pieces: \(other)")
    }
  }

  /// A chunked body that is taken is what the reader of answers, which is less strict, makes of it.
  static let chunks = stateless(named: "chunks") { input in
    let head = Array("POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    let whole = ParsedRequests(parsing: [head + input], limits: .tight)
    let pieces = ParsedRequests(parsing: (head + input).map { [$0] }, limits: .tight)
    try FuzzFinding.require(whole == pieces, message: "read whole: \(whole), read in pieces: \(pieces)")
    guard let body = whole.bodies.first else { return }
    var parser = ResponseParser(limits: .wide, isBodiless: false)
    do {
      let answer = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + input
      try answer.withUnsafeBytes { try parser.consume($0) }
    } catch HTTPClientError.malformed("no chunk size") {
      // More than fifteen digits, all but a few of them zeros: only servers of ours would send them.
      return
    }
    try FuzzFinding.require(
      parser.completeResponse?.body == body, message: "\(parser.completeResponse?.body ?? []) is not \(body)")
  }

  /// However the bytes of another server's answer are cut up, the same is read.
  static let answers = stateless(named: "answers") { input in
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = ParsedResponse(parsing: [bytes[...]], isBodiless: first & 1 == 1)
    let pieces = ParsedResponse(parsing: bytes.indices.map { bytes[$0...$0] }, isBodiless: first & 1 == 1)
    try FuzzFinding.require(whole == pieces, message: "read whole: \(whole), read in pieces: \(pieces)")
  }
}

extension HTTPServerLimits {
  /// Limits that a short input reaches.
  fileprivate static var tight: HTTPServerLimits {
    var limits = HTTPServerLimits()
    (limits.bodyBytes, limits.requestLineBytes, limits.headerBytes) = (256, 128, 192)
    return limits
  }
}

extension ClientLimits {
  fileprivate static var wide: ClientLimits {
    var limits = ClientLimits()
    (limits.bodyBytes, limits.headBytes) = (1 << 24, 1 << 24)
    return limits
  }
}

/// What the reader of answers made of some pieces.
private struct ParsedResponse: Equatable {
  private var status = 0
  private var fields = ""
  private var body: [UInt8] = []
  private var failure: HTTPClientError?

  init(parsing pieces: [ArraySlice<UInt8>], isBodiless: Bool) {
    var parser = ResponseParser(limits: ClientLimits(), isBodiless: isBodiless)
    do {
      for piece in pieces { try piece.withUnsafeBytes { try parser.consume($0) } }
      if parser.completeResponse == nil { try parser.handleEndOfInput() }
    } catch {
      failure = error as? HTTPClientError
    }
    guard let answer = parser.completeResponse else { return }
    (status, fields, body) = (answer.status.code, "\(answer.fields)", answer.body)
  }
}
