import API
import Intercom
import JSON
import MockServer
import Store
import TestSupport

/// A loaded folder of fixtures, the initial state of a story.
struct FixtureSet {
  /// 1 April 2024, 09:30 UTC.
  static let startTime: Int64 = 1_711_963_800
  static let randomSeed: UInt64 = 1

  let seed: WorkspaceState
  let tokens: [AccessToken]
  let warnings: [String]

  /// `fixtures/default`, loaded once. Workspaces share its state, so all are on the main actor.
  @MainActor private static let `default` = Result { try FixtureSet(from: "default") }
  @MainActor private static let awkward = Result { try FixtureSet(from: "awkward") }

  /// Returns fixtures by folder name.
  @MainActor static func shared(named name: String) throws -> FixtureSet {
    switch name {
    case "default": try Self.default.get()
    case "awkward": try awkward.get()
    default: throw StoryError("there are no fixtures \(name)")
    }
  }

  /// The fixtures that a reset can load.
  @MainActor static let resetTargets = FixtureSets(names: ["awkward", "default", "empty"]) {
    try FixtureSet(from: $0).seed
  }

  /// A clock that is frozen at the start time of stories.
  static func clock() -> Clock {
    Clock(frozenAtMilliseconds: startTime * 1000)
  }

  /// Loads a folder of fixtures. Throws a `FixtureError` if it is invalid.
  init(from name: String) throws {
    let layers = try Self.folders(of: name).map(Self.files)
    try self.init(
      from: layers.reduce([]) { below, files in
        below.filter { file in !files.contains { $0.name == file.name } } + files
      })
  }

  /// The folders of a fixture set, in the order of reading. `awkward` contains only differences from the default.
  static func folders(of name: String) -> [String] {
    name == "awkward" ? ["default", name] : [name]
  }

  init(from files: [FixtureLoader.File]) throws {
    tokens = try files.first { $0.name == "access_tokens" }.map(AccessToken.parse) ?? []
    var fixtures = FixtureLoader(catalogue: .shared, clock: Self.clock())
    seed = try fixtures.load(files.filter { $0.name != "access_tokens" }, seed: Self.randomSeed)
    warnings = fixtures.warnings
  }

  /// The files of a folder, ordered by name.
  static func files(of name: String) throws -> [FixtureLoader.File] {
    let folder = "\(TestFiles.root)/fixtures/\(name)"
    return try TestFiles.names(in: folder).filter { $0.hasSuffix(".json") }.map { file in
      FixtureLoader.File(
        path: "fixtures/\(name)/\(file)", name: String(file.dropLast(".json".count)),
        bytes: try TestFiles.bytes(at: "\(folder)/\(file)"))
    }
  }
}

extension Catalogue {
  /// The Intercom catalogue, created once.
  static let shared = Catalogue.intercom
}
