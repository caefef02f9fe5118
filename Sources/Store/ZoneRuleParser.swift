/// Reads the POSIX TZ string in the footer of a file (RFC 9636, 3.3.1).
struct ZoneRuleParser {
  private var rest: ArraySlice<UInt8>

  /// The rule that `text` describes; nil if it is not of the form `std offset [dst [offset] , start , end]`.
  ///
  /// Daylight saving time needs its dates: what it means without them is for each implementation to say.
  static func parse(_ text: ArraySlice<UInt8>) -> ZoneRule? {
    var parser = ZoneRuleParser(rest: text)
    guard let rule = parser.rule(), parser.rest.isEmpty else { return nil }
    return rule
  }

  private mutating func rule() -> ZoneRule? {
    guard designation(), let standard = offset() else { return nil }
    if rest.isEmpty { return ZoneRule(standard: standard, daylight: nil) }
    guard let daylight = daylight(standard: standard) else { return nil }
    return ZoneRule(standard: standard, daylight: daylight)
  }

  private mutating func daylight(standard: Int64) -> ZoneRule.Daylight? {
    guard designation() else { return nil }
    var saving: Int64? = standard + 3600
    if rest.first != UInt8(ascii: ",") { saving = offset() }
    guard let saving, let start = change(), let end = change() else { return nil }
    return (saving, start, end)
  }

  /// Passes over three or more letters, or three or more letters, digits and signs in angle brackets.
  private mutating func designation() -> Bool {
    guard take("<") else { return skip(while: Self.isLetter) >= 3 }
    return skip { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } >= 3
      && take(">")
  }

  /// Seconds east of UTC. The string counts west.
  private mutating func offset() -> Int64? {
    time(hours: 24).map { -$0 }
  }

  /// `,date[/time]`
  private mutating func change() -> ZoneRuleChange? {
    guard take(","), let day = day() else { return nil }
    guard take("/") else { return ZoneRuleChange(day: day, time: 7200) }
    return time(hours: 167).map { ZoneRuleChange(day: day, time: $0) }
  }

  private mutating func day() -> ZoneRuleDay? {
    if take("J") { return number(1...365).map(ZoneRuleDay.julian) }
    guard take("M") else { return number(0...365).map(ZoneRuleDay.ordinal) }
    guard let month = number(1...12), take("."), let week = number(1...5), take("."), let day = number(0...6) else {
      return nil
    }
    return .weekday(month: month, week: week, day: day)
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  private mutating func time(hours limit: Int64) -> Int64? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    guard var seconds = number(0...limit).map({ $0 * 3600 }) else { return nil }
    for unit: Int64 in [60, 1] where take(":") {
      guard let count = number(0...59) else { return nil }
      seconds += count * unit
    }
    return isNegative ? -seconds : seconds
  }

  /// A number of at most three digits within `bounds`.
  private mutating func number(_ bounds: ClosedRange<Int64>) -> Int64? {
    let digits = rest.prefix(while: Self.isDigit)
    guard (1...3).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    let number = digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    return bounds.contains(number) ? number : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
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

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
