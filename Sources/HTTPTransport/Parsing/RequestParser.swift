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

  let limits: Limits
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
  var scanned = 0
  /// Bytes of chunk extensions and trailers that the body has cost so far.
  var overhead = 0

  init(limits: Limits, peer: String = "") {
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
      let step = try advance(input, &position)
      return (position, step)
    } catch {
      state = .failed(error)
      return (position, .refused(error))
    }
  }

  private mutating func advance(_ input: Span<UInt8>, _ position: inout Int) throws(RequestFailure) -> Step {
    while true {
      switch state {
      case .requestLine, .fields:
        guard try readHead(input, &position) else { return .incomplete }
        try beginBody()
        if head.expectsContinue, position == input.count, !isComplete { return .wantsContinue }
      case .fixedBody(let remaining):
        let taken = take(remaining, of: input, &position)
        guard taken == remaining else {
          state = .fixedBody(remaining: remaining - taken)
          return .incomplete
        }
        return .request(finish())
      case .chunkLine, .chunkData, .chunkEnd, .trailers:
        guard try readChunked(input, &position) else { return .incomplete }
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
