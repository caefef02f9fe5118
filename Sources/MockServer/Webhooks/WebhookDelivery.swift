import API
import HTTPMessage
import JSON

/// One notification to one subscription, and its attempts.
public final class WebhookDelivery {
  public enum State: String, Sendable, CaseIterable {
    /// Waits in the queue.
    case queued
    case sending
    /// The endpoint answered with 2xx.
    case delivered
    /// Failed once; waits for its second attempt.
    case retrying
    /// Failed twice.
    case failed
    /// Will not be sent.
    case dropped
  }

  /// One request to the endpoint.
  struct Attempt {
    /// Maximum size of the stored response body, in bytes.
    private static let bodyLimit = 4096

    /// In seconds, by the clock of the workspace.
    let at: Int64
    let milliseconds: Int64
    let signature: String
    let result: Result<ReceivedResponse, HTTPClientError>

    init(at: Int64, milliseconds: Int64, signature: String, result: Result<ReceivedResponse, HTTPClientError>) {
      (self.at, self.milliseconds, self.signature) = (at, milliseconds, signature)
      self.result = result.map { response in
        guard response.body.count > Self.bodyLimit else { return response }
        var response = response
        response.body.removeLast(response.body.count - Self.bodyLimit)
        response.isTruncated = true
        return response
      }
    }

    /// Whether the host must not receive requests, so that a second attempt is useless.
    var isForbidden: Bool {
      if case .failure(.forbidden) = result { true } else { false }
    }

    var status: Int? {
      if case .success(let response) = result { response.status.code } else { nil }
    }
  }

  public let id: String
  public let subscriptionID: String
  let notification: WebhookNotification
  /// Whether the setting `webhook_delivery` duplicated it.
  let isDuplicate: Bool
  public internal(set) var state = State.queued
  /// Why it was dropped.
  var reason: String?
  var attempts: [Attempt] = []
  /// Number of failures since it was queued.
  var failures = 0
  /// Time of the second attempt in seconds.
  var dueAt: Int64?

  init(id: String, subscriptionID: String, notification: WebhookNotification, isDuplicate: Bool = false) {
    self.id = id
    self.subscriptionID = subscriptionID
    self.notification = notification
    self.isDuplicate = isDuplicate
  }

  public var topic: String { notification.topic }

  func body(attempt: Int, format: any WebhookFormat) -> JSON {
    format.body(of: notification, attempt: attempt, firstSentAt: attempts.first?.at)
  }

  func drop(reason: String) {
    state = .dropped
    self.reason = reason
    dueAt = nil
  }

  /// Approximate memory in bytes.
  var byteCount: Int {
    attempts.reduce(notification.item.count + 512) { sum, attempt in
      if case .success(let response) = attempt.result { sum + response.body.count + 256 } else { sum + 256 }
    }
  }

  /// The delivery in the format of `/_mock/webhooks/deliveries`.
  public func json(format: any WebhookFormat) -> JSON {
    [
      "type": "webhook_delivery", "id": .string(id), "subscription_id": .string(subscriptionID),
      "topic": .string(notification.topic), "state": .string(state.rawValue), "reason": .optional(reason),
      "duplicate": .boolean(isDuplicate), "created_at": .integer(notification.createdAt), "due_at": .optional(dueAt),
      "attempts": .array(attempts.map(Self.json)),
      "notification": body(attempt: max(attempts.count, 1), format: format),
    ]
  }

  private static func json(of attempt: Attempt) -> JSON {
    var status: JSON = .null
    var (body, error): (JSON, JSON) = (.null, .null)
    var isCut = false
    switch attempt.result {
    case .success(let response):
      status = .integer(Int64(response.status.code))
      body = .string(String(decoding: response.body, as: UTF8.self))
      isCut = response.isTruncated
    case .failure(let failure): error = .string(failure.description)
    }
    return [
      "at": .integer(attempt.at), "duration_ms": .integer(attempt.milliseconds),
      "signature": .string(attempt.signature), "status": status, "response_body": body,
      "response_body_cut": .boolean(isCut), "error": error,
    ]
  }
}
