import JSON
import Store

/// A webhook topic: which write to the store is one, and what a notification of it shows.
public struct Topic: Sendable {
  /// Tells whether a write is one of the topic.
  public typealias Test = @Sendable (Notice) -> Bool
  /// What a notification shows as its `data.item`.
  public typealias Item = @Sendable (Notice) -> JSON?

  /// What a notification of a request shows; nil when it is not one of the topic.
  public typealias RequestItem = @Sendable (RequestNotice) -> JSON?

  public let name: String
  public let availability: Availability
  /// The collections whose writes may be one.
  public let collections: [String]
  /// What it shows of a request, when requests may be one. Whoever subscribes to everything is not told of these.
  public let requestItem: RequestItem?
  private let items: @Sendable (Notice) -> [JSON]

  /// A topic of requests that were answered.
  public init(_ name: String, ofRequests item: @escaping RequestItem, _ availability: Availability = .always) {
    self.name = name
    self.availability = availability
    collections = []
    requestItem = item
    items = { _ in [] }
  }

  /// A topic with as many notifications for one write as `each` gives.
  public init(
    _ name: String, onAnyOf collections: [String], _ availability: Availability = .always,
    each: @escaping @Sendable (Notice) -> [JSON]
  ) {
    self.name = name
    self.availability = availability
    self.collections = collections
    requestItem = nil
    items = each
  }

  /// A topic of one collection with as many notifications for one write as `each` gives.
  public init(
    _ name: String, on collection: String, _ availability: Availability = .always,
    each: @escaping @Sendable (Notice) -> [JSON]
  ) {
    self.init(name, onAnyOf: [collection], availability, each: each)
  }

  /// A topic with one notification for each write that passes the test.
  public init(
    _ name: String, on collection: String, when test: @escaping Test, shows item: @escaping Item,
    _ availability: Availability = .always
  ) {
    self.init(name, on: collection, availability) { notice in
      guard test(notice), let json = item(notice) else { return [] }
      return [json]
    }
  }

  /// What is notified of a write; nothing when it is not one of the topic.
  public func items(_ notice: Notice) -> [JSON] {
    items(notice)
  }
}
