import HTTPMessage

@testable import HTTPTransport

/// What a parser made of some input.
struct Reading {
  var requests: [IncomingRequest] = []
  var failure: RequestFailure?
  var continues = 0
  /// How many bytes were left over.
  var rest = 0

  /// Feeds the pieces one after another, holding what is not used up, as a connection does.
  init(_ pieces: [ArraySlice<UInt8>], limits: Limits = Limits()) {
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
        case .wantsContinue: continues += 1
        case .request(let request): requests.append(request)
        case .refused(let reason): failure = reason
        }
      }
    }
    rest = held.count
  }

  init(_ text: String, limits: Limits = Limits()) {
    self.init([Array(text.utf8)[...]], limits: limits)
  }

  /// The same input, split in two at every place, and byte by byte.
  static func everySplit(of text: String, limits: Limits = Limits()) -> [Reading] {
    let bytes = Array(text.utf8)
    let halves = bytes.indices.map { Reading([bytes[..<$0], bytes[$0...]], limits: limits) }
    return halves + [Reading(bytes.indices.map { bytes[$0...$0] }, limits: limits)]
  }
}
