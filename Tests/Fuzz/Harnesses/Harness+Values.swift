import API
import HTTPMessage
import JSON
import TimeZones
@testable import Store

extension FuzzHarness {
  /// What is read as JSON is written as JSON, compact or pretty, that reads as the same value.
  static let json = stateless(named: "json") { input in
    guard let value = try? JSON(parsing: input) else { return }
    let text = value.bytes
    try FuzzFinding.require(try JSON(parsing: text) == value, message: "\(value.text) reads as another value")
    try FuzzFinding.require(try JSON(parsing: text).bytes == text, message: "\(value.text) is written in two ways")
    try FuzzFinding.require(
      try JSON(parsing: value.pretty()) == value, message: "\(value.pretty()) reads as another value")
    try FuzzFinding.require(
      value.isEquivalent(to: value) && value.matches(subset: value), message: "\(value.text) is not itself")
    guard let elements = value.array else { return }
    let lined = try JSON.parseArrayWithLines(from: input)
    try FuzzFinding.require(
      lined.map(\.value) == elements, message: "\(value.text) has other elements when lines are counted")
  }

  /// A decoded target is the same when it is encoded and decoded once more.
  static let queries = stateless(named: "queries") { input in
    let (segments, query) = RequestTarget.split(String(decoding: input, as: UTF8.self))
    let path = segments.map { "/" + PercentEncoding.encode($0) }.joined()
    let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let again = RequestTarget.split("\(path)?\(pairs.joined(separator: "&"))")
    try FuzzFinding.require(again.segments == segments, message: "\(segments) became \(again.segments)")
    try FuzzFinding.require(again.query == query, message: "\(query) became \(again.query)")
  }

  /// A URL that is taken apart can be put together again.
  static let urls = stateless(named: "urls") { input in
    guard let url = AbsoluteURL(String(decoding: input, as: UTF8.self)) else { return }
    try FuzzFinding.require(AbsoluteURL(url.description) == url, message: "\(url) reads as another URL")
    let scheme = url.isSecure ? "https" : "http"
    let again = AbsoluteURL("\(scheme)://\(url.authority)\(url.target)")
    let isSame = again?.host == url.host && again?.port == url.port && again?.target == url.target
    try FuzzFinding.require(isSame, message: "\(url) became \(again?.description ?? "nothing")")
    try FuzzFinding.require(url.target.hasPrefix("/") && !url.host.isEmpty, message: "\(url) has no target or no host")
  }

  /// A file of a time zone is refused, or says when the days begin, at any time.
  static let zones = stateless(named: "zones") { input in
    guard let zone = try? TimeZone(named: "fuzz", tzif: input) else { return }
    for power in 0..<63 {
      let step = Int64(1) << power
      for time in [step, -step, .max - step, .min + step] {
        let start = zone.startOfDay(containing: time)
        try FuzzFinding.require(start <= time, message: "the day of \(time) begins at \(start)")
        // Where a file sets the clock back by more than a day, the next day may have begun before: only that it is found.
        _ = zone.startOfNextDay(after: time)
        try FuzzFinding.require(
          zone.startOfDay(containing: start) == start, message: "the day of \(time) begins at \(start) and not")
      }
    }
  }

  /// A time that is read is written as a text that reads as the same time.
  static let times = stateless(named: "times") { input in
    guard let seconds = ISO8601.seconds(from: String(decoding: input, as: UTF8.self)) else { return }
    let text = ISO8601.string(fromSeconds: seconds)
    // Written within the years that have four digits.
    guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return }
    try FuzzFinding.require(ISO8601.seconds(from: text) == seconds, message: "\(seconds) became \(text)")
  }
}
