import ArgumentParser

@main
struct IntercomMock: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "intercom-mock", abstract: "A local server that behaves like the Intercom REST API.",
    discussion: "Every flag of serve may also be given as an environment variable: INTERCOM_MOCK_PORT for --port.",
    version: version, subcommands: [Serve.self, Health.self, Routes.self, FixturesCommand.self, EnvCommand.self],
    defaultSubcommand: Serve.self)

  /// Flags of the environment come before those of the command line, which win.
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    main(EnvironmentFlags.adding(to: arguments))
  }
}
