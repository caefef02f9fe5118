import ArgumentParser

/// `intercom-mock fixtures`: work on worlds.
struct FixturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixtures", abstract: "Check, describe or generate fixtures.",
    subcommands: [CheckFixtures.self, GenerateFixtures.self, FixtureSchema.self])
}
