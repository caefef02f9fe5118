import Store
import Testing
@testable import Store
@testable import TimeZones

@Suite struct ClockTests {
  @Test func `A frozen clock returns the time it was set to`() {
    let clock = Clock(frozenAtMilliseconds: 1_700_000_000_999)
    #expect(clock.isFrozen)
    #expect(clock.now == 1_700_000_000)
    #expect(clock.milliseconds == 1_700_000_000_999)
    #expect(clock.milliseconds == 1_700_000_000_999)
  }

  @Test func `A running clock is monotonic and later than 2024`() {
    let clock = Clock()
    let first = clock.milliseconds
    #expect(!clock.isFrozen)
    #expect(first > 1_704_067_200_000)
    #expect(clock.milliseconds >= first)
    #expect(clock.now >= first / 1000)
  }

  @Test func `A clock can be frozen, advanced, resumed and reset`() {
    let clock = Clock(frozenAtMilliseconds: 5000)
    #expect(!clock.isMoved)
    clock.advance(bySeconds: 10)
    #expect(clock.milliseconds == 15_000)
    #expect(clock.isMoved)
    clock.freeze(at: 70_000)
    #expect(clock.now == 70)
    clock.run(from: 1_000_000)
    #expect((1_000_000..<1_060_000).contains(clock.milliseconds))
    clock.advance(bySeconds: 3600)
    #expect((4_600_000..<4_660_000).contains(clock.milliseconds))
    #expect(clock.millisecondsAhead < 0)
    clock.reset()
    #expect(clock.milliseconds == 5000)
    #expect(!clock.isMoved)
  }

  @Test func `An advanced running clock is ahead of the system clock by that amount`() {
    let clock = Clock()
    clock.advance(bySeconds: 60)
    #expect(clock.millisecondsAhead == 60_000)
    clock.run(from: nil)
    #expect(clock.millisecondsAhead == 0)
  }
}

@Suite struct ISOTimeTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("2024-02-29", 1_709_164_800), ("2024-02-29T10:00", 1_709_200_800),
    ("2024-02-29T10:00:30Z", 1_709_200_830), ("2024-02-29 10:00:30.5+02:00", 1_709_193_630),
    ("2024-02-29T10:00:30-0530", 1_709_220_630), ("0001-01-01", -62_135_596_800), ("9999-12-31", 253_402_214_400),
  ])
  func `A date is parsed with and without time, fraction and zone`(text: String, seconds: Int64) {
    #expect(ISO8601.seconds(from: text) == seconds)
  }

  @Test(arguments: [
    "", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "24-01-01", "2024-01-01T", "2024-01-01T24:00",
    "2024-01-01T10", "2024-01-01T10:00:00.", "2024-01-01T10:00+", "2024-01-01T10:00Zulu", "2024-01-01x10:00",
    "２０２４-01-01", "yesterday",
  ])
  func `A malformed time is not parsed`(text: String) {
    #expect(ISO8601.seconds(from: text) == nil)
  }

  @Test(
    arguments: [
      (1_389_913_941, "2014-01-16T23:12:21.000+00:00"), (0, "1970-01-01T00:00:00.000+00:00"),
      (-1, "1969-12-31T23:59:59.000+00:00"), (.max, "9999-12-31T23:59:59.000+00:00"),
      (.min, "0000-01-01T00:00:00.000+00:00"),
    ] as [(Int64, String)])
  func `A time is formatted in UTC and limited to four-digit years`(seconds: Int64, text: String) {
    #expect(ISO8601.string(fromSeconds: seconds) == text)
  }

  @Test func `A formatted time is parsed to the same value`() {
    for seconds in stride(from: Int64(-60_000_000_000), to: 250_000_000_000, by: 86_399_999) {
      #expect(ISO8601.seconds(from: ISO8601.string(fromSeconds: seconds)) == seconds)
    }
  }
}
