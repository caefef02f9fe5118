import HTTPMessage
import HTTPTypes
import JSON

/// A request that was answered, as the topic of API activity looks at it.
public struct RequestNotice {
  public let id: String
  public let request: Request
  /// As the client sent it.
  public let token: String
  public let status: Int
  /// Renders in the version of whoever is notified.
  public let call: Call

  public init(id: String, _ request: Request, token: String, status: Int, _ call: Call) {
    self.id = id
    self.request = request
    self.token = token
    self.status = status
    self.call = call
  }
}
