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

  public init(status: HTTPResponse.Status, headerFields: [HTTPField] = [], body: Body = .none) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  public static func ok(_ node: Node) -> Reply {
    Reply(status: .ok, body: .node(node))
  }

  public static func ok(_ record: Record) -> Reply {
    .ok(.record(record))
  }

  public static func created(_ record: Record) -> Reply {
    Reply(status: .created, body: .node(.record(record)))
  }

  /// 204, and nothing in it.
  public static let noContent = Reply(status: .noContent)

  public static func accepted(_ node: Node) -> Reply {
    Reply(status: .accepted, body: .node(node))
  }
}

/// What a reply is made of: records that are rendered in the shape of the version asked for, and what stands around them.
public enum Node: Sendable {
  case json(JSON)
  /// A record, by its model.
  case record(Record)
  case records([Record])
  /// Members in order.
  case object([Member])
  case array([Node])
  /// An object in the newest shape of a published schema that no model keeps records of.
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

  /// How many records stand in it or one level below, as the items of a list do.
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

  /// Members in order, without those that are nil.
  public static func members(_ members: KeyValuePairs<String, Node?>) -> Node {
    .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

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
