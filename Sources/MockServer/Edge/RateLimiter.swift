import API
import HTTPMessage
import HTTPTypes

/// Counts calls in windows of full seconds (api-behaviour.md, 4).
struct RateLimiter {
  private var window: Int64 = 0
  private var callCount = 0

  /// What the three fields say.
  struct Status {
    let limit: Int
    let remaining: Int
    /// When the window ends, in seconds.
    let reset: Int64

    func write(to fields: inout FieldBlock) {
      fields.append(.rateLimitLimit, value: Int64(limit))
      fields.append(.rateLimitRemaining, value: Int64(remaining))
      fields.append(.rateLimitReset, value: reset)
    }
  }

  /// Counts one call at `now` (seconds) and tells what the fields say. What remains is what was left before this call, and
  /// never less than 1 while nothing is enforced: clients slow down at 0.
  mutating func countCall(at now: Int64, setting: Settings.RateLimit) -> Status {
    let current = now / setting.windowSeconds
    if current != window { (window, callCount) = (current, 0) }
    let remaining = max(setting.limit - callCount, setting.isEnforced ? 0 : 1)
    callCount += 1
    return Status(limit: setting.limit, remaining: remaining, reset: (current + 1) * setting.windowSeconds)
  }

  /// Whether the call that was counted last is one too many.
  func isExceeded(setting: Settings.RateLimit) -> Bool {
    setting.isEnforced && callCount > setting.limit
  }

  /// In the recorded words (api-behaviour.md, 3.4).
  static func refusal(setting: Settings.RateLimit) -> APIError {
    APIError(
      status: .tooManyRequests, code: "rate_limit_exceeded",
      message: "Exceeded rate limit of \(setting.limit) in \(setting.windowSeconds)_seconds")
  }
}
