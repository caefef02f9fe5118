import API
import ArgumentParser
import Intercom

/// `intercom-mock routes`: what is served.
struct Routes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "routes", abstract: "List the operations that are served.")

  @Option(help: "Only those of this version.") var apiVersion: String?
  @Option(help: "table, markdown or json.") var format = "table"

  func validate() throws {
    try Choice.check("--api-version", apiVersion ?? "", apiVersion.map { APIVersion(named: $0) != nil } ?? true)
    try Choice.check("--format", format, ["table", "markdown", "json"].contains(format))
  }

  func run() {
    let version = apiVersion.flatMap { APIVersion(named: $0) }
    let table = RouteTable(
      Catalogue.intercom.operations.filter { operation in version.map(operation.availability.contains) ?? true })
    switch format {
    case "markdown": print(table.markdown, terminator: "")
    case "json": print(table.json)
    default: print(table.lines)
    }
  }
}
