/// The Gregorian calendar, extended to all years, in days since 1970-01-01.
enum GregorianCalendar {
  /// The calendar and its weekdays repeat after this many days, which are 400 years.
  static let daysPerCycle: Int64 = 146_097

  private static let yearsPerCycle: Int64 = 400
  /// From 0000-03-01 to 1970-01-01.
  private static let epoch: Int64 = 719_468

  static func isLeapYear(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The first day of a month from 1 to 12; 13 is January of the next year.
  static func firstDay(year: Int64, month: Int64) -> Int64 {
    // Years that begin in March have the leap day last, where it moves no other month.
    let (years, months) = (year * 12 + month - 3).flooredDivision(by: 12)
    let (cycle, rest) = years.flooredDivision(by: yearsPerCycle)
    return cycle * daysPerCycle + rest * 365 + rest / 4 - rest / 100 + (months * 153 + 2) / 5 - epoch
  }

  /// The year that `day` lies in.
  static func year(of day: Int64) -> Int64 {
    let (cycle, rest) = (day + epoch).flooredDivision(by: daysPerCycle)
    let march = cycle * yearsPerCycle + (rest - rest / 1460 + rest / 36_524 - rest / 146_096) / 365
    return day < Self.firstDay(year: march + 1, month: 1) ? march : march + 1
  }

  /// The day of the week, from 0 for Sunday to 6 for Saturday.
  static func weekday(of day: Int64) -> Int64 {
    (day + 4).flooredDivision(by: 7).remainder
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity and the remainder that it leaves, from 0 to `divisor` - 1.
  ///
  /// Times and years before 1970 are negative, and the division of the language rounds them towards 1970.
  func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
