import HTTPTypes
import JSON
import Store

/// What a handler answers.
public struct Reply: Sendable {
  public enum Body: Sendable {
    case none
    case node(Node)
    case bytes([UInt8], contentType: String)
  }

  public var status: HTTPResponse.Status
  public var headerFields: [HTTPField]
  public var body: Body

  public init(_ status: HTTPResponse.Status, headerFields: [HTTPField] = [], body: Body = .none) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  public static func ok(_ node: Node) -> Reply {
    Reply(.ok, body: .node(node))
  }

  public static func ok(_ record: Record) -> Reply {
    .ok(.record(record))
  }

  public static func created(_ record: Record) -> Reply {
    Reply(.created, body: .node(.record(record)))
  }

  /// 204, and nothing in it.
  public static let noContent = Reply(.noContent)

  public static func accepted(_ node: Node) -> Reply {
    Reply(.accepted, body: .node(node))
  }
}
