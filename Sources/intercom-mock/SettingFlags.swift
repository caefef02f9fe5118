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
  static func jobs(_ text: String) -> Pace? {
    sideEffects(text) ?? count(text, after: "after_polls:").flatMap { $0 <= 1000 ? .afterPolls($0) : nil }
  }

  /// `immediate`, `after_ms:500`.
  static func sideEffects(_ text: String) -> Pace? {
    text == "immediate" ? .immediate : count(text, after: "after_ms:").map(Pace.afterMilliseconds)
  }

  private static func count(_ text: String, after prefix: String) -> Int64? {
    guard text.hasPrefix(prefix), let number = Int64(text.dropFirst(prefix.count)) else { return nil }
    return (0...86_400_000).contains(number) ? number : nil
  }
}
