import ASCII

/// Formats and parses times in the ISO 8601 format.
public enum ISO8601 {
  /// Formats a time as `2014-01-16T23:12:21.000+00:00`, the form of Intercom's event summaries.
  /// - Parameter seconds: since 1970-01-01T00:00:00Z; clamped to the years 0 to 9999
  public static func string(fromSeconds seconds: Int64) -> String {
    let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    let second = (seconds % 86_400 + 86_400) % 86_400
    let (year, month, day) = calendarDate(fromDays: (seconds - second) / 86_400)
    let date = "\(String(decimal: year, width: 4))-\(twoDigits(month))-\(twoDigits(day))"
    return "\(date)T\(twoDigits(second / 3600)):\(twoDigits(second / 60 % 60)):\(twoDigits(second % 60)).000+00:00"
  }

  /// Parses a date, or a date and time with optional seconds, fraction and zone. The default zone is UTC.
  /// - Returns: seconds since 1970-01-01T00:00:00Z, without the fraction; nil if the string has another format
  public static func seconds(from text: String) -> Int64? {
    var rest = Substring(text)
    guard let date = parseDate(from: &rest) else { return nil }
    guard let separator = rest.popFirst() else { return date }
    guard separator == "T" || separator == "t" || separator == " ", let time = parseTime(from: &rest),
      let zone = parseOffset(from: rest)
    else { return nil }
    return date + time - zone
  }

  // MARK: Reading

  private static func parseDate(from rest: inout Substring) -> Int64? {
    guard let year = parseDigits(4, from: &rest), consume("-", from: &rest), let month = parseDigits(2, from: &rest),
      consume("-", from: &rest),
      let day = parseDigits(2, from: &rest), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let days = GregorianCalendar.firstDay(year: year, month: month) + day - 1
    guard calendarDate(fromDays: days) == (year, month, day) else { return nil }
    return days * 86_400
  }

  private static func parseTime(from rest: inout Substring) -> Int64? {
    guard let hour = parseDigits(2, from: &rest), consume(":", from: &rest), let minute = parseDigits(2, from: &rest),
      hour < 24, minute < 60
    else {
      return nil
    }
    guard consume(":", from: &rest) else { return hour * 3600 + minute * 60 }
    guard let second = parseDigits(2, from: &rest), second <= 60 else { return nil }
    if consume(".", from: &rest) {
      let fraction = rest.prefix { $0.isASCII && $0.isNumber }
      guard !fraction.isEmpty else { return nil }
      rest.removeFirst(fraction.count)
    }
    return hour * 3600 + minute * 60 + second
  }

  /// Seconds east of UTC; 0 for an empty string.
  private static func parseOffset(from text: Substring) -> Int64? {
    var rest = text
    guard let sign = rest.popFirst() else { return 0 }
    if sign == "Z" || sign == "z" { return rest.isEmpty ? 0 : nil }
    guard sign == "+" || sign == "-", let hours = parseDigits(2, from: &rest), hours < 24 else { return nil }
    _ = consume(":", from: &rest)
    let minutes = rest.isEmpty ? 0 : parseDigits(2, from: &rest)
    guard let minutes, minutes < 60, rest.isEmpty else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  private static func parseDigits(_ count: Int, from rest: inout Substring) -> Int64? {
    let text = rest.prefix(count)
    guard text.count == count, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    rest.removeFirst(count)
    return Int64(text)
  }

  private static func consume(_ character: Character, from rest: inout Substring) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  // MARK: The calendar

  private static func calendarDate(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let year = GregorianCalendar.year(of: days)
    let month = (1...12).last { GregorianCalendar.firstDay(year: year, month: $0) <= days } ?? 1
    return (year, month, days - GregorianCalendar.firstDay(year: year, month: month) + 1)
  }

  private static func twoDigits(_ number: Int64) -> String {
    String(decimal: number, width: 2)
  }
}
