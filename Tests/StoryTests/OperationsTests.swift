import API
import Intercom
import JSON
import TestSupport
import Testing

/// Compares `GET /_mock/operations` with the list of documented operations, if that file exists.
@MainActor @Suite struct OperationsTests {
  /// An operation, independent of the names of its path parameters.
  private struct OperationKey: Hashable, CustomStringConvertible {
    let method: String
    let path: String

    init(method: String, path: String) {
      self.method = method
      self.path = path.split(separator: "/").map { $0.hasPrefix("{") ? "/{}" : "/\($0)" }.joined()
    }

    var description: String { "\(method) \(path)" }
  }

  /// The versions and names of an operation.
  private struct Facts {
    var versions: Set<String> = []
    var names: Set<String> = []
  }

  private static let versionNames = APIVersion.allCases.map(\.name)

  /// The table of documented operations, one per line, next to the folder of the yardstick.
  nonisolated private static let operationsFile = "\(TestFiles.yardstick ?? "")/../reference/operations.tsv"

  @Test(.enabled(if: TestFiles.yardstick != nil, "INTERCOM_YARDSTICK is none"))
  func `The documented operations are served in the versions that have them, and other operations are marked`() throws {
    let (documented, served) = (try Self.documented(), try Self.served(isDocumented: true))
    for (key, facts) in documented {
      guard let own = served[key] else {
        Issue.record("\(key) is missing")
        continue
      }
      if own.versions != facts.versions { Issue.record("\(key) has the versions \(own.versions.sorted())") }
      // Some operations have no name in the descriptions.
      guard !facts.names.isEmpty, !own.names.isSubset(of: facts.names) else { continue }
      Issue.record("\(key) is called \(own.names), not \(facts.names)")
    }
    #expect(
      served.keys.filter { documented[$0] == nil }.map(\.description).sorted() == [], "these are not documented")
    let beyond = try Self.served(isDocumented: false)
    #expect(beyond.keys.filter { documented[$0] != nil }.map(\.description) == [], "these are documented")
    #expect(!beyond.isEmpty)
  }

  /// The operations of `GET /_mock/operations`.
  private static func served(isDocumented: Bool) throws -> [OperationKey: Facts] {
    let run = StoryRun(in: .preview, on: try InProcessServer(fixtures: "default"))
    let rows = try #require(try run.controlPlaneJSON(at: "/_mock/operations")?["operations"]?.array)
    var served: [OperationKey: Facts] = [:]
    for row in rows where row["documented"] == .boolean(isDocumented) {
      let key = OperationKey(method: try #require(row["method"]?.string), path: try #require(row["path"]?.string))
      served[key, default: Facts()].versions.formUnion(row["versions"]?.array?.compactMap(\.string) ?? [])
      served[key, default: Facts()].names.insert(try #require(row["operation"]?.string))
    }
    return served
  }

  /// The operations of the table. Its columns are method, path, tags, name and versions (`2.7-2.11 2.13-Preview`).
  private static func documented() throws -> [OperationKey: Facts] {
    var documented: [OperationKey: Facts] = [:]
    for line in try TestFiles.text(at: operationsFile).split(separator: "\n").dropFirst() {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let key = OperationKey(method: columns[0], path: columns[1])
      let called = columns[3].split(separator: " ").filter { $0 != "None" }
      documented[key, default: Facts()].names.formUnion(called.map(lowerCamelCase))
      for span in columns[4].split(whereSeparator: { " ;,".contains($0) }) {
        let ends = try span.split(separator: "-").map {
          try #require(versionNames.firstIndex(of: String($0)), "\(line)")
        }
        let first = try #require(ends.first)
        documented[key, default: Facts()].versions.formUnion(versionNames[first...(ends.last ?? first)])
      }
    }
    return documented
  }

  /// Converts the name of an operation to lower camel case, as `GET /_mock/operations` returns it.
  private static func lowerCamelCase(_ name: Substring) -> String {
    let words = name.split { $0 == "_" || $0 == "-" }
    return words.enumerated().map {
      $0 == 0 ? $1.prefix(1).lowercased() + $1.dropFirst() : $1.prefix(1).uppercased() + $1.dropFirst()
    }
    .joined()
  }
}
