import HTTPMessage
import HTTPTypes
import JSON
import Store

/// A webhook topic: which write to the store is one, and what a notification of it shows.
public struct Topic: Sendable {
  /// Tells whether a write is one of the topic.
  public typealias Test = @Sendable (ChangeEvent) -> Bool
  /// What a notification shows as its `data.item`.
  public typealias Item = @Sendable (ChangeEvent) -> JSON?

  /// What a notification of a request shows; nil when it is not one of the topic.
  public typealias RequestItem = @Sendable (RequestEvent) -> JSON?

  public let name: String
  public let availability: Availability
  /// The collections whose writes may be one.
  public let collections: [String]
  /// What it shows of a request, when requests may be one. Whoever subscribes to everything is not told of these.
  public let requestItem: RequestItem?
  private let items: @Sendable (ChangeEvent) -> [JSON]

  /// A topic of requests that were answered.
  public init(name: String, ofRequests item: @escaping RequestItem, available availability: Availability = .always) {
    self.name = name
    self.availability = availability
    collections = []
    requestItem = item
    items = { _ in [] }
  }

  /// A topic with as many notifications for one write as `each` gives.
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

  /// A topic of one collection with as many notifications for one write as `each` gives.
  public init(
    name: String, on collection: String, available availability: Availability = .always,
    each: @escaping @Sendable (ChangeEvent) -> [JSON]
  ) {
    self.init(name: name, onAnyOf: [collection], available: availability, each: each)
  }

  /// A topic with one notification for each write that passes the test.
  public init(
    name: String, on collection: String, when test: @escaping Test, shows item: @escaping Item,
    available availability: Availability = .always
  ) {
    self.init(name: name, on: collection, available: availability) { notice in
      guard test(notice), let json = item(notice) else { return [] }
      return [json]
    }
  }

  /// What is notified of a write; nothing when it is not one of the topic.
  public func items(for notice: ChangeEvent) -> [JSON] {
    items(notice)
  }
}

/// A write to the store, as topics look at it.
public struct ChangeEvent {
  public let before: Record?
  public let after: Record?
  /// Everything that the same call wrote, this included.
  public let mutations: [Mutation]
  /// Renders in the version of whoever is notified.
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

  /// Whether the write gave a field another value; creations and removals do not.
  public func changes(_ field: String) -> Bool {
    isUpdate && before?[field] != after?[field]
  }

  /// What a list of ids gained.
  public func addedIDs(in field: String) -> [String] {
    guard let after else { return [] }
    let known = before?[field].strings ?? []
    return after[field].strings.filter { !known.contains($0) }
  }

  /// What a list of ids lost; a removal loses nothing.
  public func removedIDs(in field: String) -> [String] {
    guard let before, let after else { return [] }
    let kept = after[field].strings
    return before[field].strings.filter { !kept.contains($0) }
  }

  /// What a node looks like in the version of whoever is notified.
  public func render(_ node: Node) -> JSON {
    var renderer = Renderer(in: call, to: JSONWriter())
    renderer.write(node)
    return (try? JSON(parsing: renderer.finish().bytes)) ?? .null
  }

  /// The record as it is now.
  public func render() -> JSON? {
    after.map { render(.record($0)) }
  }
}

/// A request that was answered, as the topic of API activity looks at it.
public struct RequestEvent {
  public let id: String
  public let request: Request
  /// As the client sent it.
  public let token: String
  public let status: Int
  /// Renders in the version of whoever is notified.
  public let call: Call

  public init(id: String, request: Request, token: String, status: Int, in call: Call) {
    self.id = id
    self.request = request
    self.token = token
    self.status = status
    self.call = call
  }
}
