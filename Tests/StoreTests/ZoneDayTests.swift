import Testing
@testable import Store
@testable import TimeZones

@Suite struct ZoneDayTests {
  @Test(arguments: [-86_401, -86_400, -1, 0, 86_399, 86_400, 1_700_000_000] as [Int64])
  func `UTC days are 24 hours from midnight, before 1970 too`(seconds: Int64) {
    let start = Zone.utc.startOfDay(seconds)
    #expect(start % 86_400 == 0)
    #expect((start..<start + 86_400).contains(seconds))
    #expect(Zone.utc.startOfNextDay(seconds) == start + 86_400)
    #expect(Zone.utc.offset(at: seconds) == 0)
  }

  @Test func `A zone at a quarter to the hour starts its days then`() throws {
    let kathmandu = try Zone(rule: "<+0545>-5:45")
    #expect(kathmandu.offset(at: 0) == 20_700)
    #expect(kathmandu.startOfDay(.utc(2024, 5, 1, 18, 14)) == .utc(2024, 4, 30, 18, 15))
    #expect(kathmandu.startOfDay(.utc(2024, 5, 1, 18, 15)) == .utc(2024, 5, 1, 18, 15))
    #expect(kathmandu.startOfNextDay(.utc(2024, 5, 1, 18, 14)) == .utc(2024, 5, 1, 18, 15))
  }

  @Test func `The clock's changes make days of 23 and of 25 hours`() throws {
    let newYork = try Zone(rule: "EST5EDT,M3.2.0,M11.1.0")
    #expect(newYork.startOfDay(.utc(2024, 3, 10, 12)) == .utc(2024, 3, 10, 5))
    #expect(newYork.startOfNextDay(.utc(2024, 3, 10, 12)) == .utc(2024, 3, 11, 4))
    #expect(newYork.startOfDay(.utc(2024, 11, 3, 12)) == .utc(2024, 11, 3, 4))
    #expect(newYork.startOfNextDay(.utc(2024, 11, 3, 12)) == .utc(2024, 11, 4, 5))
  }

  @Test func `A day whose midnight is skipped starts at one`() throws {
    let saoPaulo = try Zone(rule: "<-03>3<-02>,M11.1.0/0,M2.3.0/0")
    #expect(saoPaulo.startOfDay(.utc(2018, 11, 4, 12)) == .utc(2018, 11, 4, 3))
    #expect(saoPaulo.startOfNextDay(.utc(2018, 11, 4, 2, 59)) == .utc(2018, 11, 4, 3))
    #expect(saoPaulo.startOfNextDay(.utc(2018, 11, 4, 3)) == .utc(2018, 11, 5, 2))
    let beirut = try Zone(rule: "EET-2EEST,M3.5.0/0,M10.5.0/0")
    #expect(beirut.startOfDay(.utc(2024, 3, 31, 12)) == .utc(2024, 3, 30, 22))
    #expect(beirut.startOfNextDay(.utc(2024, 3, 31, 12)) == .utc(2024, 3, 31, 21))
    let cairo = try Zone(rule: "EET-2EEST,M4.5.5/0,M10.5.4/24")
    #expect(cairo.startOfDay(.utc(2024, 4, 26, 12)) == .utc(2024, 4, 25, 22))
    #expect(cairo.startOfNextDay(.utc(2024, 4, 26, 12)) == .utc(2024, 4, 26, 21))
  }

  @Test func `A clock that goes back at midnight repeats the last hour of the same day`() throws {
    let saoPaulo = try Zone(rule: "<-03>3<-02>,M11.1.0/0,M2.3.0/0")
    #expect(saoPaulo.startOfDay(.utc(2018, 2, 18, 2, 30)) == .utc(2018, 2, 17, 2))
    #expect(saoPaulo.startOfNextDay(.utc(2018, 2, 18, 1, 30)) == .utc(2018, 2, 18, 3))
    #expect(saoPaulo.startOfNextDay(.utc(2018, 2, 18, 2, 30)) == .utc(2018, 2, 18, 3))
  }

  @Test func `A clock that goes back over midnight starts the day at the first of its midnights`() throws {
    let stJohns = try Zone(rule: "NST3:30NDT,M4.1.0/0:01,M10.5.0/0:01")
    let midnight: Int64 = .utc(2010, 10, 31, 2, 30)
    #expect(stJohns.startOfDay(midnight + 59) == midnight)
    #expect(stJohns.startOfDay(midnight + 60) == .utc(2010, 10, 30, 2, 30))
    #expect(stJohns.startOfNextDay(midnight + 60) == midnight)
    #expect(stJohns.startOfDay(midnight + 3600) == midnight)
    #expect(stJohns.startOfNextDay(midnight) == .utc(2010, 11, 1, 3, 30))
  }

  @Test func `A day that the zone skipped is not the next one`() throws {
    let change: Int64 = .utc(2011, 12, 30, 10)
    let apia = try Zone(named: "Apia", tzif: [UInt8].tzif(types: [-36_000, 50_400], transitions: [(change, 1)]))
    #expect(apia.startOfDay(change - 1) == .utc(2011, 12, 29, 10))
    #expect(apia.startOfNextDay(change - 1) == change)
    #expect(apia.startOfDay(change) == change)
    #expect(apia.startOfNextDay(change) == change + 86_400)
  }

  @Test func `A day that the zone repeated is one long day`() throws {
    let change: Int64 = .utc(1969, 9, 30, 13)
    let kwajalein = try Zone(
      named: "Kwajalein", tzif: [UInt8].tzif(types: [39_600, -43_200], transitions: [(change, 1)]))
    for seconds in [change - 1, change, change + 22 * 3600] {
      #expect(kwajalein.startOfDay(seconds) == change - 86_400)
      #expect(kwajalein.startOfNextDay(seconds) == change + 23 * 3600)
    }
  }

  @Test(arguments: ["UTC0", "AAA24", "AAA-24BBB,0/-167,J365/167", "<-03>3<-02>,M11.1.0/0,M2.3.0/0"])
  func `Days at either end of the numbers stay within them`(rule: String) throws {
    let zone = try Zone(rule: rule)
    for distance: Int64 in [0, 1, 50_000, 86_400, 300_000] {
      let (early, late) = (Int64.min + distance, Int64.max - distance)
      #expect(zone.startOfDay(early) <= early)
      #expect(zone.startOfNextDay(early) > early)
      #expect(zone.startOfDay(late) <= late)
      #expect(zone.startOfNextDay(late) >= late)
    }
  }
}
