import Store

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

  /// Seconds since 1970 of a time in UTC, or of a plain number.
  private static func seconds(_ text: String) -> Int64? {
    if let number = Int64(text) { return number > 0 && number < 1 << 40 ? number : nil }
    let parts = text.split { "-T:Z".contains($0) }.map { Int64($0) }
    let marks = text.filter { "-T:Z".contains($0) }
    guard marks == "--T::Z", parts.count == 6 else { return nil }
    let numbers = parts.compactMap(\.self)
    guard numbers.count == 6, (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]),
      (1...31).contains(numbers[2]), numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
    else { return nil }
    return days(numbers[0], numbers[1], numbers[2]) * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
  }

  /// Days since 1970 of a date of the Gregorian calendar.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
