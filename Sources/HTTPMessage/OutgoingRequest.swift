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
    _ method: HTTPRequest.Method, _ url: AbsoluteURL, fields: [HTTPField] = [], body: [UInt8] = [],
    timeoutMilliseconds: Int
  ) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
    self.timeoutMilliseconds = timeoutMilliseconds
  }
}
