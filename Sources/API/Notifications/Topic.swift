import HTTPMessage
import HTTPTypes
import JSON
import Store

/// A webhook topic: which writes to the store produce notifications, and the content of a notification.
public struct Topic: Sendable {
  /// Whether a write belongs to the topic.
  public typealias Test = @Sendable (ChangeEvent) -> Bool
  /// Returns the `data.item` of the notification; nil if none is sent.
  public typealias Item = @Sendable (ChangeEvent) -> JSON?

  /// Returns the `data.item` of a notification about a request; nil if the request does not belong to the topic.
  public typealias RequestItem = @Sendable (RequestEvent) -> JSON?

  public let name: String
  public let availability: Availability
  /// The names of the collections whose writes may belong to the topic.
  public let collections: [String]
  /// Returns the notification of a request; nil for a topic of writes. A subscription to all topics excludes topics of
  /// requests.
  public let requestItem: RequestItem?
  /// Other names of the topic that a subscription may use.
  public private(set) var aliases: [String] = []
  private let items: @Sendable (ChangeEvent) -> [JSON]

  /// A topic that reports API requests after their reply.
  public init(name: String, ofRequests item: @escaping RequestItem, available availability: Availability = .always) {
    self.name = name
    self.availability = availability
    collections = []
    requestItem = item
    items = { _ in [] }
  }

  /// A topic of writes to several collections. `each` returns the `data.item` of each notification for one write.
  public init(
    name: String, onAnyOf collections: [String], available availability: Availability = .always,
    each: @escaping @Sendable (ChangeEvent) -> [JSON]
  ) {
    self.name = name
    self.availability = availability
    self.collections = collections
    requestItem = nil
    items = each
  }

  /// A topic of writes to one collection. `each` returns the `data.item` of each notification for one write.
  public init(
    name: String, on collection: String, available availability: Availability = .always,
    each: @escaping @Sendable (ChangeEvent) -> [JSON]
  ) {
    self.init(name: name, onAnyOf: [collection], available: availability, each: each)
  }

  /// A topic with one notification for each write that `test` accepts and for which `item` returns a value.
  public init(
    name: String, on collection: String, when test: @escaping Test, shows item: @escaping Item,
    available availability: Availability = .always
  ) {
    self.init(name: name, on: collection, available: availability) { notice in
      guard test(notice), let json = item(notice) else { return [] }
      return [json]
    }
  }

  /// A copy of the topic that reports no write which `test` accepts.
  public func excluding(_ test: @escaping Test) -> Topic {
    var copy = Topic(name: name, onAnyOf: collections, available: availability) { [items] notice in
      test(notice) ? [] : items(notice)
    }
    copy.aliases = aliases
    return copy
  }

  /// A copy of the topic that a subscription may also name `alias`.
  public func alsoNamed(_ alias: String) -> Topic {
    var copy = self
    copy.aliases.append(alias)
    return copy
  }

  /// Returns the `data.item` of each notification for a write; an empty array if the write does not belong to the
  /// topic.
  public func items(for notice: ChangeEvent) -> [JSON] {
    items(notice)
  }
}

/// A write to the store, with the context that topics need.
public struct ChangeEvent {
  /// The record before the write; nil for a creation.
  public let before: Record?
  /// The record after the write; nil for a removal.
  public let after: Record?
  /// All writes of the same call, including this one.
  public let mutations: [Mutation]
  /// The call that renders records in the version of the webhook subscription.
  public let call: Call

  public init(mutation: Mutation, among all: [Mutation], in call: Call) {
    before = mutation.before
    after = mutation.after
    self.mutations = all
    self.call = call
  }

  public var workspace: Workspace { call.workspace }

  public var isCreation: Bool { before == nil }

  public var isRemoval: Bool { after == nil }

  public var isUpdate: Bool { before != nil && after != nil }

  /// Whether an update changed the value of a field; false for creations and removals.
  public func changes(_ field: String) -> Bool {
    isUpdate && before?[field] != after?[field]
  }

  /// The ids that the write added to a field with a list of ids; all ids for a creation.
  public func addedIDs(in field: String) -> [String] {
    guard let after else { return [] }
    let known = before?[field].strings ?? []
    return after[field].strings.filter { !known.contains($0) }
  }

  /// The ids that an update removed from a field with a list of ids; empty for creations and removals.
  public func removedIDs(in field: String) -> [String] {
    guard let before, let after else { return [] }
    let kept = after[field].strings
    return before[field].strings.filter { !kept.contains($0) }
  }

  /// Renders a node in the version of the webhook subscription.
  public func render(_ node: Node) -> JSON {
    var renderer = Renderer(in: call, to: JSONWriter())
    renderer.write(node)
    return (try? JSON(parsing: renderer.finish().bytes)) ?? .null
  }

  /// Renders the record after the write; nil for a removal.
  public func render() -> JSON? {
    after.map { render(.record($0)) }
  }
}

/// An API request after its reply, with the context that the topic of API activity needs.
public struct RequestEvent {
  /// The request id, as in the `X-Request-Id` header field.
  public let id: String
  public let request: Request
  /// The access token as the client sent it.
  public let token: String
  /// The status code of the reply.
  public let status: Int
  /// The call that renders records in the version of the webhook subscription.
  public let call: Call

  public init(id: String, request: Request, token: String, status: Int, in call: Call) {
    self.id = id
    self.request = request
    self.token = token
    self.status = status
    self.call = call
  }
}
