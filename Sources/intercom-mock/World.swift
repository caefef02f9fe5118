import API
import Intercom
import JSON
import Server
import Store

/// Fixture folders, read and checked: what every workspace starts as.
struct World {
  let seed: WorkspaceState
  let tokens: [Token]
  let warnings: [String]

  /// Reads the folders; the files of later ones replace those of earlier ones.
  ///
  /// Throws what names the file, line, record and field that do not fit.
  init(_ folders: [String], catalogue: Catalogue, clock: Clock, seed: UInt64) throws {
    var files: [String: Fixtures.File] = [:]
    for folder in folders {
      for name in try Files.list(folder) where name.hasSuffix(".json") {
        let path = "\(folder)/\(name)"
        let collection = String(name.dropLast(5))
        files[collection] = Fixtures.File(path: path, name: collection, bytes: try Files.read(path))
      }
    }
    tokens = try files.removeValue(forKey: "access_tokens").map(Token.parse) ?? []
    var fixtures = Fixtures(catalogue, clock: clock)
    self.seed = try fixtures.load(files.keys.sorted().compactMap { files[$0] }, seed: seed)
    warnings = fixtures.warnings
  }

  /// The folder to serve when none is named: `fixtures/default` here, or beside the program.
  static func defaultFolder() -> String? {
    let program = CommandLine.arguments.first ?? ""
    let beside = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return ["fixtures/default", "\(beside)/fixtures/default", "/fixtures/default"].first(where: Files.exists)
  }
}
