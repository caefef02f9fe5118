import Glibc
import JSON
import TestSupport

/// The yardstick: a script that calls every documented operation of a running server and reports departures from the
/// published descriptions, and one that repeats recordings of the real service.
struct Yardstick {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let missingMessage =
    "walk.py not found in ../shared/conformance or INTERCOM_YARDSTICK, or no Python with PyYAML and jsonschema; "
    + "INTERCOM_YARDSTICK=none skips this test"

  private let folder: String
  private let python: String

  /// The yardstick with a Python that can run it; nil if either is missing.
  static let available: Yardstick? = {
    guard let folder = TestFiles.yardstick, TestFiles.isReadable(at: "\(folder)/walk.py") else { return nil }
    let pythons = ["\(TestFiles.root)/.venv-conformance/bin/python", "python3"]
    return pythons.first(where: canRun).map { Yardstick(folder: folder, python: $0) }
  }()

  /// Returns the departures of a server from the published descriptions in all versions.
  func departures(of url: String) throws -> Set<Departure> {
    let report = "/tmp/intercom-mock-conformance-\(getpid()).json"
    defer { unlink(report) }
    let output = try run("walk.py", against: url, arguments: ["--json", report])
    guard let results = try JSON(parsing: TestFiles.bytes(at: report)).array, !results.isEmpty else {
      throw Failure(description: "the yardstick did not finish: \(output)")
    }
    return Set(results.flatMap(Departure.all))
  }

  /// Returns a line for each recording or known behaviour of the real service that a server does not repeat.
  func differencesFromRecordings(of url: String) throws -> [String] {
    let lines = try run("reality.py", against: url, arguments: []).split(separator: "\n").map(String.init)
    let failures = lines.filter { $0.hasPrefix("FAIL ") }
    guard lines.last?.hasSuffix(" passed, \(failures.count) failed") == true else {
      throw Failure(description: "the yardstick did not finish: \(lines.suffix(5))")
    }
    return failures
  }

  /// Runs a script of the yardstick and returns its output, which is also printed.
  private func run(_ script: String, against url: String, arguments: [String]) throws -> String {
    let child = try ChildProcess(arguments: [python, "\(folder)/\(script)", "--base-url", url] + arguments)
    defer { child.stop() }
    let output = child.read(seconds: 240)
    print(output)
    return output
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
