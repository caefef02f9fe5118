/// What a test suite does to deliveries on purpose, the setting `webhook_delivery`: shares from 0 to 1, drawn from the
/// seed.
public struct WebhookDisturbance: Sendable, Equatable {
  /// How many are sent twice.
  public var duplicate = 0.0
  /// How many are overtaken by the next one.
  public var reorder = 0.0
  /// How many are never sent.
  public var drop = 0.0
  /// How long each waits before it is sent.
  public var delayMilliseconds = 0

  public init() {}
}
