import API
import ArgumentParser
import Intercom
import Store

/// `intercom-mock fixtures check DIR`: reads a world and says what does not fit.
struct CheckFixtures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a world: its records, their types, what they refer to.")

  @Argument(help: "The folders that make the world; files of later ones win.") var folders: [String]

  func run() throws {
    let world = try Failing.with(65) {
      try World(folders, catalogue: Catalogue.intercom, clock: Clock(), seed: 1)
    }
    for warning in world.warnings { print("warning: \(warning)") }
    print("\(folders.joined(separator: ", ")): fine")
  }
}
