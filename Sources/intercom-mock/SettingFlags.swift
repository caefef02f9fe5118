import Server
import Store

/// The flags of settings that are more than a word; nil for what makes no sense.
enum SettingFlags {
  /// `off`, `100`, `100/60`.
  static func rateLimit(_ text: String) -> Settings.RateLimit? {
    if text == "off" { return Settings.RateLimit() }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int64($0) ?? 0 }
    guard let limit = parts.first, (1...1_000_000).contains(limit), parts.count < 3 else { return nil }
    let seconds = parts.count == 2 ? parts[1] : 10
    return (1...86_400).contains(seconds) ? Settings.RateLimit(Int(limit), windowSeconds: seconds) : nil
  }

  /// `off`, `500`, `calls:3`, `until_flush`.
  static func searchLag(_ text: String) -> Settings.SearchLag? {
    switch text {
    case "off": Settings.SearchLag.none
    case "until_flush": .untilFlush
    default:
      count(text, after: "calls:").map(Settings.SearchLag.calls)
        ?? count(text, after: "").map(Settings.SearchLag.milliseconds)
    }
  }

  /// `immediate`, `after_ms:500`, `after_polls:3`.
  static func jobs(_ text: String) -> DeferralPolicy? {
    sideEffects(text) ?? count(text, after: "after_polls:").flatMap { $0 <= 1000 ? .afterPolls($0) : nil }
  }

  /// `immediate`, `after_ms:500`.
  static func sideEffects(_ text: String) -> DeferralPolicy? {
    text == "immediate" ? .immediate : count(text, after: "after_ms:").map(DeferralPolicy.afterMilliseconds)
  }

  /// `off`, `drop=0.1,delay_ms=250`; also `duplicate` and `reorder`.
  static func webhookDelivery(_ text: String) -> WebhookDisturbance? {
    var disturbance = WebhookDisturbance()
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

  private static func count(_ text: String, after prefix: String) -> Int64? {
    guard text.hasPrefix(prefix), let number = Int64(text.dropFirst(prefix.count)) else { return nil }
    return (0...86_400_000).contains(number) ? number : nil
  }
}
