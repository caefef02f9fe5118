import API
import HTTPMessage
import JSON
import TimeZones
@testable import Store

extension Harness {
  /// What is read as JSON is written as JSON, compact or pretty, that reads as the same value.
  static let json = plain("json") { input in
    guard let value = try? JSON(parsing: input) else { return }
    let text = value.bytes
    try Finding.unless(try JSON(parsing: text) == value, "\(value.text) reads as another value")
    try Finding.unless(try JSON(parsing: text).bytes == text, "\(value.text) is written in two ways")
    try Finding.unless(try JSON(parsing: value.pretty()) == value, "\(value.pretty()) reads as another value")
    try Finding.unless(value.isEquivalent(to: value) && value.matches(subset: value), "\(value.text) is not itself")
    guard let elements = value.array else { return }
    let lined = try JSON.parseArrayWithLines(input)
    try Finding.unless(lined.map(\.value) == elements, "\(value.text) has other elements when lines are counted")
  }

  /// A decoded target is the same when it is encoded and decoded once more.
  static let queries = plain("queries") { input in
    let (segments, query) = RequestTarget.split(String(decoding: input, as: UTF8.self))
    let path = segments.map { "/" + PercentEncoding.encode($0) }.joined()
    let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let again = RequestTarget.split("\(path)?\(pairs.joined(separator: "&"))")
    try Finding.unless(again.segments == segments, "\(segments) became \(again.segments)")
    try Finding.unless(again.query == query, "\(query) became \(again.query)")
  }

  /// A URL that is taken apart can be put together again.
  static let urls = plain("urls") { input in
    guard let url = AbsoluteURL(String(decoding: input, as: UTF8.self)) else { return }
    try Finding.unless(AbsoluteURL(url.description) == url, "\(url) reads as another URL")
    let scheme = url.isSecure ? "https" : "http"
    let again = AbsoluteURL("\(scheme)://\(url.authority)\(url.target)")
    let isSame = again?.host == url.host && again?.port == url.port && again?.target == url.target
    try Finding.unless(isSame, "\(url) became \(again?.description ?? "nothing")")
    try Finding.unless(url.target.hasPrefix("/") && !url.host.isEmpty, "\(url) has no target or no host")
  }

  /// A file of a time zone is refused, or says when the days begin, at any time.
  static let zones = plain("zones") { input in
    guard let zone = try? Zone(named: "fuzz", tzif: input) else { return }
    for power in 0..<63 {
      let step = Int64(1) << power
      for time in [step, -step, .max - step, .min + step] {
        let start = zone.startOfDay(time)
        try Finding.unless(start <= time, "the day of \(time) begins at \(start)")
        // Where a file sets the clock back by more than a day, the next day may have begun before: only that it is found.
        _ = zone.startOfNextDay(time)
        try Finding.unless(zone.startOfDay(start) == start, "the day of \(time) begins at \(start) and not")
      }
    }
  }

  /// A time that is read is written as a text that reads as the same time.
  static let times = plain("times") { input in
    guard let seconds = ISOTime.seconds(String(decoding: input, as: UTF8.self)) else { return }
    let text = ISOTime.text(seconds)
    // Written within the years that have four digits.
    guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return }
    try Finding.unless(ISOTime.seconds(text) == seconds, "\(seconds) became \(text)")
  }
}
