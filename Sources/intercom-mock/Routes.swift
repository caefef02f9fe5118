import API
import ArgumentParser
import Intercom
import JSON

/// `intercom-mock routes`: what is served.
struct Routes: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the operations that are served.")

  @Option(help: "Only those of this version.") var apiVersion: String?
  @Option(help: "table, markdown or json.") var format = "table"

  func validate() throws {
    try Choice.check("--api-version", apiVersion ?? "", apiVersion.map { APIVersion(asked: $0) != nil } ?? true)
    try Choice.check("--format", format, ["table", "markdown", "json"].contains(format))
  }

  func run() {
    let version = apiVersion.flatMap { APIVersion(asked: $0) }
    let operations = Catalogue.intercom.operations.filter { operation in
      version.map(operation.availability.contains) ?? true
    }
    let rows = operations.map { ($0.method.rawValue, $0.path, $0.name, versions($0)) }.sorted { $0.1 < $1.1 }
    switch format {
    case "markdown":
      print("| Method | Path | Operation | Versions |\n|---|---|---|---|")
      for row in rows { print("| \(row.0) | `\(row.1)` | \(row.2) | \(row.3) |") }
    case "json":
      print(
        JSON.array(
          rows.map {
            ["method": .string($0.0), "path": .string($0.1), "operation": .string($0.2), "versions": .string($0.3)]
          }
        ).pretty())
    default:
      for row in rows { print(pad(row.0, 7) + pad(row.1, 56) + pad(row.3, 14) + row.2) }
    }
  }

  private func versions(_ operation: API.Operation) -> String {
    let span = operation.availability
    if span == .always { return "all" }
    return span.last == .preview ? "\(span.first.name)…" : "\(span.first.name)–\(span.last.name)"
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }
}
