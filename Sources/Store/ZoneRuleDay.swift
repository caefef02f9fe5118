/// The day of a year on which a rule changes the clock (POSIX, 8.3; RFC 9636, 3.3.1).
enum ZoneRuleDay {
  /// `Jn`: the day from 1 to 365, not counting 29 February.
  case julian(Int64)
  /// `n`: the day from 0 to 365, counting 29 February.
  case ordinal(Int64)
  /// `Mm.w.d`: the weekday `d` (0 is Sunday) of week `w` of month `m`, where week 5 is the last that has it.
  case weekday(month: Int64, week: Int64, day: Int64)

  /// The day in `year`, in days since 1970-01-01.
  func day(in year: Int64) -> Int64 {
    let january = ZoneCalendar.day(year, month: 1)
    switch self {
    case .julian(let number):
      return january + number - (number >= 60 && ZoneCalendar.isLeap(year) ? 0 : 1)
    case .ordinal(let number):
      return january + number
    case .weekday(let month, let week, let day):
      return Self.day(year, month: month, week: week, weekday: day)
    }
  }

  private static func day(_ year: Int64, month: Int64, week: Int64, weekday: Int64) -> Int64 {
    let first = ZoneCalendar.day(year, month: month)
    let ahead = (weekday - ZoneCalendar.weekday(of: first)).flooredDivision(by: 7).remainder
    let day = first + ahead + (week - 1) * 7
    return day < ZoneCalendar.day(year, month: month + 1) ? day : day - 7
  }
}
