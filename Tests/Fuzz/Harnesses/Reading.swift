import HTTPMessage

@testable import HTTPTransport

/// What the parser of requests made of some pieces.
struct ParsedRequests: Equatable {
  private(set) var requests: [Request] = []
  /// What the server's answers depend on.
  private var summaries: [String] = []
  private(set) var failure: RequestFailure?
  private var remainingBytes = 0

  var bodies: [[UInt8]] { requests.map(\.body) }

  /// Feeds the pieces one after the other, holding what is not used up, as a connection does.
  init(parsing pieces: some Sequence<some Collection<UInt8>>, limits: HTTPServerLimits = HTTPServerLimits()) {
    var parser = RequestParser(limits: limits, peer: "192.0.2.1")
    var held: [UInt8] = []
    for piece in pieces where failure == nil {
      held += piece
      while parseNext(with: &parser, buffer: &held) {}
    }
    remainingBytes = failure == nil ? held.count : 0
  }

  /// Takes one step; false when more is needed or nothing more is read.
  private mutating func parseNext(with parser: inout RequestParser, buffer held: inout [UInt8]) -> Bool {
    let (consumed, step) = parser.parse(held.span)
    held.removeFirst(consumed)
    switch step {
    case .wantsContinue: return true
    case .incomplete: return false
    case .request(let incoming):
      let request = incoming.request
      requests.append(request)
      summaries.append(
        "\(request.method) \(request.target) \(request.authority) \(request.fields.all) \(incoming.traits)")
      return true
    case .refused(let reason):
      failure = reason
      return false
    }
  }

  static func == (one: ParsedRequests, other: ParsedRequests) -> Bool {
    one.summaries == other.summaries && one.bodies == other.bodies && one.failure == other.failure
      && one.remainingBytes == other.remainingBytes
  }
}
