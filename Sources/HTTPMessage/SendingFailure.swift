/// Why a request of ours has no answer.
public enum SendingFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name stands for no address.
  case unresolved(String)
  /// No connection came about.
  case unreachable(String)
  /// The connection is not secure, or not with whom it should be.
  case insecure(String)
  /// Not complete in the time it had.
  case timedOut
  /// The server went before its answer was whole.
  case closedEarly
  /// What came is not an HTTP answer, or its head is over the limit.
  case malformed(String)
  /// Nobody waits for it any more.
  case cancelled

  public var description: String {
    switch self {
    case .unresolved(let reason): "the name was not resolved: \(reason)"
    case .unreachable(let reason): "no connection: \(reason)"
    case .insecure(let reason): "no secure connection: \(reason)"
    case .timedOut: "no answer in time"
    case .closedEarly: "the connection was closed before the answer was whole"
    case .malformed(let reason): "not an HTTP answer: \(reason)"
    case .cancelled: "cancelled"
    }
  }
}
