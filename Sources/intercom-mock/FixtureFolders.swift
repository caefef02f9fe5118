import API
import FileSystem
import Intercom
import JSON
import MockServer
import Store

/// The content of fixture folders, read and checked: the initial state of every workspace.
struct FixtureFolders {
  let seed: WorkspaceState
  let tokens: [AccessToken]
  let warnings: [String]

  /// Reads the folders; the files of later ones replace those of earlier ones.
  ///
  /// - Throws: an error that names the file, line, record and field
  init(folders: [String], catalogue: Catalogue, clock: Clock, seed: UInt64) throws {
    var files = try Self.files(in: folders)
    let listing = files.firstIndex { $0.name == "access_tokens" }.map { files.remove(at: $0) }
    tokens = try listing.map(AccessToken.parse) ?? []
    var fixtures = FixtureLoader(catalogue: catalogue, clock: clock)
    self.seed = try fixtures.load(files, seed: seed)
    warnings = fixtures.warnings
  }

  /// The files, one for each name, sorted by name.
  private static func files(in folders: [String]) throws -> [FixtureLoader.File] {
    var files: [FixtureLoader.File] = []
    for (number, folder) in folders.enumerated() {
      for name in try Files.names(in: folder) where name.hasSuffix(".json") {
        let path = "\(folder)/\(name)"
        let file = FixtureLoader.File(
          path: path, name: String(name.dropLast(5)), bytes: try Files.readRegular(at: path))
        if number > 0 { files.removeAll { $0.name == file.name } }
        files.append(file)
      }
    }
    return files.sorted { $0.name < $1.name }
  }

  /// The fixture sets that a reset can select: each folder, together with the folders before it, and the siblings of the
  /// first folder. A sibling that is incomplete by itself is combined with the first folder.
  static func all(in folders: [String], catalogue: Catalogue, clock: @escaping () -> Clock, seed: UInt64) -> FixtureSets
  {
    FixtureSets(names: layers(in: folders).keys.sorted()) { name in
      guard let layer = layers(in: folders)[name] else { return nil }
      do {
        return try FixtureFolders(folders: layer, catalogue: catalogue, clock: clock(), seed: seed).seed
      } catch {
        let below = Array(folders.prefix(1))
        guard !below.isEmpty, layer != below else { throw error }
        return try FixtureFolders(folders: below + layer, catalogue: catalogue, clock: clock(), seed: seed).seed
      }
    }
  }

  /// The folders of each fixture set, in the order of reading.
  private static func layers(in folders: [String]) -> [String: [String]] {
    var layers: [String: [String]] = [:]
    let parent = Files.parent(of: folders.first ?? "") ?? "."
    for name in (try? Files.names(in: parent)) ?? [] {
      let files = (try? Files.names(in: "\(parent)/\(name)")) ?? []
      if files.contains(where: { $0.hasSuffix(".json") }) { layers[name] = ["\(parent)/\(name)"] }
    }
    for (index, folder) in folders.enumerated() {
      layers[String(folder.split(separator: "/").last ?? "")] = Array(folders[...index])
    }
    return layers
  }

  /// The folder to serve by default: `fixtures/default` in the working directory, beside the executable or in the root.
  static func defaultFolder() -> String? {
    let beside = Files.parent(of: CommandLine.arguments.first ?? "") ?? ""
    return ["fixtures/default", "\(beside)/fixtures/default", "/fixtures/default"].first(where: Files.exists)
  }
}
