import JSON

/// One thing in one version that is not as the published description has it.
struct Departure: Hashable, CustomStringConvertible {
  private static let versions = [
    "2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "Preview",
  ]

  let version: String
  /// `operations`, `fields`, `errors` or `routing`, as the yardstick scores them.
  let group: String
  let key: String

  var description: String { "\(version) \(group): \(key)" }

  /// What a version's result of the yardstick says is wrong.
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

  /// The known ones of `Departures.json`: `[versions, group, key, reason]` each, on a line of its own.
  static func known() throws -> Set<Departure> {
    let lines = try JSON(parsing: Repository.read("\(Repository.root)/Tests/ConformanceTests/Departures.json"))
    return Set(
      try (lines.array ?? []).flatMap { line -> [Departure] in
        guard let parts = line.array?.compactMap(\.string), parts.count == 4, parts.allSatisfy({ !$0.isEmpty }) else {
          throw Yardstick.Failure(description: "Departures.json: no [versions, group, key, reason]: \(line.text)")
        }
        return try named(parts[0]).map { Departure(version: $0, group: parts[1], key: parts[2]) }
      })
  }

  /// The versions of a text such as `2.14`, `2.7...2.9`, `2.16...` or `...`.
  private static func named(_ text: String) throws -> ArraySlice<String> {
    let ends = text.split(separator: "...", omittingEmptySubsequences: false).map(String.init)
    let first = ends[0].isEmpty ? versions.startIndex : versions.firstIndex(of: ends[0])
    let last = ends[ends.count - 1].isEmpty ? versions.endIndex - 1 : versions.firstIndex(of: ends[ends.count - 1])
    guard let first, let last, first <= last else {
      throw Yardstick.Failure(description: "Departures.json: \(text) is no span of versions")
    }
    return versions[first...last]
  }
}
