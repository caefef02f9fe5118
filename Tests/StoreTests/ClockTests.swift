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

  @Test func `A clock can be frozen, moved, let run, and put back`() {
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

  @Test func `A running clock that is moved on is that far ahead of the system's`() {
    let clock = Clock()
    clock.advance(bySeconds: 60)
    #expect(clock.millisecondsAhead == 60_000)
    clock.run(from: nil)
    #expect(clock.millisecondsAhead == 0)
  }
}
