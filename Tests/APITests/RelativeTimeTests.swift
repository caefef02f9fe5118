import Testing

@testable import API

@Suite struct RelativeTimeTests {
  @Test(
    arguments: [
      ("-2d", -172_800), ("+30d", 2_592_000), ("-3h", -10_800), ("+5m", 300), ("-1s", -1), ("+1w", 604_800),
      ("-0d", 0), ("+007s", 7),
    ] as [(String, Int64)])
  func `A relative time is a sign, a number and a unit`(text: String, seconds: Int64) {
    #expect(RelativeTime.seconds(text, from: 1_000_000) == 1_000_000 + seconds)
  }

  @Test(
    arguments: [
      "", "-", "+d", "2d", "-2", "-2y", "-2 d", "--2d", "-+2d", "+-2d", "-2.5d", "yesterday", "-9999999999999999999d",
      "-٢d",
    ])
  func `Anything else is not a relative time`(text: String) {
    #expect(RelativeTime.seconds(text, from: 0) == nil)
  }
}
