/// The local time that a POSIX TZ string describes for all years (RFC 9636, 3.3.1).
struct ZoneRule {
  /// The offset during daylight saving time, and when that begins and ends.
  typealias Daylight = (offset: Int64, start: ZoneRuleChange, end: ZoneRuleChange)

  /// A rule repeats after 400 years.
  private static let cycle = ZoneCalendar.daysPerCycle * 86_400

  /// The offset of standard time, in seconds east of UTC.
  let standard: Int64
  /// Nil if the zone has no daylight saving time.
  let daylight: Daylight?

  /// The seconds east of UTC in force at `seconds`.
  func offset(at seconds: Int64) -> Int64 {
    guard let daylight else { return standard }
    let seconds = seconds.flooredDivision(by: Self.cycle).remainder
    let isSaving = years(around: seconds).contains { period(of: daylight, from: $0).contains(seconds) }
    return isSaving ? daylight.offset : standard
  }

  /// The times, in order, at which the offset may change, between two times at most a week apart.
  func changes(after from: Int64, before end: Int64) -> [Int64] {
    guard let daylight else { return [] }
    let reduced = from.flooredDivision(by: Self.cycle).remainder
    let changes = years(around: reduced).flatMap { year in
      let period = period(of: daylight, from: year)
      return [period.lowerBound, period.upperBound]
    }
    let times = changes.map { change in
      let (time, overflow) = from.addingReportingOverflow(change - reduced)
      return overflow ? from : time
    }
    return times.filter { $0 > from && $0 < end }.sorted()
  }

  /// The years whose daylight saving time may be in force in the week after `seconds`.
  ///
  /// Changes lie up to eight days outside their year, so a period may reach into the year but one after.
  private func years(around seconds: Int64) -> ClosedRange<Int64> {
    let year = ZoneCalendar.year(of: (seconds + standard).flooredDivision(by: 86_400).quotient)
    return (year - 2)...(year + 1)
  }

  /// The daylight saving time that begins in `year` and, south of the equator, ends in the next.
  ///
  /// Periods touch or overlap where daylight saving time lasts all year.
  private func period(of daylight: Daylight, from year: Int64) -> Range<Int64> {
    let start = daylight.start.seconds(in: year, offset: standard)
    for ending in year...(year + 2) {
      let end = daylight.end.seconds(in: ending, offset: daylight.offset)
      if end > start { return start..<end }
    }
    return start..<start
  }
}
