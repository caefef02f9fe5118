import HTTPTypes

/// Counts calls in ten-second slices (api-behaviour.md, 4).
struct RateLimit {
  static let sliceSeconds: Int64 = 10
  private var slice: Int64 = 0
  private var used = 0

  /// Counts one call at `now` (seconds) and tells the three fields. What remains is what was left before this call, and
  /// never less than 1 while nothing is enforced: clients slow down at 0.
  mutating func count(_ now: Int64, limit: Int) -> [HTTPField] {
    let current = now / Self.sliceSeconds
    if current != slice { (slice, used) = (current, 0) }
    let remaining = max(limit - used, 1)
    used += 1
    return [
      HTTPField(name: .rateLimit, value: String(limit)),
      HTTPField(name: .rateRemaining, value: String(remaining)),
      HTTPField(name: .rateReset, value: String((current + 1) * Self.sliceSeconds)),
    ]
  }
}
