import ArgumentParser
import MockServer
import Store
import TimeZones

/// The flags of settings that are more than a word; nil for what makes no sense.
enum SettingFlags {
  /// `off`, `100`, `100/60`.
  static func rateLimit(from text: String) -> Settings.RateLimit? {
    if text == "off" { return Settings.RateLimit() }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int64($0) ?? 0 }
    guard let limit = parts.first, (1...1_000_000).contains(limit), parts.count < 3 else { return nil }
    let seconds = parts.count == 2 ? parts[1] : 10
    return (1...86_400).contains(seconds) ? Settings.RateLimit(limit: Int(limit), windowSeconds: seconds) : nil
  }

  /// `off`, `500`, `calls:3`, `until_flush`.
  static func searchLag(from text: String) -> Settings.SearchLag? {
    switch text {
    case "off": Settings.SearchLag.none
    case "until_flush": .untilFlush
    default:
      count(in: text, after: "calls:").map(Settings.SearchLag.calls)
        ?? count(in: text, after: "").map(Settings.SearchLag.milliseconds)
    }
  }

  /// `immediate`, `after_ms:500`, `after_polls:3`.
  static func jobs(from text: String) -> DeferralPolicy? {
    sideEffects(from: text) ?? count(in: text, after: "after_polls:").flatMap { $0 <= 1000 ? .afterPolls($0) : nil }
  }

  /// `immediate`, `after_ms:500`.
  static func sideEffects(from text: String) -> DeferralPolicy? {
    text == "immediate" ? .immediate : count(in: text, after: "after_ms:").map(DeferralPolicy.afterMilliseconds)
  }

  /// `off`, `drop=0.1,delay_ms=250`; also `duplicate` and `reorder`.
  static func webhookDelivery(from text: String) -> WebhookDeliveryFaults? {
    var disturbance = WebhookDeliveryFaults()
    guard text != "off" else { return disturbance }
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]), value >= 0 else { return nil }
      switch parts[0] {
      case "duplicate" where value <= 1: disturbance.duplicate = value
      case "reorder" where value <= 1: disturbance.reorder = value
      case "drop" where value <= 1: disturbance.drop = value
      case "delay_ms" where value <= 86_400_000: disturbance.delayMilliseconds = Int(value)
      default: return nil
      }
    }
    return disturbance
  }

  private static func count(in text: String, after prefix: String) -> Int64? {
    guard text.hasPrefix(prefix), let number = Int64(text.dropFirst(prefix.count)) else { return nil }
    return (0...86_400_000).contains(number) ? number : nil
  }
}

/// `--clock`: `running`, or `frozen:` and a time such as `2024-01-01T00:00:00Z`.
enum ClockFlag: Sendable {
  case running
  case frozen(milliseconds: Int64)

  init?(argument text: String) {
    if text == "running" {
      self = .running
    } else if text.hasPrefix("frozen:"), let seconds = Self.seconds(from: String(text.dropFirst(7))) {
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
  private static func seconds(from text: String) -> Int64? {
    if let number = Int64(text) { return number > 0 && number < 1 << 40 ? number : nil }
    return ISO8601.seconds(from: text)
  }
}

/// A whole number given to a flag.
///
/// Those of `serve` share this type: the parser asks of each type anew what it conforms to, and the runtime answers with
/// a look at everything that anything conforms to.
struct WholeNumber: ExpressibleByArgument, ExpressibleByIntegerLiteral {
  let value: UInt64

  init(integerLiteral value: UInt64) {
    self.value = value
  }

  init?(argument: String) {
    guard let value = UInt64(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}

/// Refuses a flag's value by name.
enum FlagValidation {
  static func check(_ flag: String, value: String, isValid isFine: Bool) throws {
    guard !isFine else { return }
    throw ValidationError("\(flag) cannot be '\(value)'; see --help")
  }

  static func check(_ flag: String, value number: WholeNumber, within range: ClosedRange<UInt64>) throws {
    try check(flag, value: "\(number.value)", isValid: range.contains(number.value))
  }
}
