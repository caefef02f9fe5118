import Store
import Testing

@Suite struct ClockTests {
  @Test func `A frozen clock stands where it was set`() {
    let clock = Clock(frozenAtMilliseconds: 1_700_000_000_999)
    #expect(clock.isFrozen)
    #expect(clock.now == 1_700_000_000)
    #expect(clock.milliseconds == 1_700_000_000_999)
    #expect(clock.milliseconds == 1_700_000_000_999)
  }

  @Test func `A running clock never runs backwards and is past 2024`() {
    let clock = Clock()
    let first = clock.milliseconds
    #expect(!clock.isFrozen)
    #expect(first > 1_704_067_200_000)
    #expect(clock.milliseconds >= first)
    #expect(clock.now >= first / 1000)
  }
}
