import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneRuleTests {
  /// Expects the offset to change from `before` to `after` hours at exactly `seconds`.
  private func expectChange(
    _ rule: String, at seconds: Int64, from before: Int64, to after: Int64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let zone = try Zone(rule: rule)
    #expect(zone.offset(at: seconds - 1) == before * 3600, sourceLocation: sourceLocation)
    #expect(zone.offset(at: seconds) == after * 3600, sourceLocation: sourceLocation)
  }

  @Test func `A change is at two o'clock and by one hour unless the rule says otherwise`() throws {
    try expectChange("EST5EDT,M3.2.0,M11.1.0", at: .utc(2024, 3, 10, 7), from: -5, to: -4)
    try expectChange("EST5EDT,M3.2.0,M11.1.0", at: .utc(2024, 11, 3, 6), from: -4, to: -5)
    try expectChange("AAA0BBB-2,M3.2.0,M11.1.0", at: .utc(2024, 3, 10, 2), from: 0, to: 2)
  }

  @Test func `Daylight saving time south of the equator lasts over the new year`() throws {
    let rule = "NZST-12NZDT,M9.5.0,M4.1.0/3"
    try expectChange(rule, at: .utc(2024, 9, 28, 14), from: 12, to: 13)
    try expectChange(rule, at: .utc(2024, 4, 6, 14), from: 13, to: 12)
    #expect(try Zone(rule: rule).offset(at: .utc(2024, 1, 1)) == 13 * 3600)
    #expect(try Zone(rule: rule).offset(at: .utc(2023, 12, 31)) == 13 * 3600)
  }

  @Test func `Daylight saving time may be behind standard time, as Dublin's winter is`() throws {
    try expectChange("IST-1GMT0,M10.5.0,M3.5.0/1", at: .utc(2024, 3, 31, 1), from: 0, to: 1)
    try expectChange("IST-1GMT0,M10.5.0,M3.5.0/1", at: .utc(2024, 10, 27, 1), from: 1, to: 0)
  }

  @Test func `Times of a change may be negative or later than the day`() throws {
    try expectChange("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", at: .utc(2024, 3, 31, 1), from: -2, to: -1)
    try expectChange("EET-2EEST,M3.4.4/50,M10.4.4/50", at: .utc(2024, 3, 30, 0), from: 2, to: 3)
    try expectChange("AAA0BBB,0/-167,J100", at: .utc(2023, 12, 25, 1), from: 0, to: 1)
    try expectChange("AAA0BBB,J100,J365/167", at: .utc(2024, 1, 6, 22), from: 1, to: 0)
    try expectChange("AAA0BBB,M3.1.0/1:02:03,M10.1.0", at: .utc(2024, 3, 3, 1, 2) + 3, from: 0, to: 1)
  }

  @Test func `J counts days without the leap day and a bare number with it`() throws {
    try expectChange("AAA0BBB,J59/0,J300", at: .utc(2024, 2, 28), from: 0, to: 1)
    try expectChange("AAA0BBB,J60/0,J300", at: .utc(2024, 3, 1), from: 0, to: 1)
    try expectChange("AAA0BBB,J60/0,J300", at: .utc(2023, 3, 1), from: 0, to: 1)
    try expectChange("AAA0BBB,59/0,300", at: .utc(2024, 2, 29), from: 0, to: 1)
    try expectChange("AAA0BBB,59/0,300", at: .utc(2023, 3, 1), from: 0, to: 1)
    try expectChange("AAA0BBB,59/0,300", at: .utc(1900, 3, 1), from: 0, to: 1)
  }

  @Test func `The fifth week of a month is its last`() throws {
    try expectChange("AAA0BBB,M2.5.4/0,M10.5.0", at: .utc(2024, 2, 29), from: 0, to: 1)
    try expectChange("AAA0BBB,M2.5.3/0,M10.5.0", at: .utc(2024, 2, 28), from: 0, to: 1)
    try expectChange("AAA0BBB,M2.1.4/0,M12.5.2/1", at: .utc(2024, 12, 31), from: 1, to: 0)
  }

  @Test(arguments: ["XXX3EDT4,0/0,J365/23", "AAA4BBB3,0/0,J365/25", "AAA4BBB3,0/-24,J365/100"])
  func `Daylight saving time may last all year`(rule: String) throws {
    let zone = try Zone(rule: rule)
    let saving: Int64 = rule.hasPrefix("XXX") ? -4 : -3
    for day: Int64 in 0..<800 {
      #expect(zone.offset(at: .utc(2023, 12, day, 3)) == saving * 3600)
      #expect(zone.offset(at: .utc(2023, 12, day, 4)) == saving * 3600)
    }
  }

  @Test func `A rule repeats every 400 years for as long as there are numbers`() throws {
    let zone = try Zone(rule: "EST5EDT,M3.2.0,M11.1.0")
    let change: Int64 = .utc(2024, 3, 10, 7)
    for cycles: Int64 in [-700_000_000, -1, 1, 700_000_000] {
      let seconds = change + cycles * 146_097 * 86_400
      #expect(zone.offset(at: seconds - 1) == -18_000)
      #expect(zone.offset(at: seconds) == -14_400)
    }
  }

  @Test(arguments: [
    "A", "AA0", "AAA", "<A>0", "<AAA0", "AAA25", "AAA0:60", "AAA0:", "AAA0000", "AAA0BB", "AAA0BBB",
    "AAA0BBB,J1", "AAA0BBB,J0,J9", "AAA0BBB,J366,J9", "AAA0BBB,366,9", "AAA0BBB,M13.1.0,J9",
    "AAA0BBB,M1.6.0,J9", "AAA0BBB,M1.1.7,J9", "AAA0BBB,M1.1,J9", "AAA0BBB,J1/168,J9", "AAA0BBB,J1,J9,",
    "AAA0 ", ":Europe/Dublin", "AAA--1",
  ])
  func `A footer that is no rule is refused`(rule: String) {
    #expect(throws: ZoneError.self) { try Zone(rule: rule) }
  }

  @Test(
    arguments: [
      (-719_468, 0, 3, 1), (-1, 1969, 12, 31), (0, 1970, 1, 1), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
      (-25_509, 1900, 2, 28), (-25_508, 1900, 3, 1), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
    ] as [(Int64, Int64, Int64, Int64)])
  func `The calendar knows the day of a date and its year`(day: Int64, year: Int64, month: Int64, date: Int64) {
    #expect(ZoneCalendar.day(year, month: month) + date - 1 == day)
    #expect(ZoneCalendar.year(of: day) == year)
  }

  @Test func `Every day of 800 years lies in the year that the calendar says`() {
    for year: Int64 in 1600..<2400 {
      let (first, next) = (ZoneCalendar.day(year, month: 1), ZoneCalendar.day(year + 1, month: 1))
      #expect(next - first == (ZoneCalendar.isLeap(year) ? 366 : 365))
      #expect((first..<next).allSatisfy { ZoneCalendar.year(of: $0) == year })
    }
  }
}
