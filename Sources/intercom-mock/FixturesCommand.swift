import ArgumentParser

/// `intercom-mock fixtures`: work on worlds.
struct FixturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixtures", abstract: "Work on fixtures.",
    subcommands: [CheckFixtures.self, GenerateFixtures.self, FixtureSchema.self])
}
