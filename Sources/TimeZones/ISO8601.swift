/// Times as ISO 8601 writes them.
public enum ISOTime {
  /// `2014-01-16T23:12:21.000+00:00`, as event summaries have it.
  public static func text(_ seconds: Int64) -> String {
    let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    let second = (seconds % 86_400 + 86_400) % 86_400
    let (year, month, day) = civil((seconds - second) / 86_400)
    let date = "\(pad(year, 4))-\(pad(month))-\(pad(day))"
    return "\(date)T\(pad(second / 3600)):\(pad(second / 60 % 60)):\(pad(second % 60)).000+00:00"
  }

  /// Seconds since 1970 of a date, or of a date and time with or without fraction and zone; nil for another text.
  public static func seconds(_ text: String) -> Int64? {
    var rest = Substring(text)
    guard let date = date(&rest) else { return nil }
    guard let mark = rest.popFirst() else { return date }
    guard mark == "T" || mark == "t" || mark == " ", let time = time(&rest), let zone = zone(rest) else { return nil }
    return date + time - zone
  }

  // MARK: Reading

  private static func date(_ rest: inout Substring) -> Int64? {
    guard let year = digits(4, &rest), take("-", &rest), let month = digits(2, &rest), take("-", &rest),
      let day = digits(2, &rest), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let days = ZoneCalendar.day(year, month: month) + day - 1
    guard civil(days) == (year, month, day) else { return nil }
    return days * 86_400
  }

  private static func time(_ rest: inout Substring) -> Int64? {
    guard let hour = digits(2, &rest), take(":", &rest), let minute = digits(2, &rest), hour < 24, minute < 60 else {
      return nil
    }
    guard take(":", &rest) else { return hour * 3600 + minute * 60 }
    guard let second = digits(2, &rest), second <= 60 else { return nil }
    if take(".", &rest) {
      let fraction = rest.prefix { $0.isASCII && $0.isNumber }
      guard !fraction.isEmpty else { return nil }
      rest.removeFirst(fraction.count)
    }
    return hour * 3600 + minute * 60 + second
  }

  /// Seconds east of UTC; a time without a zone is in UTC.
  private static func zone(_ text: Substring) -> Int64? {
    var rest = text
    guard let sign = rest.popFirst() else { return 0 }
    if sign == "Z" || sign == "z" { return rest.isEmpty ? 0 : nil }
    guard sign == "+" || sign == "-", let hours = digits(2, &rest), hours < 24 else { return nil }
    _ = take(":", &rest)
    let minutes = rest.isEmpty ? 0 : digits(2, &rest)
    guard let minutes, minutes < 60, rest.isEmpty else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  private static func digits(_ count: Int, _ rest: inout Substring) -> Int64? {
    let text = rest.prefix(count)
    guard text.count == count, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    rest.removeFirst(count)
    return Int64(text)
  }

  private static func take(_ character: Character, _ rest: inout Substring) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  // MARK: The calendar

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let year = ZoneCalendar.year(of: days)
    let month = (1...12).last { ZoneCalendar.day(year, month: $0) <= days } ?? 1
    return (year, month, days - ZoneCalendar.day(year, month: month) + 1)
  }

  private static func pad(_ number: Int64, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
}
