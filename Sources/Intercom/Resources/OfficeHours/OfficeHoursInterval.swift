import JSON
import Store

/// One open interval: minutes from Monday 00:00, or from midnight for an exception.
struct OfficeHoursInterval {
  /// The minutes of a day and of a week.
  static let day: Int64 = 1440
  static let week: Int64 = 10_080

  let start: Int64
  let end: Int64

  /// The intervals of a request, each on 15-minute boundaries, none beyond `end`.
  ///
  /// Unknown: whether intervals may overlap; here they may.
  static func read(_ json: JSON, end: Int64) throws -> [OfficeHoursInterval] {
    guard let items = json.array else { throw OfficeHours.invalid("time_intervals must be an array") }
    return try items.map { item in
      guard let first = item["start_minute"]?.integral, let last = item["end_minute"]?.integral else {
        throw OfficeHours.invalid("each of time_intervals must have a start_minute and an end_minute")
      }
      guard first >= 0, last <= end, first < last else {
        throw OfficeHours.invalid("start_minute must come before end_minute, both between 0 and \(end)")
      }
      guard first % 15 == 0, last % 15 == 0 else {
        throw OfficeHours.invalid("start_minute and end_minute must be on a 15-minute boundary")
      }
      return OfficeHoursInterval(start: first, end: last)
    }
  }

  /// The intervals of a record; empty when it has none.
  static func stored(_ record: Record) -> [OfficeHoursInterval] {
    (record["time_intervals"].array ?? []).map {
      OfficeHoursInterval(start: $0["start_minute"]?.integer ?? 0, end: $0["end_minute"]?.integer ?? 0)
    }
  }

  var stored: JSON {
    ["start_minute": .integer(start), "end_minute": .integer(end)]
  }

  /// With the day of the week that it falls on, Monday being 0.
  func shown(day: Int64) -> JSON {
    ["start_minute": .integer(start), "end_minute": .integer(end), "day_of_week": .integer(day)]
  }
}
