/// What a connection does.
enum ConnectionPhase {
  /// Reads requests.
  case reading
  /// The response to a request is not complete yet.
  case answering
  /// Reads no more requests, and closes when all output is sent.
  case closing
  /// All output is sent. Reads and discards further input, because closing with unread input makes the kernel send a
  /// reset, which can destroy the response before the client reads it (RFC 9112, 9.6).
  case lingering
  case closed
}

/// The times of a connection that decide when it times out, in milliseconds of the loop's clock.
struct ConnectionTimes {
  /// When the current request began to arrive; nil if none has begun, or while it waits behind unsent output.
  private(set) var requestStart: Int?
  private var idleSince: Int
  /// Time of the last successful write of queued output, or when output was first queued.
  var lastProgress: Int

  init(start: Int) {
    idleSince = start
    lastProgress = start
  }

  /// The response to a request is complete.
  mutating func endRequest(at now: Int) {
    requestStart = nil
    idleSince = now
  }

  /// Notes the beginning of a request. The request timeout does not include time behind unsent output.
  /// - Parameter hasInput: whether a part of a request has arrived
  mutating func noteRequest(hasInput: Bool, isCongested: Bool, at now: Int) {
    if isCongested {
      requestStart = nil
    } else if requestStart == nil, hasInput {
      requestStart = now
    }
  }

  /// Time at which a phase times out; nil while the connection waits for the handler.
  /// - Parameters:
  ///   - isCongested: whether no further request is parsed because of unsent output
  ///   - isInHandshake: whether the TLS handshake is not complete. The request timeout limits its time, whatever the client
  ///     has sent
  ///   - hasBacklog: whether the socket has not accepted all output
  func deadline(
    of phase: ConnectionPhase, isCongested: Bool, isInHandshake: Bool, hasBacklog: Bool, limits: HTTPServerLimits
  ) -> Int? {
    switch phase {
    case .reading where isCongested, .closing: lastProgress.addingSaturated(limits.idleTimeout)
    case .reading where isInHandshake: idleSince.addingSaturated(limits.requestTimeout)
    case .reading:
      requestStart.map { $0.addingSaturated(limits.requestTimeout) } ?? idleSince.addingSaturated(limits.idleTimeout)
    case .answering: hasBacklog ? lastProgress.addingSaturated(limits.idleTimeout) : nil
    case .lingering: lastProgress.addingSaturated(limits.lingerTimeout)
    case .closed: nil
    }
  }
}

extension Int {
  /// The sum, or `Int.max` if it overflows: a timeout of `Int.max` means no timeout.
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}
