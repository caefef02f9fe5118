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
  public var preset: PresetFields?
  /// Fields of this response alone; they follow the preset ones.
  public var fields: [HTTPField]
  public var body: Body
  /// Whether the transport may compress the body when the client accepts it.
  public var compressible: Bool
  /// Whether the connection is closed once this was written.
  public var closes: Bool

  public init(
    status: HTTPResponse.Status, preset: PresetFields? = nil, fields: [HTTPField] = [], body: Body = .none,
    compressible: Bool = true, closes: Bool = false
  ) {
    self.status = status
    self.preset = preset
    self.fields = fields
    self.body = body
    self.compressible = compressible
    self.closes = closes
  }
}

/// Header fields that are the same in every response, kept as the bytes that go on the wire.
public struct PresetFields: Sendable {
  /// `Name: value` lines, each ended by CR LF.
  public let bytes: [UInt8]

  public init(_ fields: HTTPFields) {
    bytes = fields.flatMap { Array("\($0.name.rawName): \($0.value)\r\n".utf8) }
  }
}
