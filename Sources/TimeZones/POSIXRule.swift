import ASCII

/// A POSIX TZ string: a daylight saving time rule that applies to every year (RFC 9636, 3.3.1).
struct POSIXRule {
  /// Offset during daylight saving time, in seconds east of UTC, and its start and end.
  typealias Daylight = (offset: Int64, start: POSIXRuleTransition, end: POSIXRuleTransition)

  /// Period in seconds after which the rule's transitions repeat: 400 years.
  private static let cycle = GregorianCalendar.daysPerCycle * 86_400

  /// Offset of standard time, in seconds east of UTC.
  let standard: Int64
  /// Nil if the zone has no daylight saving time.
  let daylight: Daylight?

  /// The offset at `seconds`, in seconds east of UTC.
  func offset(at seconds: Int64) -> Int64 {
    guard let daylight else { return standard }
    let seconds = seconds.flooredDivision(by: Self.cycle).remainder
    let isSaving = years(around: seconds).contains { period(of: daylight, from: $0).contains(seconds) }
    return isSaving ? daylight.offset : standard
  }

  /// The times between two times at which the offset may change, ascending. The two may be a week apart at most.
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
  /// A transition may be up to eight days outside its year, so a period that starts in one year may end two years later.
  private func years(around seconds: Int64) -> ClosedRange<Int64> {
    let year = GregorianCalendar.year(of: (seconds + standard).flooredDivision(by: 86_400).quotient)
    return (year - 2)...(year + 1)
  }

  /// The period of daylight saving time that starts in `year`. In the southern hemisphere it ends in the next year.
  ///
  /// Periods adjoin or overlap if daylight saving time lasts all year.
  private func period(of daylight: Daylight, from year: Int64) -> Range<Int64> {
    let start = daylight.start.seconds(in: year, offset: standard)
    for ending in year...(year + 2) {
      let end = daylight.end.seconds(in: ending, offset: daylight.offset)
      if end > start { return start..<end }
    }
    return start..<start
  }
}

/// A transition that a rule repeats every year.
struct POSIXRuleTransition {
  let day: POSIXRuleDate
  /// Seconds after the start of the day, from -167 to 167 hours. The transition may be in another year than the day.
  let time: Int64

  /// The time of the transition in `year`.
  /// - Parameter offset: the offset before the transition, in seconds east of UTC
  func seconds(in year: Int64, offset: Int64) -> Int64 {
    day.day(in: year) * 86_400 + time - offset
  }
}

/// The day of a yearly transition (POSIX, 8.3; RFC 9636, 3.3.1).
enum POSIXRuleDate {
  /// `Jn`: day 1 to 365 of the year, where 29 February is not counted.
  case julian(Int64)
  /// `n`: day 0 to 365 of the year, where 29 February is counted.
  case ordinal(Int64)
  /// `Mm.w.d`: weekday `d` (0 is Sunday) of week `w` of month `m`. Week 5 means the last such weekday of the month.
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

/// Parses the POSIX TZ string in the footer of a TZif file (RFC 9636, 3.3.1).
struct POSIXRuleParser {
  private var rest: ArraySlice<UInt8>

  /// Parses `std offset [dst [offset] , start , end]`. Returns nil if the text has another format.
  ///
  /// A string with daylight saving time but without dates is rejected: its meaning is implementation-defined.
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

  /// Skips a designation: three or more letters, or three or more letters, digits and signs in angle brackets.
  private mutating func skipDesignation() -> Bool {
    guard consume("<") else { return skip(while: \.isASCIILetter) >= 3 }
    return skip { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } >= 3
      && consume(">")
  }

  /// Parses an offset, which the string gives in time west of UTC. Returns seconds east of UTC.
  private mutating func parseOffset() -> Int64? {
    parseTime(maxHours: 24).map { -$0 }
  }

  /// Parses `,date[/time]`.
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

  /// Parses `[+-]hh[:mm[:ss]]`. Returns seconds.
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

  /// Parses a number of one to three digits. Returns nil if it is out of bounds.
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

  /// Skips the bytes that satisfy the predicate and returns their number.
  private mutating func skip(while isPart: (UInt8) -> Bool) -> Int {
    let part = rest.prefix(while: isPart)
    rest = rest.dropFirst(part.count)
    return part.count
  }
}
