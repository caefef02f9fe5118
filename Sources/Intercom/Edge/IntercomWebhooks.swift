import API
import ASCII
import Digest
import HTTPTypes
import JSON
import Store

/// Intercom's webhooks: see <doc:Webhooks>.
struct IntercomWebhooks: WebhookFormat {
  let policy = WebhookPolicy(
    timeoutMilliseconds: 5_000, retryDelay: 60, throttleSeconds: 60...7_200, disablingStatus: 410,
    throttlingStatus: 429)

  let requestFields = [
    HTTPField(name: .userAgent, value: "intercom-parrot-service-client/1.0"),
    HTTPField(name: .accept, value: "application/json"), HTTPField(name: .contentType, value: "application/json"),
  ]

  let pingTopic = "ping"
  let pingItem: JSON = ["type": "ping", "message": "something something interzen"]

  func notificationID(uuid: String) -> String {
    "notif_" + uuid
  }

  func appID(of workspace: Workspace) -> String {
    workspace.profile["id_code"]?.string ?? ""
  }

  func body(of notification: WebhookNotification, attempt: Int, firstSentAt: Int64?) -> JSON {
    let item = (try? JSON(parsing: notification.item)) ?? .null
    guard !notification.isCallback else { return item }
    return [
      "type": "notification_event", "app_id": .string(notification.appID),
      "data": ["type": "notification_event_data", "item": item],
      "links": [:], "id": .optional(notification.id), "topic": .string(notification.topic),
      "delivery_status": notification.id == nil ? .null : "pending", "delivery_attempts": .integer(Int64(attempt)),
      "delivered_at": 0, "first_sent_at": .integer(firstSentAt ?? notification.createdAt),
      "created_at": .integer(notification.createdAt), "self": .null,
    ]
  }

  /// `sha1=` and the HMAC-SHA1 of the body in hexadecimal digits; the key is the secret of the app.
  func signature(of body: [UInt8], secret: String) -> HTTPField {
    let digest = Digest.hmacSHA1(of: body, key: Array(secret.utf8))
    return HTTPField(name: .hubSignature, value: "sha1=" + Hexadecimal.string(of: digest))
  }

  /// `sha256=` and the HMAC-SHA256 of the body in hexadecimal digits (Documentation.docc/Webhooks.md, "Fin Agent
  /// webhooks").
  func callbackSignature(of body: [UInt8], secret: String) -> HTTPField {
    let digest = Digest.hmacSHA256(of: body, key: Array(secret.utf8))
    return HTTPField(name: .finSignature, value: "sha256=" + Hexadecimal.string(of: digest))
  }
}
