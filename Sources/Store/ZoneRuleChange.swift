/// When, in every year, a rule changes the clock.
struct ZoneRuleChange {
  let day: ZoneRuleDay
  /// Seconds after the midnight that begins the day; from -167 to 167 hours, so it may lie in another year.
  let time: Int64

  /// The time of the change in `year`, for a clock that shows `offset` seconds east of UTC until then.
  func seconds(in year: Int64, offset: Int64) -> Int64 {
    day.day(in: year) * 86_400 + time - offset
  }
}
