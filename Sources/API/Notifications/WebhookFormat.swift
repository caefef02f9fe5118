import HTTPTypes
import JSON
import Store

/// How the emulated service sends webhooks.
public protocol WebhookFormat {
  var policy: WebhookPolicy { get }
  /// The fields of each delivery, except the signature.
  var requestFields: [HTTPField] { get }
  /// The topic and the item of a notification that tests an endpoint.
  var pingTopic: String { get }
  var pingItem: JSON { get }
  func notificationID(uuid: String) -> String
  /// The id of the app or workspace that notifications name.
  func appID(of workspace: Workspace) -> String
  /// The body of a delivery.
  /// - Parameters:
  ///   - attempt: the number of the attempt, from 1
  ///   - firstSentAt: the time of the first attempt in seconds; nil in the first attempt
  func body(of notification: WebhookNotification, attempt: Int, firstSentAt: Int64?) -> JSON
  /// The field that authenticates a body.
  func signature(of body: [UInt8], secret: String) -> HTTPField
}

/// When deliveries are repeated, throttled and given up.
public struct WebhookPolicy: Sendable {
  /// How long an endpoint has to answer.
  public let timeoutMilliseconds: Int
  /// Seconds until the second and last attempt of a failed delivery.
  public let retryDelay: Int64
  /// Seconds that deliveries pause after a throttling response. The pause doubles each time. Deliveries older than the
  /// longest pause are dropped.
  public let throttleSeconds: ClosedRange<Int64>
  /// The response status that disables a subscription.
  public let disablingStatus: Int
  /// The response status that throttles a subscription.
  public let throttlingStatus: Int

  public init(
    timeoutMilliseconds: Int, retryDelay: Int64, throttleSeconds: ClosedRange<Int64>, disablingStatus: Int,
    throttlingStatus: Int
  ) {
    self.timeoutMilliseconds = timeoutMilliseconds
    self.retryDelay = retryDelay
    self.throttleSeconds = throttleSeconds
    self.disablingStatus = disablingStatus
    self.throttlingStatus = throttlingStatus
  }
}

/// What a webhook reports.
public struct WebhookNotification: Sendable {
  /// Nil for a ping.
  public let id: String?
  public let topic: String
  public let appID: String
  /// The item as JSON text.
  public let item: [UInt8]
  /// In seconds since 1970.
  public let createdAt: Int64

  public init(id: String?, topic: String, appID: String, item: [UInt8], createdAt: Int64) {
    self.id = id
    self.topic = topic
    self.appID = appID
    self.item = item
    self.createdAt = createdAt
  }
}
