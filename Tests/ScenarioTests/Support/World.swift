import API
import Intercom
import JSON
import Server
import Store

/// A folder of fixtures, loaded: what every story starts from.
struct World {
  /// 1 April 2024, 09:30 UTC.
  static let time: Int64 = 1_711_963_800
  static let seedNumber: UInt64 = 1

  let seed: WorkspaceState
  let tokens: [Token]
  let warnings: [String]

  /// `fixtures/default`, read once. Workspaces share it, so all of them live on one actor.
  @MainActor private static let `default` = Result { try World("default") }
  @MainActor private static let awkward = Result { try World("awkward") }

  /// A world that stories are told in.
  @MainActor static func named(_ name: String) throws -> World {
    switch name {
    case "default": try Self.default.get()
    case "awkward": try awkward.get()
    default: throw Mistake("there is no world \(name)")
    }
  }

  /// What a reset may start from.
  @MainActor static let others = Worlds(["awkward", "default", "empty"]) { try World($0).seed }

  /// A clock that stands at the time of all stories.
  static func clock() -> Clock {
    Clock(frozenAtMilliseconds: time * 1000)
  }

  /// Throws what names the file, line, record and field that do not fit.
  init(_ name: String) throws {
    let own = try Self.files(name)
    let beneath = Self.overlays.contains(name) ? try Self.files("default") : []
    try self.init(beneath.filter { file in !own.contains { $0.name == file.name } } + own)
  }

  /// Worlds that hold only what differs from the default one.
  private static let overlays: Set<String> = ["awkward"]

  init(_ files: [Fixtures.File]) throws {
    tokens = try files.first { $0.name == "access_tokens" }.map(Token.parse) ?? []
    var fixtures = Fixtures(.worldwide, clock: Self.clock())
    seed = try fixtures.load(files.filter { $0.name != "access_tokens" }, seed: Self.seedNumber)
    warnings = fixtures.warnings
  }

  /// The files of a world, by name.
  static func files(_ name: String) throws -> [Fixtures.File] {
    let folder = "\(Files.fixtures)/\(name)"
    return try Files.list(folder).filter { $0.hasSuffix(".json") }.map { file in
      Fixtures.File(
        path: "fixtures/\(name)/\(file)", name: String(file.dropLast(".json".count)),
        bytes: try Files.bytes("\(folder)/\(file)"))
    }
  }
}

extension Catalogue {
  /// Intercom's, made once.
  static let worldwide = Catalogue.intercom
}
