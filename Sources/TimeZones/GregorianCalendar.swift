/// The proleptic Gregorian calendar. Days are counted from 1970-01-01.
enum GregorianCalendar {
  /// Length in days of the 400-year cycle after which the calendar and its weekdays repeat.
  static let daysPerCycle: Int64 = 146_097

  private static let yearsPerCycle: Int64 = 400
  /// Number of days from 0000-03-01 to 1970-01-01.
  private static let epoch: Int64 = 719_468

  static func isLeapYear(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The first day of a month.
  /// - Parameter month: from 1 to 12; 13 is January of the next year
  static func firstDay(year: Int64, month: Int64) -> Int64 {
    // Counting years from March puts the leap day at the end, where it does not move other months.
    let (years, months) = (year * 12 + month - 3).flooredDivision(by: 12)
    let (cycle, rest) = years.flooredDivision(by: yearsPerCycle)
    return cycle * daysPerCycle + rest * 365 + rest / 4 - rest / 100 + (months * 153 + 2) / 5 - epoch
  }

  /// The year that contains `day`.
  static func year(of day: Int64) -> Int64 {
    let (cycle, rest) = (day + epoch).flooredDivision(by: daysPerCycle)
    let march = cycle * yearsPerCycle + (rest - rest / 1460 + rest / 36_524 - rest / 146_096) / 365
    return day < Self.firstDay(year: march + 1, month: 1) ? march : march + 1
  }

  /// The weekday, from 0 (Sunday) to 6 (Saturday).
  static func weekday(of day: Int64) -> Int64 {
    (day + 4).flooredDivision(by: 7).remainder
  }
}

extension Int64 {
  /// The quotient, rounded towards negative infinity, and the remainder, from 0 to `divisor` - 1.
  ///
  /// The division operator rounds towards zero, which is wrong for times before 1970.
  func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
