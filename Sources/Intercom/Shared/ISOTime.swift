/// Times as ISO 8601 writes them.
enum ISOTime {
  /// `2014-01-16T23:12:21.000+00:00`, as event summaries have it.
  static func text(_ seconds: Int64) -> String {
    let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    let second = (seconds % 86_400 + 86_400) % 86_400
    let (year, month, day) = civil((seconds - second) / 86_400)
    let date = "\(pad(year, 4))-\(pad(month))-\(pad(day))"
    return "\(date)T\(pad(second / 3600)):\(pad(second / 60 % 60)):\(pad(second % 60)).000+00:00"
  }

  /// Seconds since 1970 of a date, or of a date and time with or without fraction and zone; nil for another text.
  static func seconds(_ text: String) -> Int64? {
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
    let days = days(year, month, day)
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

  /// Days since 1970 of a date of the Gregorian calendar. Years begin in March, so that a leap day ends one.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month > 2 ? year : year - 1
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func pad(_ number: Int64, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
}
