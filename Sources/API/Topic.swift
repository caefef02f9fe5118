import JSON
import Store

/// A webhook topic: which write to the store is one, and what a notification of it shows.
public struct Topic: Sendable {
  /// Tells whether a write is one of the topic.
  public typealias Test = @Sendable (Notice) -> Bool
  /// What a notification shows as its `data.item`.
  public typealias Item = @Sendable (Notice) -> JSON?

  public let name: String
  public let availability: Availability
  /// The collection whose writes may be one; nil when no write is.
  public let collection: String?
  private let items: @Sendable (Notice) -> [JSON]

  /// A topic that one may subscribe to and that no write causes.
  public init(_ name: String, _ availability: Availability = .always) {
    self.name = name
    self.availability = availability
    collection = nil
    items = { _ in [] }
  }

  /// A topic with as many notifications for one write as `each` gives.
  public init(
    _ name: String, on collection: String, _ availability: Availability = .always,
    each: @escaping @Sendable (Notice) -> [JSON]
  ) {
    self.name = name
    self.availability = availability
    self.collection = collection
    items = each
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
