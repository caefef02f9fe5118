public import HTTPTypes

/// A request to another server. The client adds `Host`, `Content-Length` and `Connection`.
public struct OutgoingRequest: Sendable {
  public var method: HTTPRequest.Method
  public var url: AbsoluteURL
  public var fields: [HTTPField]
  public var body: [UInt8]
  /// Time limit from the lookup of the host name to the last byte of the response.
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

/// A response from another server.
public struct ReceivedResponse: Sendable {
  public var status: HTTPResponse.Status
  public var fields: HTTPFields
  public var body: [UInt8]
  /// Whether the body was longer than the client's limit.
  public var isTruncated: Bool

  public init(status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = [], isTruncated: Bool = false) {
    self.status = status
    self.fields = fields
    self.body = body
    self.isTruncated = isTruncated
  }
}

/// The reason why a request to another server failed.
public enum HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The host name was not resolved.
  case unresolved(String)
  /// The host is the metadata service of a cloud, to which no request is sent.
  case forbidden(String)
  /// The connection could not be established.
  case unreachable(String)
  /// The TLS handshake failed or the certificate was rejected.
  case insecure(String)
  /// The response was not complete within the time limit.
  case timedOut
  /// The server closed the connection before the response was complete.
  case closedEarly
  /// The response is not valid HTTP, or its head is too large.
  case malformed(String)
  /// The client cancelled the request.
  case cancelled

  public var description: String {
    switch self {
    case .unresolved(let reason): "the name was not resolved: \(reason)"
    case .forbidden(let host): "refused: \(host) is the metadata service of a cloud, which gives out credentials"
    case .unreachable(let reason): "no connection: \(reason)"
    case .insecure(let reason): "no secure connection: \(reason)"
    case .timedOut: "no answer in time"
    case .closedEarly: "the connection was closed before the answer was whole"
    case .malformed(let reason): "not an HTTP answer: \(reason)"
    case .cancelled: "cancelled"
    }
  }
}
