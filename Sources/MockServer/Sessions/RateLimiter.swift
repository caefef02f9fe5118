import API

/// Counts requests in windows that begin at multiples of their length.
struct RateLimiter {
  private var window: Int64 = 0
  private var callCount = 0

  /// Counts one request.
  ///
  /// `remaining` is the number before this request. It is at least 1 while the limit is not enforced, because clients
  /// slow down at 0.
  /// - Parameter now: the time in seconds
  mutating func countCall(at now: Int64, setting: Settings.RateLimit) -> RateLimitStatus {
    let current = now / setting.windowSeconds
    if current != window { (window, callCount) = (current, 0) }
    let remaining = max(setting.limit - callCount, setting.isEnforced ? 0 : 1)
    callCount += 1
    return RateLimitStatus(limit: setting.limit, remaining: remaining, reset: (current + 1) * setting.windowSeconds)
  }

  /// Whether the request that was counted last exceeds the limit.
  func isExceeded(setting: Settings.RateLimit) -> Bool {
    setting.isEnforced && callCount > setting.limit
  }
}
