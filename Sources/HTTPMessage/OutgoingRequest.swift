public import HTTPTypes

/// A request that we make of another server. `Host`, `Content-Length` and `Connection` are the client's business.
public struct OutgoingRequest: Sendable {
  public var method: HTTPRequest.Method
  public var url: AbsoluteURL
  public var fields: [HTTPField]
  public var body: [UInt8]
  /// How long everything may take, from the look-up of the name to the last byte of the answer.
  public var timeoutMilliseconds: Int

  public init(
    method: HTTPRequest.Method, url: AbsoluteURL, fields: [HTTPField] = [], body: [UInt8] = [],
    timeoutMilliseconds: Int
  ) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
    self.timeoutMilliseconds = timeoutMilliseconds
  }
}

/// What another server answered.
public struct ReceivedResponse: Sendable {
  public var status: HTTPResponse.Status
  public var fields: HTTPFields
  public var body: [UInt8]
  /// Whether the body was longer than what is kept of one.
  public var isTruncated: Bool

  public init(status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = [], isTruncated: Bool = false) {
    self.status = status
    self.fields = fields
    self.body = body
    self.isTruncated = isTruncated
  }
}

/// Why a request of ours has no answer.
public enum HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
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
