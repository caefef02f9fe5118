import API
import ArgumentParser
import Intercom
import JSON
import Store

/// `intercom-mock fixtures generate --contacts N --output DIR`: a world with plausible records beside those of another.
struct GenerateFixtures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write a world with plausible, linked records, the same for the same seed.")

  @Option(help: "How many contacts.") var contacts = 0
  @Option(help: "How many companies.") var companies = 0
  @Option(help: "How many conversations; they need contacts.") var conversations = 0
  @Option(help: "The same number gives the same records.") var seed: UInt64 = 1
  @Option(help: "A folder of the world to add them to; may be repeated, later ones win.") var fixtures: [String] = []
  @Option(help: "The folder to write; it is made if need be.") var output: String

  func validate() throws {
    for (name, count) in [("--contacts", contacts), ("--companies", companies), ("--conversations", conversations)] {
      try Choice.check(name, "\(count)", (0...200_000).contains(count))
    }
    try Choice.check("--contacts", "\(contacts)", contacts > 0 || conversations == 0)
    try Choice.check("--output", output, !fixtures.contains(output))
  }

  func run() throws {
    let folders = fixtures.isEmpty ? World.defaultFolder().map { [$0] } : fixtures
    guard let folders else { throw Failing(65, "no fixtures: name a folder with --fixtures") }
    let catalogue = Catalogue.intercom
    let clock = Clock()
    let world = try Failing.with(65) { try World(folders, catalogue: catalogue, clock: clock, seed: seed) }
    let workspace = Workspace(definition: catalogue.layout, state: world.seed, clock: clock)
    let order = GenerationRequest(contacts: contacts, companies: companies, conversations: conversations, seed: seed)
    guard let generation = catalogue.generatorFactory?(order, workspace) else { return }
    while generation.generateNext() {}
    try Failing.with(73) { try write(workspace, tokensOf: folders) }
    print(generation.generatedCounts.map { "\($0.count) \($0.collection)" }.joined(separator: ", ") + ": \(output)")
  }

  private func write(_ workspace: Workspace, tokensOf folders: [String]) throws {
    try Files.makeFolder(output)
    try Files.write(JSON.object(workspace.profile).pretty() + "\n", to: "\(output)/workspace.json")
    for name in workspace.definition.collections.map(\.name) {
      guard let collection = workspace.collection(named: name), collection.count > 0 else { continue }
      let lines = collection.all.map(\.storedJSON.text)
      try Files.write("[\n\(lines.joined(separator: ",\n"))\n]\n", to: "\(output)/\(name).json")
    }
    guard let tokens = folders.map({ "\($0)/access_tokens.json" }).last(where: Files.exists) else { return }
    try Files.write(String(decoding: try Files.read(tokens), as: UTF8.self), to: "\(output)/access_tokens.json")
  }
}
