import FileSystem
import Glibc

/// A time zone: UTC offsets and the boundaries of local calendar days.
///
/// Times are in seconds since 1970-01-01T00:00:00Z, not counting leap seconds.
public struct TimeZone: Sendable {
  /// Coordinated Universal Time. Does not need the time zone database.
  public static let utc = TimeZone(name: "UTC", table: .utc)

  private static let secondsPerDay: Int64 = 86_400
  private static let utcNames = ["UTC", "Etc/UTC"]

  /// Name in the time zone database, such as "Europe/Dublin".
  public let name: String
  private let transitions: TransitionTable

  /// Loads a zone from the system's time zone database.
  ///
  /// The database is searched for in `$TZDIR`, `/usr/share/zoneinfo`, `/usr/share/lib/zoneinfo` and `/etc/zoneinfo`, in this
  /// order. "UTC" and "Etc/UTC" are built in.
  /// - Throws: `TimeZoneError` if the zone is unknown or its file is invalid, or if the name is a path outside the database
  public init(named name: String) throws(TimeZoneError) {
    if Self.utcNames.contains(name) {
      self.init(name: name, table: .utc)
    } else {
      try self.init(named: name, tzif: TimeZoneDatabase.read(name, in: TimeZoneDatabase.directories))
    }
  }

  /// Creates a zone from a file in the Time Zone Information Format, of any version (RFC 9636, 3).
  /// - Throws: `TimeZoneError` if the file is invalid or counts leap seconds
  public init(named name: String, tzif bytes: [UInt8]) throws(TimeZoneError) {
    self.init(name: name, table: try TransitionTable(named: name, tzif: bytes))
  }

  private init(name: String, table: TransitionTable) {
    self.name = name
    self.transitions = table
  }

  /// The offset at `seconds`, in seconds east of UTC.
  public func offset(at seconds: Int64) -> Int64 {
    transitions.offset(at: seconds)
  }

  /// The first second of the local calendar day that contains `seconds`. It is not after `seconds`.
  ///
  /// If a transition skips midnight, the day starts after midnight. If a transition repeats midnight, the day starts at the
  /// first of the two. The result is clamped to `Int64.min`.
  public func startOfDay(containing seconds: Int64) -> Int64 {
    firstSecond(of: day(of: seconds)) ?? seconds
  }

  /// The first second of the next local calendar day.
  ///
  /// Days that the zone skipped, such as 2011-12-30 in Apia, are not counted. If a transition repeats the hour before
  /// midnight, then during the second pass the next day has already started, and the result is before `seconds`. The result
  /// is clamped to `Int64.max`.
  public func startOfNextDay(after seconds: Int64) -> Int64 {
    let today = day(of: seconds)
    // Two offsets differ by little more than two days, so at most two days are skipped.
    for day in (today + 1)...(today + 3) {
      if let first = firstSecond(of: day) { return first }
    }
    return .max
  }

  /// The local calendar day at `seconds`, in days since 1970-01-01.
  private func day(of seconds: Int64) -> Int64 {
    // Adding the offset to the time of day cannot overflow; adding it to `seconds` can.
    let (day, time) = seconds.flooredDivision(by: Self.secondsPerDay)
    return day + (time + offset(at: seconds)).flooredDivision(by: Self.secondsPerDay).quotient
  }

  /// The earliest time at which the local date is `day`; nil if the zone skipped that day.
  private func firstSecond(of day: Int64) -> Int64? {
    // With any valid offset, the day is between these two times.
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

  /// The start of `day` at a UTC offset.
  private static func midnight(of day: Int64, offset: Int64) -> Int64 {
    Int64(clamping: Int128(day) * Int128(secondsPerDay) - Int128(offset))
  }
}

/// The error for a time zone that is unknown or invalid.
public struct TimeZoneError: Error, CustomStringConvertible {
  /// Name of the zone, as requested.
  public let zone: String
  /// Description of the error, without the name.
  public let reason: String

  /// The name, with control characters escaped, and the reason.
  public var description: String { "time zone \(zone.debugDescription): \(reason)" }
}

/// Reads the files of the system's time zone database.
enum TimeZoneDatabase {
  private static let standardDirectories = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]
  /// Maximum size of a file in bytes. Files of the database have at most 5 KiB.
  private static let sizeLimit = 1 << 20

  /// The directories to search, in order of preference.
  static var directories: [String] {
    guard let chosen = getenv("TZDIR").map({ String(cString: $0) }), !chosen.isEmpty else { return standardDirectories }
    return [chosen] + standardDirectories
  }

  /// Reads the file called `name` in the first directory that contains it.
  static func read(_ name: String, in directories: [String]) throws(TimeZoneError) -> [UInt8] {
    guard isSafeName(name) else {
      throw TimeZoneError(zone: name, reason: "a name must not contain \"..\" or NUL or start with \"/\"")
    }
    for directory in directories {
      if let bytes = try contents(of: directory + "/" + name, zone: name) { return bytes }
    }
    throw TimeZoneError(zone: name, reason: "no such file in \(directories.joined(separator: ", "))")
  }

  /// Whether the name is a path below the database directory.
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
