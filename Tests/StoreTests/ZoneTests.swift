import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneDayTests {
  @Test(arguments: [-86_401, -86_400, -1, 0, 86_399, 86_400, 1_700_000_000] as [Int64])
  func `UTC days last 24 hours from midnight, before 1970 too`(seconds: Int64) {
    let start = TimeZone.utc.startOfDay(containing: seconds)
    #expect(start % 86_400 == 0)
    #expect((start..<start + 86_400).contains(seconds))
    #expect(TimeZone.utc.startOfNextDay(after: seconds) == start + 86_400)
    #expect(TimeZone.utc.offset(at: seconds) == 0)
  }

  @Test func `Days of a zone with an offset of 45 minutes start at its midnight`() throws {
    let kathmandu = try TimeZone(rule: "<+0545>-5:45")
    #expect(kathmandu.offset(at: 0) == 20_700)
    #expect(
      kathmandu.startOfDay(containing: .utc(year: 2024, month: 5, day: 1, hour: 18, minute: 14))
        == .utc(year: 2024, month: 4, day: 30, hour: 18, minute: 15))
    #expect(
      kathmandu.startOfDay(containing: .utc(year: 2024, month: 5, day: 1, hour: 18, minute: 15))
        == .utc(year: 2024, month: 5, day: 1, hour: 18, minute: 15))
    #expect(
      kathmandu.startOfNextDay(after: .utc(year: 2024, month: 5, day: 1, hour: 18, minute: 14))
        == .utc(year: 2024, month: 5, day: 1, hour: 18, minute: 15))
  }

  @Test func `Days with a daylight saving time change last 23 and 25 hours`() throws {
    let newYork = try TimeZone(rule: "EST5EDT,M3.2.0,M11.1.0")
    #expect(
      newYork.startOfDay(containing: .utc(year: 2024, month: 3, day: 10, hour: 12))
        == .utc(year: 2024, month: 3, day: 10, hour: 5))
    #expect(
      newYork.startOfNextDay(after: .utc(year: 2024, month: 3, day: 10, hour: 12))
        == .utc(year: 2024, month: 3, day: 11, hour: 4))
    #expect(
      newYork.startOfDay(containing: .utc(year: 2024, month: 11, day: 3, hour: 12))
        == .utc(year: 2024, month: 11, day: 3, hour: 4))
    #expect(
      newYork.startOfNextDay(after: .utc(year: 2024, month: 11, day: 3, hour: 12))
        == .utc(year: 2024, month: 11, day: 4, hour: 5))
  }

  @Test func `A day whose midnight is skipped starts at one o'clock`() throws {
    let saoPaulo = try TimeZone(rule: "<-03>3<-02>,M11.1.0/0,M2.3.0/0")
    #expect(
      saoPaulo.startOfDay(containing: .utc(year: 2018, month: 11, day: 4, hour: 12))
        == .utc(year: 2018, month: 11, day: 4, hour: 3))
    #expect(
      saoPaulo.startOfNextDay(after: .utc(year: 2018, month: 11, day: 4, hour: 2, minute: 59))
        == .utc(year: 2018, month: 11, day: 4, hour: 3))
    #expect(
      saoPaulo.startOfNextDay(after: .utc(year: 2018, month: 11, day: 4, hour: 3))
        == .utc(year: 2018, month: 11, day: 5, hour: 2))
    let beirut = try TimeZone(rule: "EET-2EEST,M3.5.0/0,M10.5.0/0")
    #expect(
      beirut.startOfDay(containing: .utc(year: 2024, month: 3, day: 31, hour: 12))
        == .utc(year: 2024, month: 3, day: 30, hour: 22))
    #expect(
      beirut.startOfNextDay(after: .utc(year: 2024, month: 3, day: 31, hour: 12))
        == .utc(year: 2024, month: 3, day: 31, hour: 21))
    let cairo = try TimeZone(rule: "EET-2EEST,M4.5.5/0,M10.5.4/24")
    #expect(
      cairo.startOfDay(containing: .utc(year: 2024, month: 4, day: 26, hour: 12))
        == .utc(year: 2024, month: 4, day: 25, hour: 22))
    #expect(
      cairo.startOfNextDay(after: .utc(year: 2024, month: 4, day: 26, hour: 12))
        == .utc(year: 2024, month: 4, day: 26, hour: 21))
  }

  @Test func `If the clock is set back at midnight, the last hour of the day is repeated`() throws {
    let saoPaulo = try TimeZone(rule: "<-03>3<-02>,M11.1.0/0,M2.3.0/0")
    #expect(
      saoPaulo.startOfDay(containing: .utc(year: 2018, month: 2, day: 18, hour: 2, minute: 30))
        == .utc(year: 2018, month: 2, day: 17, hour: 2))
    #expect(
      saoPaulo.startOfNextDay(after: .utc(year: 2018, month: 2, day: 18, hour: 1, minute: 30))
        == .utc(year: 2018, month: 2, day: 18, hour: 3))
    #expect(
      saoPaulo.startOfNextDay(after: .utc(year: 2018, month: 2, day: 18, hour: 2, minute: 30))
        == .utc(year: 2018, month: 2, day: 18, hour: 3))
  }

  @Test func `If the clock is set back across midnight, the day starts at the first midnight`() throws {
    let stJohns = try TimeZone(rule: "NST3:30NDT,M4.1.0/0:01,M10.5.0/0:01")
    let midnight: Int64 = .utc(year: 2010, month: 10, day: 31, hour: 2, minute: 30)
    #expect(stJohns.startOfDay(containing: midnight + 59) == midnight)
    #expect(stJohns.startOfDay(containing: midnight + 60) == .utc(year: 2010, month: 10, day: 30, hour: 2, minute: 30))
    #expect(stJohns.startOfNextDay(after: midnight + 60) == midnight)
    #expect(stJohns.startOfDay(containing: midnight + 3600) == midnight)
    #expect(stJohns.startOfNextDay(after: midnight) == .utc(year: 2010, month: 11, day: 1, hour: 3, minute: 30))
  }

  @Test func `A day that the zone skips is not the next day`() throws {
    let change: Int64 = .utc(year: 2011, month: 12, day: 30, hour: 10)
    let apia = try TimeZone(named: "Apia", tzif: [UInt8].tzif(types: [-36_000, 50_400], transitions: [(change, 1)]))
    #expect(apia.startOfDay(containing: change - 1) == .utc(year: 2011, month: 12, day: 29, hour: 10))
    #expect(apia.startOfNextDay(after: change - 1) == change)
    #expect(apia.startOfDay(containing: change) == change)
    #expect(apia.startOfNextDay(after: change) == change + 86_400)
  }

  @Test func `A day that the zone repeats is one long day`() throws {
    let change: Int64 = .utc(year: 1969, month: 9, day: 30, hour: 13)
    let kwajalein = try TimeZone(
      named: "Kwajalein", tzif: [UInt8].tzif(types: [39_600, -43_200], transitions: [(change, 1)]))
    for seconds in [change - 1, change, change + 22 * 3600] {
      #expect(kwajalein.startOfDay(containing: seconds) == change - 86_400)
      #expect(kwajalein.startOfNextDay(after: seconds) == change + 23 * 3600)
    }
  }

  @Test(arguments: ["UTC0", "AAA24", "AAA-24BBB,0/-167,J365/167", "<-03>3<-02>,M11.1.0/0,M2.3.0/0"])
  func `Days at the ends of the integer range do not overflow`(rule: String) throws {
    let zone = try TimeZone(rule: rule)
    for distance: Int64 in [0, 1, 50_000, 86_400, 300_000] {
      let (early, late) = (Int64.min + distance, Int64.max - distance)
      #expect(zone.startOfDay(containing: early) <= early)
      #expect(zone.startOfNextDay(after: early) > early)
      #expect(zone.startOfDay(containing: late) <= late)
      #expect(zone.startOfNextDay(after: late) >= late)
    }
  }
}

@Suite struct ZoneRuleTests {
  /// Expects the offset to change from `before` to `after` hours at exactly `seconds`.
  private func expectChange(
    in rule: String, at seconds: Int64, from before: Int64, to after: Int64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let zone = try TimeZone(rule: rule)
    #expect(zone.offset(at: seconds - 1) == before * 3600, sourceLocation: sourceLocation)
    #expect(zone.offset(at: seconds) == after * 3600, sourceLocation: sourceLocation)
  }

  @Test func `By default a change is at two o'clock and by one hour`() throws {
    try expectChange(in: "EST5EDT,M3.2.0,M11.1.0", at: .utc(year: 2024, month: 3, day: 10, hour: 7), from: -5, to: -4)
    try expectChange(in: "EST5EDT,M3.2.0,M11.1.0", at: .utc(year: 2024, month: 11, day: 3, hour: 6), from: -4, to: -5)
    try expectChange(in: "AAA0BBB-2,M3.2.0,M11.1.0", at: .utc(year: 2024, month: 3, day: 10, hour: 2), from: 0, to: 2)
  }

  @Test func `Daylight saving time in the southern hemisphere spans the new year`() throws {
    let rule = "NZST-12NZDT,M9.5.0,M4.1.0/3"
    try expectChange(in: rule, at: .utc(year: 2024, month: 9, day: 28, hour: 14), from: 12, to: 13)
    try expectChange(in: rule, at: .utc(year: 2024, month: 4, day: 6, hour: 14), from: 13, to: 12)
    #expect(try TimeZone(rule: rule).offset(at: .utc(year: 2024, month: 1, day: 1)) == 13 * 3600)
    #expect(try TimeZone(rule: rule).offset(at: .utc(year: 2023, month: 12, day: 31)) == 13 * 3600)
  }

  @Test func `Daylight saving time may be behind standard time, as in Dublin's winter`() throws {
    try expectChange(in: "IST-1GMT0,M10.5.0,M3.5.0/1", at: .utc(year: 2024, month: 3, day: 31, hour: 1), from: 0, to: 1)
    try expectChange(
      in: "IST-1GMT0,M10.5.0,M3.5.0/1", at: .utc(year: 2024, month: 10, day: 27, hour: 1), from: 1, to: 0)
  }

  @Test func `The time of a change may be negative or more than 24 hours`() throws {
    try expectChange(
      in: "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", at: .utc(year: 2024, month: 3, day: 31, hour: 1), from: -2, to: -1)
    try expectChange(
      in: "EET-2EEST,M3.4.4/50,M10.4.4/50", at: .utc(year: 2024, month: 3, day: 30, hour: 0), from: 2, to: 3)
    try expectChange(in: "AAA0BBB,0/-167,J100", at: .utc(year: 2023, month: 12, day: 25, hour: 1), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,J100,J365/167", at: .utc(year: 2024, month: 1, day: 6, hour: 22), from: 1, to: 0)
    try expectChange(
      in: "AAA0BBB,M3.1.0/1:02:03,M10.1.0", at: .utc(year: 2024, month: 3, day: 3, hour: 1, minute: 2) + 3, from: 0,
      to: 1)
  }

  @Test func `J counts days without the leap day, and a number without J counts it`() throws {
    try expectChange(in: "AAA0BBB,J59/0,J300", at: .utc(year: 2024, month: 2, day: 28), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,J60/0,J300", at: .utc(year: 2024, month: 3, day: 1), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,J60/0,J300", at: .utc(year: 2023, month: 3, day: 1), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,59/0,300", at: .utc(year: 2024, month: 2, day: 29), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,59/0,300", at: .utc(year: 2023, month: 3, day: 1), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,59/0,300", at: .utc(year: 1900, month: 3, day: 1), from: 0, to: 1)
  }

  @Test func `The fifth week of a month is its last week`() throws {
    try expectChange(in: "AAA0BBB,M2.5.4/0,M10.5.0", at: .utc(year: 2024, month: 2, day: 29), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,M2.5.3/0,M10.5.0", at: .utc(year: 2024, month: 2, day: 28), from: 0, to: 1)
    try expectChange(in: "AAA0BBB,M2.1.4/0,M12.5.2/1", at: .utc(year: 2024, month: 12, day: 31), from: 1, to: 0)
  }

  @Test(arguments: ["XXX3EDT4,0/0,J365/23", "AAA4BBB3,0/0,J365/25", "AAA4BBB3,0/-24,J365/100"])
  func `Daylight saving time may last all year`(rule: String) throws {
    let zone = try TimeZone(rule: rule)
    let saving: Int64 = rule.hasPrefix("XXX") ? -4 : -3
    for day: Int64 in 0..<800 {
      #expect(zone.offset(at: .utc(year: 2023, month: 12, day: day, hour: 3)) == saving * 3600)
      #expect(zone.offset(at: .utc(year: 2023, month: 12, day: day, hour: 4)) == saving * 3600)
    }
  }

  @Test func `A rule repeats every 400 years up to the end of the integer range`() throws {
    let zone = try TimeZone(rule: "EST5EDT,M3.2.0,M11.1.0")
    let change: Int64 = .utc(year: 2024, month: 3, day: 10, hour: 7)
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
  func `A footer that is not a valid rule is rejected`(rule: String) {
    #expect(throws: TimeZoneError.self) { try TimeZone(rule: rule) }
  }

  @Test(
    arguments: [
      (-719_468, 0, 3, 1), (-1, 1969, 12, 31), (0, 1970, 1, 1), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
      (-25_509, 1900, 2, 28), (-25_508, 1900, 3, 1), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
    ] as [(Int64, Int64, Int64, Int64)])
  func `The calendar converts between dates and days`(day: Int64, year: Int64, month: Int64, date: Int64) {
    #expect(GregorianCalendar.firstDay(year: year, month: month) + date - 1 == day)
    #expect(GregorianCalendar.year(of: day) == year)
  }

  @Test func `Every day of 800 years is within the year that the calendar returns`() {
    for year: Int64 in 1600..<2400 {
      let (first, next) = (
        GregorianCalendar.firstDay(year: year, month: 1), GregorianCalendar.firstDay(year: year + 1, month: 1)
      )
      #expect(next - first == (GregorianCalendar.isLeapYear(year) ? 366 : 365))
      #expect((first..<next).allSatisfy { GregorianCalendar.year(of: $0) == year })
    }
  }
}
