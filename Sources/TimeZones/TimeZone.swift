import FileSystem
import Glibc

/// A time zone as the workspace counts days in.
///
/// Every time is in seconds since 1970-01-01T00:00:00Z, not counting leap seconds.
public struct TimeZone: Sendable {
  /// Coordinated Universal Time. It needs no files.
  public static let utc = TimeZone(name: "UTC", table: .utc)

  private static let secondsPerDay: Int64 = 86_400
  private static let utcNames = ["UTC", "Etc/UTC"]

  /// The name in the time zone database, such as "Europe/Dublin".
  public let name: String
  private let transitions: TransitionTable

  /// The zone that the machine's time zone database calls `name`.
  ///
  /// The database is looked for in `$TZDIR`, then in `/usr/share/zoneinfo`, `/usr/share/lib/zoneinfo` and
  /// `/etc/zoneinfo`. "UTC" and "Etc/UTC" never touch files. A name that could lead out of the database is refused.
  public init(named name: String) throws(TimeZoneError) {
    if Self.utcNames.contains(name) {
      self.init(name: name, table: .utc)
    } else {
      try self.init(named: name, tzif: TimeZoneDatabase.read(name, in: TimeZoneDatabase.directories))
    }
  }

  /// The zone that `bytes` describe in the Time Zone Information Format of any version (RFC 9636, 3).
  ///
  /// Files that count leap seconds are refused, because their times are not those of this type.
  public init(named name: String, tzif bytes: [UInt8]) throws(TimeZoneError) {
    self.init(name: name, table: try TransitionTable(named: name, tzif: bytes))
  }

  private init(name: String, table: TransitionTable) {
    self.name = name
    self.transitions = table
  }

  /// The seconds east of UTC in force at `seconds`.
  public func offset(at seconds: Int64) -> Int64 {
    transitions.offset(at: seconds)
  }

  /// The first second of the local calendar day that contains `seconds`, never later than `seconds`.
  ///
  /// A day begins after midnight where the clock skips midnight. Where the clock goes back over midnight, the day
  /// begins at the first of its two midnights. A beginning before the first `Int64` is the first `Int64`.
  public func startOfDay(containing seconds: Int64) -> Int64 {
    firstSecond(of: day(of: seconds)) ?? seconds
  }

  /// The first second of the next local calendar day that the zone has.
  ///
  /// Days that the zone skipped, as Apia did 2011-12-30, do not count. While the clock repeats the hour before a
  /// midnight that it went back over, the next day has already begun, and its first second is before `seconds`.
  /// A beginning after the last `Int64` is the last `Int64`.
  public func startOfNextDay(after seconds: Int64) -> Int64 {
    let today = day(of: seconds)
    // The widest step between two offsets is a little over two days: it cannot skip a third.
    for day in (today + 1)...(today + 3) {
      if let first = firstSecond(of: day) { return first }
    }
    return .max
  }

  /// The local calendar day at `seconds`, in days since 1970-01-01.
  private func day(of seconds: Int64) -> Int64 {
    // The sum of the times within the day cannot overflow, unlike the sum of the whole times.
    let (day, time) = seconds.flooredDivision(by: Self.secondsPerDay)
    return day + (time + offset(at: seconds)).flooredDivision(by: Self.secondsPerDay).quotient
  }

  /// The earliest time at which the local calendar shows `day`; nil if the zone skipped that day.
  private func firstSecond(of day: Int64) -> Int64? {
    // Whatever the offset, the day lies between these two.
    var from = Self.midnight(of: day, offset: TransitionTable.offsets.upperBound)
    let end = Self.midnight(of: day + 1, offset: TransitionTable.offsets.lowerBound)
    for to in transitions.changes(after: from, before: end) + [end] {
      let offset = offset(at: from)
      let first = max(from, Self.midnight(of: day, offset: offset))
      if first < min(to, Self.midnight(of: day + 1, offset: offset)) { return first }
      from = to
    }
    return nil
  }

  /// The time at which a clock that is `offset` seconds east of UTC shows the midnight that begins `day`.
  private static func midnight(of day: Int64, offset: Int64) -> Int64 {
    Int64(clamping: Int128(day) * Int128(secondsPerDay) - Int128(offset))
  }
}

/// A time zone that cannot be used: which one, and why.
public struct TimeZoneError: Error, CustomStringConvertible {
  /// The name that was asked for, as it was given.
  public let zone: String
  /// Why the zone cannot be used, as a phrase that follows its name.
  public let reason: String

  /// The zone and the reason in one line. Control characters in the name are escaped.
  public var description: String { "time zone \(zone.debugDescription): \(reason)" }
}

/// Finds and reads the files of the machine's time zone database.
enum TimeZoneDatabase {
  private static let standardDirectories = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]
  /// The bytes that a file may have. Those of the database have 5 KiB at most.
  private static let sizeLimit = 1 << 20

  /// The directories to look in, best first.
  static var directories: [String] {
    guard let chosen = getenv("TZDIR").map({ String(cString: $0) }), !chosen.isEmpty else { return standardDirectories }
    return [chosen] + standardDirectories
  }

  /// The bytes of the first file called `name` that the directories hold.
  static func read(_ name: String, in directories: [String]) throws(TimeZoneError) -> [UInt8] {
    guard isSafeName(name) else {
      throw TimeZoneError(zone: name, reason: "a name has no \"..\" and no NUL, and does not begin with \"/\"")
    }
    for directory in directories {
      if let bytes = try contents(of: directory + "/" + name, zone: name) { return bytes }
    }
    throw TimeZoneError(zone: name, reason: "no such file in \(directories.joined(separator: ", "))")
  }

  /// Whether the name stays within the directory that it is looked for in.
  private static func isSafeName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.utf8.contains(0) && !name.contains("..")
  }

  /// Returns nil if the file does not exist.
  private static func contents(of path: String, zone: String) throws(TimeZoneError) -> [UInt8]? {
    do throws(FileError) {
      // A named pipe in the directory must not block the process.
      return try Files.read(at: path, sizeLimit: sizeLimit, waits: false)
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw TimeZoneError(zone: zone, reason: error.description)
    }
  }
}
