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
  /// The header field that authenticates the body of a notification.
  func signature(of body: [UInt8], secret: String) -> HTTPField
  /// The header field that authenticates an event for the callback URL of a workspace.
  func callbackSignature(of body: [UInt8], secret: String) -> HTTPField
}

/// The rules for retries, throttling and cancellation of deliveries.
public struct WebhookPolicy: Sendable {
  /// The timeout of a delivery.
  public let timeoutMilliseconds: Int
  /// The delay of the second and last attempt of a failed delivery, in seconds.
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

/// The event that a webhook reports.
public struct WebhookNotification: Sendable {
  /// Nil for a ping and for an event of the callback URL.
  public let id: String?
  public let topic: String
  public let appID: String
  /// The item as JSON text.
  public let item: [UInt8]
  /// The time of the event in seconds since 1970.
  public let createdAt: Int64
  /// Whether the item is the whole body, as for the events of the callback URL.
  public let isCallback: Bool

  public init(id: String?, topic: String, appID: String, item: [UInt8], createdAt: Int64, isCallback: Bool = false) {
    self.id = id
    self.isCallback = isCallback
    self.topic = topic
    self.appID = appID
    self.item = item
    self.createdAt = createdAt
  }
}
