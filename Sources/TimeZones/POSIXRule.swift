import ASCII

/// The local time that a POSIX TZ string describes for all years (RFC 9636, 3.3.1).
struct POSIXRule {
  /// The offset during daylight saving time, and when that begins and ends.
  typealias Daylight = (offset: Int64, start: POSIXRuleTransition, end: POSIXRuleTransition)

  /// A rule repeats after 400 years.
  private static let cycle = GregorianCalendar.daysPerCycle * 86_400

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
    let year = GregorianCalendar.year(of: (seconds + standard).flooredDivision(by: 86_400).quotient)
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

/// When, in every year, a rule changes the clock.
struct POSIXRuleTransition {
  let day: POSIXRuleDate
  /// Seconds after the midnight that begins the day; from -167 to 167 hours, so it may lie in another year.
  let time: Int64

  /// The time of the change in `year`, for a clock that shows `offset` seconds east of UTC until then.
  func seconds(in year: Int64, offset: Int64) -> Int64 {
    day.day(in: year) * 86_400 + time - offset
  }
}

/// The day of a year on which a rule changes the clock (POSIX, 8.3; RFC 9636, 3.3.1).
enum POSIXRuleDate {
  /// `Jn`: the day from 1 to 365, not counting 29 February.
  case julian(Int64)
  /// `n`: the day from 0 to 365, counting 29 February.
  case ordinal(Int64)
  /// `Mm.w.d`: the weekday `d` (0 is Sunday) of week `w` of month `m`, where week 5 is the last that has it.
  case weekday(month: Int64, week: Int64, day: Int64)

  /// The day in `year`, in days since 1970-01-01.
  func day(in year: Int64) -> Int64 {
    let january = GregorianCalendar.firstDay(year: year, month: 1)
    switch self {
    case .julian(let number):
      return january + number - (number >= 60 && GregorianCalendar.isLeapYear(year) ? 0 : 1)
    case .ordinal(let number):
      return january + number
    case .weekday(let month, let week, let day):
      return Self.day(year: year, month: month, week: week, weekday: day)
    }
  }

  private static func day(year: Int64, month: Int64, week: Int64, weekday: Int64) -> Int64 {
    let first = GregorianCalendar.firstDay(year: year, month: month)
    let ahead = (weekday - GregorianCalendar.weekday(of: first)).flooredDivision(by: 7).remainder
    let day = first + ahead + (week - 1) * 7
    return day < GregorianCalendar.firstDay(year: year, month: month + 1) ? day : day - 7
  }
}

/// Reads the POSIX TZ string in the footer of a file (RFC 9636, 3.3.1).
struct POSIXRuleParser {
  private var rest: ArraySlice<UInt8>

  /// The rule that `text` describes; nil if it is not of the form `std offset [dst [offset] , start , end]`.
  ///
  /// Daylight saving time needs its dates: what it means without them is for each implementation to say.
  static func parse(_ text: ArraySlice<UInt8>) -> POSIXRule? {
    var parser = POSIXRuleParser(rest: text)
    guard let rule = parser.parseRule(), parser.rest.isEmpty else { return nil }
    return rule
  }

  private mutating func parseRule() -> POSIXRule? {
    guard skipDesignation(), let standard = parseOffset() else { return nil }
    if rest.isEmpty { return POSIXRule(standard: standard, daylight: nil) }
    guard let daylight = parseDaylight(standard: standard) else { return nil }
    return POSIXRule(standard: standard, daylight: daylight)
  }

  private mutating func parseDaylight(standard: Int64) -> POSIXRule.Daylight? {
    guard skipDesignation() else { return nil }
    var saving: Int64? = standard + 3600
    if rest.first != UInt8(ascii: ",") { saving = parseOffset() }
    guard let saving, let start = parseTransition(), let end = parseTransition() else { return nil }
    return (saving, start, end)
  }

  /// Passes over three or more letters, or three or more letters, digits and signs in angle brackets.
  private mutating func skipDesignation() -> Bool {
    guard consume("<") else { return skip(while: \.isASCIILetter) >= 3 }
    return skip { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } >= 3
      && consume(">")
  }

  /// Seconds east of UTC. The string counts west.
  private mutating func parseOffset() -> Int64? {
    parseTime(maxHours: 24).map { -$0 }
  }

  /// `,date[/time]`
  private mutating func parseTransition() -> POSIXRuleTransition? {
    guard consume(","), let day = parseDate() else { return nil }
    guard consume("/") else { return POSIXRuleTransition(day: day, time: 7200) }
    return parseTime(maxHours: 167).map { POSIXRuleTransition(day: day, time: $0) }
  }

  private mutating func parseDate() -> POSIXRuleDate? {
    if consume("J") { return parseNumber(in: 1...365).map(POSIXRuleDate.julian) }
    guard consume("M") else { return parseNumber(in: 0...365).map(POSIXRuleDate.ordinal) }
    guard let month = parseNumber(in: 1...12), consume("."), let week = parseNumber(in: 1...5), consume("."),
      let day = parseNumber(in: 0...6)
    else {
      return nil
    }
    return .weekday(month: month, week: week, day: day)
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  private mutating func parseTime(maxHours limit: Int64) -> Int64? {
    let isNegative = consume("-")
    if !isNegative { _ = consume("+") }
    guard var seconds = parseNumber(in: 0...limit).map({ $0 * 3600 }) else { return nil }
    for unit: Int64 in [60, 1] where consume(":") {
      guard let count = parseNumber(in: 0...59) else { return nil }
      seconds += count * unit
    }
    return isNegative ? -seconds : seconds
  }

  /// A number of at most three digits within `bounds`.
  private mutating func parseNumber(in bounds: ClosedRange<Int64>) -> Int64? {
    let digits = rest.prefix(while: \.isASCIIDigit)
    guard (1...3).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    let number = digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    return bounds.contains(number) ? number : nil
  }

  private mutating func consume(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Passes over the bytes that `isPart` and says how many they were.
  private mutating func skip(while isPart: (UInt8) -> Bool) -> Int {
    let part = rest.prefix(while: isPart)
    rest = rest.dropFirst(part.count)
    return part.count
  }
}
