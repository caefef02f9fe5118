/// One write to the store: what webhooks and histories are made of.
public struct Mutation: Sendable {
  /// The collection's name.
  public let collection: String
  /// The record as it was; nil when it was created.
  public let before: Record?
  /// The record as it is; nil when it was removed.
  public let after: Record?
}
