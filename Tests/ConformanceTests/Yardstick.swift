import Glibc
import JSON
import TestSupport

/// The yardstick: a script that calls every documented operation of a running server and reports departures from the
/// published descriptions.
struct Yardstick {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let missingMessage =
    "walk.py not found in ../shared/conformance or INTERCOM_YARDSTICK, or no Python with PyYAML and jsonschema; "
    + "INTERCOM_YARDSTICK=none skips this test"

  private let script: String
  private let python: String

  /// The yardstick with a Python that can run it; nil if either is missing.
  static let available: Yardstick? = {
    guard let folder = TestFiles.yardstick, TestFiles.isReadable(at: "\(folder)/walk.py") else { return nil }
    let script = "\(folder)/walk.py"
    let pythons = ["\(TestFiles.root)/.venv-conformance/bin/python", "python3"]
    return pythons.first(where: canRun).map { Yardstick(script: script, python: $0) }
  }()

  /// Runs the yardstick; returns the departures from the published descriptions in all versions.
  func run(against url: String) throws -> Set<Departure> {
    let report = "/tmp/intercom-mock-conformance-\(getpid()).json"
    defer { unlink(report) }
    let child = try ChildProcess(arguments: [python, script, "--base-url", url, "--json", report])
    defer { child.stop() }
    let output = child.read(seconds: 240)
    print(output)
    guard let results = try JSON(parsing: TestFiles.bytes(at: report)).array, !results.isEmpty else {
      throw Failure(description: "the yardstick did not finish: \(output)")
    }
    return Set(results.flatMap(Departure.all))
  }

  private static func canRun(with python: String) -> Bool {
    guard !python.contains("/") || TestFiles.isReadable(at: python),
      let child = try? ChildProcess(arguments: [python, "-c", "import yaml, jsonschema; print('ok')"])
    else { return false }
    defer { child.stop() }
    return child.read(seconds: 20).hasPrefix("ok")
  }
}

/// One difference from the published description of one version.
struct Departure: Hashable, CustomStringConvertible {
  private static let versions = [
    "2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "Preview",
  ]

  let version: String
  /// The category of the yardstick: `operations`, `fields`, `errors` or `routing`.
  let group: String
  let key: String

  var description: String { "\(version) \(group): \(key)" }

  /// The departures in the yardstick's result for a version.
  static func all(in result: JSON) -> [Departure] {
    let version = result["version"]?.string ?? ""
    let missing = result["fields_missing"]?.array?.compactMap(\.string) ?? []
    let fields = missing.map { Departure(version: version, group: "fields", key: $0) }
    let others = ["operations", "errors", "routing"].flatMap { group in
      (result[group]?.object ?? [:]).compactMap { key, problem in
        problem.isNull ? nil : Departure(version: version, group: group, key: key)
      }
    }
    return fields + others
  }

  /// Reads the departures in a file of this folder, one `[versions, group, key, reason]` per line.
  static func read(from file: String) throws -> Set<Departure> {
    let lines = try JSON(parsing: TestFiles.bytes(at: path(of: file)))
    return Set(
      try (lines.array ?? []).flatMap { line -> [Departure] in
        guard let parts = line.array?.compactMap(\.string), parts.count == 4, parts.allSatisfy({ !$0.isEmpty }) else {
          throw Yardstick.Failure(description: "\(file): not [versions, group, key, reason]: \(line.text)")
        }
        return try parseVersionSpan(parts[0]).map { Departure(version: $0, group: parts[1], key: parts[2]) }
      })
  }

  /// Writes departures to a file of this folder, one line for each range of versions.
  static func write(_ departures: Set<Departure>, to file: String, reason: String) throws {
    let keys = Set(departures.map { [$0.group, $0.key] }).sorted { $0.lexicographicallyPrecedes($1) }
    let lines = keys.flatMap { key in
      let found = versions.indices.filter {
        departures.contains(Departure(version: versions[$0], group: key[0], key: key[1]))
      }
      return spans(of: found).map { JSON.array(([$0] + key + [reason]).map(JSON.string)).text }
    }
    try TestFiles.write("[\n" + lines.joined(separator: ",\n") + "\n]\n", to: path(of: file))
  }

  /// Formats indexes of `versions` as ranges: `2.7...2.9`, `2.14`, or `...` for all versions.
  private static func spans(of positions: [Int]) -> [String] {
    guard positions.count < versions.count else { return ["..."] }
    var ranges: [ClosedRange<Int>] = []
    for position in positions {
      if let last = ranges.last, last.upperBound == position - 1 {
        ranges[ranges.count - 1] = last.lowerBound...position
      } else {
        ranges.append(position...position)
      }
    }
    return ranges.map {
      $0.count == 1 ? versions[$0.lowerBound] : "\(versions[$0.lowerBound])...\(versions[$0.upperBound])"
    }
  }

  private static func path(of file: String) -> String {
    "\(TestFiles.root)/Tests/ConformanceTests/\(file)"
  }

  /// Parses a range of versions such as `2.14`, `2.7...2.9`, `2.16...` or `...`.
  private static func parseVersionSpan(_ text: String) throws -> ArraySlice<String> {
    let ends = text.split(separator: "...", omittingEmptySubsequences: false).map(String.init)
    let first = ends[0].isEmpty ? versions.startIndex : versions.firstIndex(of: ends[0])
    let last = ends[ends.count - 1].isEmpty ? versions.endIndex - 1 : versions.firstIndex(of: ends[ends.count - 1])
    guard let first, let last, first <= last else {
      throw Yardstick.Failure(description: "\(text) is not a range of versions")
    }
    return versions[first...last]
  }
}
