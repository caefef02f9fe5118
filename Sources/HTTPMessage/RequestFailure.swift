/// Why a request never reached a route: what the transport refuses by itself. The server words the answer.
public enum RequestFailure: Error, Sendable, Equatable {
  /// 400: not HTTP, or HTTP that could be read two ways. The reason is for a person.
  case malformed(String)
  /// 408: not complete within the request time-out.
  case timedOut
  /// 413: the body is over the limit, in bytes.
  case bodyTooLarge(limit: Int)
  /// 417: an expectation other than 100-continue.
  case expectationFailed
  /// 431: the request line or the header block is over the limit, in bytes.
  case headTooLarge(limit: Int)
  /// 501: a transfer coding that is not `chunked`.
  case unsupportedTransferCoding
  /// 505: an HTTP version that is not 1.0 or 1.1.
  case unsupportedVersion
}
