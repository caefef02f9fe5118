public import HTTPTypes

/// One response, before it is framed for the wire. The transport adds `Date`, `Content-Length` or `Transfer-Encoding`,
/// `Content-Encoding` and `Connection`, and leaves out the body of a reply to HEAD, a 204 and a 304.
public struct Response: Sendable {
  public enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// Sent chunked: asked for the next piece whenever the last was written; nil ends it.
    case chunks(@Sendable () -> [UInt8]?)
  }

  public var status: HTTPResponse.Status
  /// Fields that never change, encoded once.
  public var presetFields: FieldBlock?
  /// Fields that every response has with values of its own; they follow the preset ones.
  public var standardFields: FieldBlock
  /// Fields of this response alone; they follow its own ones.
  public var fields: [HTTPField]
  public var body: Body
  /// Whether the transport may compress the body when the client accepts it.
  public var compressible: Bool
  /// Whether the connection is closed once this was written.
  public var closesConnection: Bool

  /// All fields, one by one, as they go on the wire.
  public var allFields: [HTTPField] {
    (presetFields?.all ?? []) + standardFields.all + fields
  }

  public init(
    status: HTTPResponse.Status, presetFields: FieldBlock? = nil, standardFields: FieldBlock = FieldBlock(),
    fields: [HTTPField] = [],
    body: Body = .none, compressible: Bool = true, closesConnection: Bool = false
  ) {
    self.status = status
    self.presetFields = presetFields
    self.standardFields = standardFields
    self.fields = fields
    self.body = body
    self.compressible = compressible
    self.closesConnection = closesConnection
  }
}

/// What becomes of one request. The transport carries it out; nobody waits.
///
/// Not `Sendable`: an outcome goes from the handler to the transport on one thread, and `.pending` may close over
/// whatever else lives on it.
public enum Outcome {
  /// Answer at once.
  case now(Response)
  /// Answer after so many milliseconds.
  case after(milliseconds: Int, Response)
  /// Break the wire in a named way.
  case fault(ConnectionFault)
  /// The answer comes later: the closure is called at once, on the loop's thread, with the completion to call on it too,
  /// then or later. Further calls do nothing, nor does a call after the client has gone.
  case pending((_ complete: @escaping (Response) -> Void) -> Void)
}

/// Ways to fail that a well-behaved server never shows.
public enum ConnectionFault: Sendable {
  /// Close without a byte of an answer.
  case closeBeforeResponse
  /// Reset the connection, as where nobody listens any more.
  case reset
  /// Send the head and half of the body, then close.
  case closeMidBody(Response)
  /// Send the answer `bytes` at a time, with `milliseconds` between.
  case drip(Response, bytes: Int, milliseconds: Int)
}
