import Store
import TimeZones

/// `--clock`: `running`, or `frozen:` and a time such as `2024-01-01T00:00:00Z`.
enum ClockFlag: Sendable {
  case running
  case frozen(milliseconds: Int64)

  init?(_ text: String) {
    if text == "running" {
      self = .running
    } else if text.hasPrefix("frozen:"), let seconds = Self.seconds(String(text.dropFirst(7))) {
      self = .frozen(milliseconds: seconds * 1000)
    } else {
      return nil
    }
  }

  func makeClock() -> Clock {
    switch self {
    case .running: Clock()
    case .frozen(let milliseconds): Clock(frozenAtMilliseconds: milliseconds)
    }
  }

  /// Seconds since 1970 of a time, or of a plain number.
  private static func seconds(_ text: String) -> Int64? {
    if let number = Int64(text) { return number > 0 && number < 1 << 40 ? number : nil }
    return ISO8601.seconds(from: text)
  }
}
