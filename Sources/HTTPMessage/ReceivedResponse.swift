public import HTTPTypes

/// What another server answered.
public struct ReceivedResponse: Sendable {
  public var status: HTTPResponse.Status
  public var fields: HTTPFields
  public var body: [UInt8]
  /// Whether the body was longer than what is kept of one.
  public var isCut: Bool

  public init(status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = [], isCut: Bool = false) {
    self.status = status
    self.fields = fields
    self.body = body
    self.isCut = isCut
  }
}
