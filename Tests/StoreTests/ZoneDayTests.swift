import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneDayTests {
  @Test(arguments: [-86_401, -86_400, -1, 0, 86_399, 86_400, 1_700_000_000] as [Int64])
  func `UTC days are 24 hours from midnight, before 1970 too`(seconds: Int64) {
    let start = TimeZone.utc.startOfDay(containing: seconds)
    #expect(start % 86_400 == 0)
    #expect((start..<start + 86_400).contains(seconds))
    #expect(TimeZone.utc.startOfNextDay(after: seconds) == start + 86_400)
    #expect(TimeZone.utc.offset(at: seconds) == 0)
  }

  @Test func `A zone at a quarter to the hour starts its days then`() throws {
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

  @Test func `The clock's changes make days of 23 and of 25 hours`() throws {
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

  @Test func `A day whose midnight is skipped starts at one`() throws {
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

  @Test func `A clock that goes back at midnight repeats the last hour of the same day`() throws {
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

  @Test func `A clock that goes back over midnight starts the day at the first of its midnights`() throws {
    let stJohns = try TimeZone(rule: "NST3:30NDT,M4.1.0/0:01,M10.5.0/0:01")
    let midnight: Int64 = .utc(year: 2010, month: 10, day: 31, hour: 2, minute: 30)
    #expect(stJohns.startOfDay(containing: midnight + 59) == midnight)
    #expect(stJohns.startOfDay(containing: midnight + 60) == .utc(year: 2010, month: 10, day: 30, hour: 2, minute: 30))
    #expect(stJohns.startOfNextDay(after: midnight + 60) == midnight)
    #expect(stJohns.startOfDay(containing: midnight + 3600) == midnight)
    #expect(stJohns.startOfNextDay(after: midnight) == .utc(year: 2010, month: 11, day: 1, hour: 3, minute: 30))
  }

  @Test func `A day that the zone skipped is not the next one`() throws {
    let change: Int64 = .utc(year: 2011, month: 12, day: 30, hour: 10)
    let apia = try TimeZone(named: "Apia", tzif: [UInt8].tzif(types: [-36_000, 50_400], transitions: [(change, 1)]))
    #expect(apia.startOfDay(containing: change - 1) == .utc(year: 2011, month: 12, day: 29, hour: 10))
    #expect(apia.startOfNextDay(after: change - 1) == change)
    #expect(apia.startOfDay(containing: change) == change)
    #expect(apia.startOfNextDay(after: change) == change + 86_400)
  }

  @Test func `A day that the zone repeated is one long day`() throws {
    let change: Int64 = .utc(year: 1969, month: 9, day: 30, hour: 13)
    let kwajalein = try TimeZone(
      named: "Kwajalein", tzif: [UInt8].tzif(types: [39_600, -43_200], transitions: [(change, 1)]))
    for seconds in [change - 1, change, change + 22 * 3600] {
      #expect(kwajalein.startOfDay(containing: seconds) == change - 86_400)
      #expect(kwajalein.startOfNextDay(after: seconds) == change + 23 * 3600)
    }
  }

  @Test(arguments: ["UTC0", "AAA24", "AAA-24BBB,0/-167,J365/167", "<-03>3<-02>,M11.1.0/0,M2.3.0/0"])
  func `Days at either end of the numbers stay within them`(rule: String) throws {
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
