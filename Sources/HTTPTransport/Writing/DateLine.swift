import Glibc

/// The `Date` line (RFC 9110, 6.6.1 and 5.6.7), spelled once a second.
struct DateLine {
  private var second = Int.min
  private(set) var bytes: [UInt8] = []

  /// Brings the line up to date.
  mutating func refresh() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    if time.tv_sec != second { spell(time.tv_sec) }
  }

  /// Spells seconds since 1970, as in `Date: Sun, 06 Nov 1994 08:49:37 GMT`.
  mutating func spell(_ seconds: Int) {
    second = seconds
    var (time, parts) = (time_t(seconds), tm())
    gmtime_r(&time, &parts)
    let day = Self.name(of: parts.tm_wday, in: "SunMonTueWedThuFriSat")
    let month = Self.name(of: parts.tm_mon, in: "JanFebMarAprMayJunJulAugSepOctNovDec")
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.twoDigits($0) }.joined(separator: ":")
    let date = "\(Self.twoDigits(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1900)"
    bytes = Array("Date: \(day), \(date) \(clock) GMT\r\n".utf8)
  }

  private static func name(of index: Int32, in names: String) -> Substring {
    names.dropFirst(Int(index) * 3).prefix(3)
  }

  private static func twoDigits(_ number: Int32) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
