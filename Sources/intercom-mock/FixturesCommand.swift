import API
import ArgumentParser
import FileSystem
import Intercom
import JSON
import Store

/// `intercom-mock fixtures`: commands that work on fixtures.
struct FixturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixtures", abstract: "Check, describe or generate fixtures.",
    subcommands: [CheckFixturesCommand.self, GenerateFixturesCommand.self, FixtureSchemaCommand.self])
}

/// `intercom-mock fixtures check DIR`: reads fixtures and reports errors in them.
struct CheckFixturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check fixtures: the records, their types and their references.")

  @Argument(help: "The folders of the fixtures; files of later folders win.") var folders: [String]

  func run() throws {
    let world = try CommandFailure.orExit(with: 65) {
      try FixtureFolders(folders: folders, catalogue: Catalogue.intercom, clock: Clock(), seed: 1)
    }
    for warning in world.warnings { print("warning: \(warning)") }
    print("\(folders.joined(separator: ", ")): no errors")
  }
}

/// `intercom-mock fixtures generate --contacts N --output DIR`: writes fixtures with generated records beside given ones.
struct GenerateFixturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write fixtures with plausible, linked records; the same seed gives the same records.")

  @Option(help: "The number of contacts to generate.") var contacts = 0
  @Option(help: "The number of companies to generate.") var companies = 0
  @Option(help: "The number of conversations to generate; requires contacts.") var conversations = 0
  @Option(help: "The seed of the generator: the same seed gives the same records.") var seed: UInt64 = 1
  @Option(help: "A folder of fixtures to add to; can be repeated, files of later folders win.") var fixtures: [String] =
    []
  @Option(help: "The folder to write to; created if it does not exist.") var output: String

  func validate() throws {
    for (name, count) in [("--contacts", contacts), ("--companies", companies), ("--conversations", conversations)] {
      guard (0...200_000).contains(count) else {
        throw ValidationError(name, value: "\(count)", expected: "a number from 0 to 200000")
      }
    }
    guard contacts > 0 || conversations == 0 else { throw ValidationError("--conversations requires --contacts") }
    guard !fixtures.contains(output) else { throw ValidationError("--output must differ from --fixtures") }
  }

  func run() throws {
    let folders = fixtures.isEmpty ? FixtureFolders.defaultFolder().map { [$0] } : fixtures
    guard let folders else {
      throw CommandFailure(code: 65, message: "no fixtures found: specify a folder with --fixtures")
    }
    let catalogue = Catalogue.intercom
    let clock = Clock()
    let world = try CommandFailure.orExit(with: 65) {
      try FixtureFolders(folders: folders, catalogue: catalogue, clock: clock, seed: seed)
    }
    let workspace = Workspace(definition: catalogue.layout, state: world.seed, clock: clock)
    let order = GenerationRequest(
      counts: ["contacts": contacts, "companies": companies, "conversations": conversations], seed: seed)
    guard let generation = catalogue.generation?.makeGenerator(order, workspace) else { return }
    while generation.generateNext() {}
    try CommandFailure.orExit(with: 73) { try write(workspace, tokensOf: folders) }
    print(generation.generatedCounts.map { "\($0.count) \($0.collection)" }.joined(separator: ", ") + ": \(output)")
  }

  private func write(_ workspace: Workspace, tokensOf folders: [String]) throws {
    try Files.makeFolder(at: output)
    try Files.write(JSON.object(workspace.profile).pretty() + "\n", to: "\(output)/workspace.json")
    for name in workspace.definition.collections.map(\.name) {
      guard let collection = workspace.collection(named: name), collection.count > 0 else { continue }
      let lines = collection.all.map(\.storedJSON.text)
      try Files.write("[\n\(lines.joined(separator: ",\n"))\n]\n", to: "\(output)/\(name).json")
    }
    guard let tokens = folders.map({ "\($0)/access_tokens.json" }).last(where: Files.exists) else { return }
    try Files.write(String(decoding: try Files.read(at: tokens), as: UTF8.self), to: "\(output)/access_tokens.json")
  }
}

/// `intercom-mock fixtures schema`: the JSON Schema of fixtures, for editors and generators.
struct FixtureSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of fixtures: one member for each file.")

  func run() {
    var collections = JSONObject()
    for model in Catalogue.intercom.models {
      guard let name = model.definition?.name else { continue }
      collections[name] = ["type": "array", "items": Self.object(for: model, isRecord: true)]
    }
    let workspace = Catalogue.intercom.profile.map { [("workspace", Self.object(for: $0))] } ?? []
    let members = collections.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    let schema: JSON = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Fixtures of intercom-mock",
      "description": "Each member is a file of that name in a fixtures folder, and a member of /_mock/state.",
      "type": "object", "additionalProperties": false,
      "properties": .object(JSONObject(workspace + members)),
    ]
    print(schema.pretty())
  }

  private static let time: JSON = [
    "description": "Seconds since 1970, or relative to the start: -2d, +3h.",
    "type": ["integer", "string", "null"],
    "pattern": "^[+-]\\d+[smhdw]$",
  ]

  private static func object(for model: Model, isRecord: Bool = false) -> JSON {
    var properties = JSONObject()
    for field in model.fields { properties[field.name] = schema(for: field) }
    var object: JSON = ["type": "object", "additionalProperties": false, "properties": .object(properties)]
    if isRecord { object["required"] = ["id"] }
    return object
  }

  private static func schema(for field: Field) -> JSON {
    guard field.isStored else { return ["description": "Computed when it is rendered; ignored in fixtures."] }
    let choices = field.oneOf.map(JSON.string)
    if case .array = field.kind, !choices.isEmpty {
      return ["type": ["array", "null"], "items": ["enum": .array(choices)]]
    }
    if !choices.isEmpty { return ["enum": .array(choices + [.null])] }
    return switch field.kind {
    case .string: ["type": ["string", "null"]]
    case .integer: ["type": ["integer", "null"]]
    case .number: ["type": ["number", "null"]]
    case .boolean: ["type": ["boolean", "null"]]
    case .timestamp: time
    case .object: ["type": ["object", "null"]]
    case .array: ["type": ["array", "null"]]
    case .model(let model): ["anyOf": [object(for: model), ["type": "null"]]]
    case .models(let model): ["type": ["array", "null"], "items": object(for: model)]
    case .any, .constant, .derived, .written: [:]
    }
  }
}
