import JSON
import Store

/// Events that the service posts to one callback URL of the workspace. Unlike a notification of a webhook subscription, the
/// body of a delivery is the event itself.
public struct CallbackEvents: Sendable {
  /// An event and its name, which the log of deliveries shows as the topic.
  public struct Event: Sendable {
    public let name: String
    public let body: JSON

    public init(name: String, body: JSON) {
      self.name = name
      self.body = body
    }
  }

  /// The names of all events.
  public let names: [String]
  /// The name of the collection whose writes cause events.
  public let collection: String
  private let events: @Sendable (Mutation) -> [Event]

  /// - Parameter events: returns the events of one write, in order
  public init(names: [String], on collection: String, events: @escaping @Sendable (Mutation) -> [Event]) {
    self.names = names
    self.collection = collection
    self.events = events
  }

  /// The events that a write causes, in order.
  public func events(of write: Mutation) -> [Event] {
    write.collection == collection ? events(write) : []
  }
}
