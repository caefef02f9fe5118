import HTTPMessage

@testable import HTTPTransport

/// What a parser made of some input.
struct ParseResult {
  var requests: [IncomingRequest] = []
  var failure: RequestFailure?
  var continueCount = 0
  /// How many bytes were left over.
  var remainingBytes = 0

  /// Feeds the pieces one after another, holding what is not used up, as a connection does.
  init(parsing pieces: [ArraySlice<UInt8>], limits: HTTPServerLimits = HTTPServerLimits()) {
    var parser = RequestParser(limits: limits)
    var held: [UInt8] = []
    for piece in pieces {
      held += piece
      var isHungry = false
      while !isHungry, failure == nil {
        let (consumed, step) = parser.parse(held.span)
        held.removeFirst(consumed)
        switch step {
        case .incomplete: isHungry = true
        case .wantsContinue: continueCount += 1
        case .request(let request): requests.append(request)
        case .refused(let reason): failure = reason
        }
      }
    }
    remainingBytes = held.count
  }

  init(parsing text: String, limits: HTTPServerLimits = HTTPServerLimits()) {
    self.init(parsing: [Array(text.utf8)[...]], limits: limits)
  }

  /// The same input, split in two at every place, and byte by byte.
  static func everySplit(of text: String, limits: HTTPServerLimits = HTTPServerLimits()) -> [ParseResult] {
    let bytes = Array(text.utf8)
    let halves = bytes.indices.map { ParseResult(parsing: [bytes[..<$0], bytes[$0...]], limits: limits) }
    return halves + [ParseResult(parsing: bytes.indices.map { bytes[$0...$0] }, limits: limits)]
  }
}
