import HTTPTypes
import JSON
import Store

/// The result of a handler: status, header fields and body.
public struct Reply: Sendable {
  public enum Body: Sendable {
    case none
    case node(Node)
    case bytes([UInt8], contentType: String)
    /// A long JSON text in pieces.
    case pieces([[UInt8]])
  }

  public var status: HTTPResponse.Status
  public var headerFields: [HTTPField]
  public var body: Body

  public init(status: HTTPResponse.Status, headerFields: [HTTPField] = [], body: Body = .none) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  /// 200 with a node.
  public static func ok(_ node: Node) -> Reply {
    Reply(status: .ok, body: .node(node))
  }

  /// 200 with a record.
  public static func ok(_ record: Record) -> Reply {
    .ok(.record(record))
  }

  /// 201 with a record.
  public static func created(_ record: Record) -> Reply {
    Reply(status: .created, body: .node(.record(record)))
  }

  /// 204 without a body.
  public static let noContent = Reply(status: .noContent)

  /// 202 with a node.
  public static func accepted(_ node: Node) -> Reply {
    Reply(status: .accepted, body: .node(node))
  }
}

/// A node of a reply's body. Records are rendered in the requested version; other nodes are independent of the version.
public enum Node: Sendable {
  case json(JSON)
  /// A record, rendered by the plan of its model.
  case record(Record)
  case records([Record])
  /// An object with ordered members.
  case object([Member])
  case array([Node])
  /// An object in the newest version of a published schema (by name) that has no model.
  case shape(String, JSONObject)

  /// One member of an object.
  public struct Member: Sendable {
    public let key: String
    public let value: Node

    public init(key: String, value: Node) {
      self.key = key
      self.value = value
    }
  }

  /// The number of records in the node itself or in its direct members, such as the items of a list.
  public var recordCount: Int {
    switch self {
    case .records(let records): records.count
    case .object(let members): members.reduce(0) { $0 + $1.value.listedCount }
    default: 0
    }
  }

  private var listedCount: Int {
    if case .records(let records) = self { records.count } else { 0 }
  }

  /// An object with ordered members; nil members are omitted.
  public static func members(_ members: KeyValuePairs<String, Node?>) -> Node {
    .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

  /// A JSON string; null for nil.
  public static func string(_ text: String?) -> Node {
    .json(text.map(JSON.string) ?? .null)
  }

  public static func integer(_ number: Int) -> Node {
    .json(.integer(Int64(number)))
  }

  public static func boolean(_ flag: Bool) -> Node {
    .json(.boolean(flag))
  }

  public static var null: Node { .json(.null) }
}

extension Node: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
  public init(stringLiteral text: String) {
    self = .json(.string(text))
  }

  public init(booleanLiteral flag: Bool) {
    self = .json(.boolean(flag))
  }

  public init(integerLiteral number: Int64) {
    self = .json(.integer(number))
  }
}
