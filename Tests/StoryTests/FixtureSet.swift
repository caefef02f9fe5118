import API
import Intercom
import JSON
import MockServer
import Store
import TestSupport

/// A folder of fixtures, loaded: what every story starts from.
struct FixtureSet {
  /// 1 April 2024, 09:30 UTC.
  static let startTime: Int64 = 1_711_963_800
  static let randomSeed: UInt64 = 1

  let seed: WorkspaceState
  let tokens: [AccessToken]
  let warnings: [String]

  /// `fixtures/default`, read once. Workspaces share it, so all of them live on one actor.
  @MainActor private static let `default` = Result { try FixtureSet(from: "default") }
  @MainActor private static let awkward = Result { try FixtureSet(from: "awkward") }

  /// A world that stories are told in.
  @MainActor static func shared(named name: String) throws -> FixtureSet {
    switch name {
    case "default": try Self.default.get()
    case "awkward": try awkward.get()
    default: throw StoryError("there is no world \(name)")
    }
  }

  /// What a reset may start from.
  @MainActor static let resetTargets = FixtureSets(names: ["awkward", "default", "empty"]) {
    try FixtureSet(from: $0).seed
  }

  /// A clock that stands at the time of all stories.
  static func clock() -> Clock {
    Clock(frozenAtMilliseconds: startTime * 1000)
  }

  /// Throws what names the file, line, record and field that do not fit.
  init(from name: String) throws {
    let own = try Self.files(of: name)
    let beneath = Self.overlays.contains(name) ? try Self.files(of: "default") : []
    try self.init(from: beneath.filter { file in !own.contains { $0.name == file.name } } + own)
  }

  /// Worlds that hold only what differs from the default one.
  private static let overlays: Set<String> = ["awkward"]

  init(from files: [FixtureLoader.File]) throws {
    tokens = try files.first { $0.name == "access_tokens" }.map(AccessToken.parse) ?? []
    var fixtures = FixtureLoader(catalogue: .shared, clock: Self.clock())
    seed = try fixtures.load(files.filter { $0.name != "access_tokens" }, seed: Self.randomSeed)
    warnings = fixtures.warnings
  }

  /// The files of a world, by name.
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
  /// Intercom's, made once.
  static let shared = Catalogue.intercom
}
