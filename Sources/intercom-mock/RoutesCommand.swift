import API
import ArgumentParser
import Intercom
import JSON

/// `intercom-mock routes`: the operations of the API.
struct RoutesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "routes", abstract: "List the operations of the API that the server implements.")

  @Option(help: "List only the operations of this API version.") var apiVersion: String?
  @Option(help: "The output format: table, markdown or json.") var format = "table"

  func validate() throws {
    if let apiVersion, APIVersion(named: apiVersion) == nil {
      let versions = ServeOption.enumeration(of: APIVersion.allCases.map(\.name))
      throw ValidationError("--api-version", value: apiVersion, expected: versions)
    }
    guard ["table", "markdown", "json"].contains(format) else {
      throw ValidationError("--format", value: format, expected: "table, markdown or json")
    }
  }

  func run() {
    let version = apiVersion.flatMap { APIVersion(named: $0) }
    let table = RouteTable(
      operations: Catalogue.intercom.operations.filter { operation in
        version.map(operation.availability.contains) ?? true
      })
    switch format {
    case "markdown": print(table.markdown, terminator: "")
    case "json": print(table.json)
    default: print(table.lines)
    }
  }
}

/// The operations, sorted by path, in each output format.
struct RouteTable {
  /// The operations of one path that exist in the same versions.
  private struct Row {
    let path: String
    var methods: [String]
    let versions: String
  }

  private let operations: [API.Operation]

  init(operations: [API.Operation]) {
    self.operations = operations.sorted { $0.path < $1.path }
  }

  /// A Markdown table, for the documentation: one row for each path and range of versions.
  var markdown: String {
    let rows = rows.map { "| `\($0.path)` | \($0.methods.joined(separator: ", ")) | \($0.versions) |\n" }.joined()
    return "| Path | Methods | Versions |\n|---|---|---|\n\(rows)"
  }

  var json: String {
    JSON.array(
      operations.map { operation in
        [
          "method": .string(operation.method.rawValue), "path": .string(operation.path),
          "operation": .string(operation.id), "versions": .string(Self.versions(of: operation)),
          "documented": .boolean(operation.isDocumented),
        ]
      }
    ).pretty()
  }

  /// One line for each operation, in columns.
  var lines: String {
    operations.map { operation in
      Self.pad(operation.method.rawValue, to: 7) + Self.pad(operation.path, to: 56)
        + Self.pad(Self.versions(of: operation) + (operation.isDocumented ? "" : "*"), to: 14) + operation.id
    }.joined(separator: "\n")
  }

  private var rows: [Row] {
    operations.reduce(into: []) { rows, operation in
      let versions = Self.versions(of: operation) + (operation.isDocumented ? "" : "; in no description")
      if let place = rows.firstIndex(where: { $0.path == operation.path && $0.versions == versions }) {
        rows[place].methods.append(operation.method.rawValue)
      } else {
        rows.append(Row(path: operation.path, methods: [operation.method.rawValue], versions: versions))
      }
    }
  }

  private static func versions(of operation: API.Operation) -> String {
    let span = operation.availability
    if span == .always { return "all" }
    if span.first == span.last { return span.first.name }
    return span.last == .preview ? "\(span.first.name)…" : "\(span.first.name)–\(span.last.name)"
  }

  private static func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }
}
