public import HTTPTypes

/// A response. The transport adds `Date`, `Content-Length` or `Transfer-Encoding`, `Content-Encoding` and `Connection`, and
/// omits the body in responses to HEAD and with status 204 and 304.
public struct Response: Sendable {
  public enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// A long body in pieces of some ten kilobytes, which are sent as fast as the client reads. It is not compressed.
    case pieces([[UInt8]])
    /// A body with the chunked coding. The function returns the next chunk, or nil at the end; it is called when the
    /// previous chunk is sent.
    case chunks(@Sendable () -> [UInt8]?)

    /// The whole body; nil if it is generated while it is sent.
    public var bytes: [UInt8]? {
      switch self {
      case .none: []
      case .bytes(let bytes): bytes
      case .pieces(let pieces): pieces.flatMap(\.self)
      case .chunks: nil
      }
    }
  }

  public var status: HTTPResponse.Status
  /// Fields that are the same in many responses, serialized once.
  public var presetFields: FieldBlock?
  /// Fields of every response whose values differ. They follow the preset fields.
  public var standardFields: FieldBlock
  /// Other fields. They follow the standard fields.
  public var fields: [HTTPField]
  public var body: Body
  /// Whether the transport may compress the body if the client accepts it.
  public var compressible: Bool
  /// Whether the connection closes after this response.
  public var closesConnection: Bool

  /// All fields in the order in which they are sent.
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

/// The result of handling a request, which the transport carries out without blocking.
///
/// Not `Sendable`: it is passed from the handler to the transport on one thread, and `.pending` may capture other objects
/// of that thread.
public enum Outcome {
  /// Send a response at once.
  case now(Response)
  /// Send a response after a delay.
  case after(milliseconds: Int, Response)
  /// Simulate a failure of the connection.
  case fault(ConnectionFault)
  /// Decide later. The closure is called at once with the object that takes the outcome, then or later, on the loop's
  /// thread.
  case pending((PendingOutcome) -> Void)
}

/// Simulated failures of a connection.
public enum ConnectionFault: Sendable {
  /// Close without sending a response.
  case closeBeforeResponse
  /// Reset the connection.
  case reset
  /// Send the head and half of the body, then close.
  case closeMidBody(Response)
  /// Send the response in portions of `bytes`, at intervals of `milliseconds`.
  case drip(Response, bytes: Int, milliseconds: Int)
}
