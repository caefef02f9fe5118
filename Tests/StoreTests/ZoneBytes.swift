@testable import Store
@testable import TimeZones

extension [UInt8] {
  /// A file of version 3 whose first block says UTC, so that only a reader of the second is right.
  static func tzif(
    footer: String = "", types: [Int32] = [0], transitions: [(Int64, UInt8)] = [], leapSeconds: Int = 0
  ) -> [UInt8] {
    block(version: "3", timeSize: 4, types: [0], transitions: [], leapSeconds: 0)
      + block(version: "3", timeSize: 8, types: types, transitions: transitions, leapSeconds: leapSeconds)
      + Array("\n\(footer)\n".utf8)
  }

  /// A file of version 1, which has neither 64-bit times nor a footer.
  static func firstVersion(types: [Int32], transitions: [(Int64, UInt8)]) -> [UInt8] {
    block(version: "\0", timeSize: 4, types: types, transitions: transitions, leapSeconds: 0)
  }

  private static func block(
    version: Unicode.Scalar, timeSize: Int, types: [Int32], transitions: [(Int64, UInt8)],
    leapSeconds: Int
  ) -> [UInt8] {
    let counts = [types.count, types.count, leapSeconds, transitions.count, types.count, 4]
    var bytes = Array("TZif".utf8) + [UInt8(ascii: version)] + [UInt8](repeating: 0, count: 15)
    bytes += counts.flatMap { bigEndian(Int64($0), size: 4) }
    bytes += transitions.flatMap { bigEndian($0.0, size: timeSize) } + transitions.map(\.1)
    bytes += types.flatMap { bigEndian(Int64($0), size: 4) + [0, 0] } + Array("XXX\0".utf8)
    return bytes + [UInt8](repeating: 0, count: leapSeconds * (timeSize + 4) + types.count * 2)
  }

  private static func bigEndian(_ number: Int64, size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}

extension Int64 {
  /// The seconds since 1970 at a time in UTC; hours and minutes may be out of their range to say an offset.
  static func utc(year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0) -> Int64 {
    (GregorianCalendar.firstDay(year: year, month: month) + day - 1) * 86_400 + hour * 3600 + minute * 60
  }
}

extension TimeZone {
  /// A zone whose footer says everything.
  init(rule: String) throws(TimeZoneError) {
    try self.init(named: rule, tzif: .tzif(footer: rule))
  }
}
