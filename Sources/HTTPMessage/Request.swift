public import HTTPTypes

/// One request as it came off the wire: percent-decoded where that is safe, and nothing else interpreted.
public struct Request: Sendable {
  /// The method, with its case kept: methods are case-sensitive (RFC 9110, 9.1).
  public var method: HTTPRequest.Method
  /// The request target in origin form, still encoded: path and query as sent, without scheme and authority.
  public var target: String
  /// The path's segments, each decoded after splitting. Empty segments at either end are dropped.
  public var segments: [String]
  /// The query, decoded, in order, repeated names kept.
  public var query: [QueryItem]
  /// The header fields as received.
  public var fields: ReceivedFields
  /// The decoded body in bytes; empty when there was none.
  public var body: [UInt8]
  /// `http` or `https`, as the connection came in or the absolute-form target said.
  public var scheme: String
  /// The host, and port if given, that the client addressed: the target's authority, else the `Host` field.
  public var authority: String
  /// The peer's address without its port; empty for a Unix socket.
  public var peer: String

  public init(
    method: HTTPRequest.Method, target: String, fields: ReceivedFields = ReceivedFields(), body: [UInt8] = [],
    scheme: String = "http", authority: String = "", peer: String = ""
  ) {
    self.method = method
    self.target = target
    (self.segments, self.query) = RequestTarget.split(target)
    self.fields = fields
    self.body = body
    self.scheme = scheme
    self.authority = authority
    self.peer = peer
  }
}

/// One `name=value` of a query, decoded; `+` reads as a space. A name without `=` has an empty value.
public struct QueryItem: Sendable, Equatable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
