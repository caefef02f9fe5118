import ArgumentParser

@main
struct IntercomMock: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "intercom-mock", abstract: "A local server that behaves like the Intercom REST API.",
    discussion: """
      Without a subcommand it serves fixtures/default on http://127.0.0.1:4020 until SIGTERM or SIGINT. Every flag of serve
      may also be given as an environment variable: INTERCOM_MOCK_PORT for --port.
      """,
    version: version, subcommands: [Serve.self, Health.self, Routes.self, FixturesCommand.self, EnvCommand.self],
    defaultSubcommand: Serve.self)

  /// Flags of the environment come before those of the command line, which win.
  ///
  /// Most runs serve, and the tree of all commands takes longer to build than that of one: it is built for whoever asks for
  /// something else, or for help, or is wrong.
  static func main() {
    let arguments = EnvironmentFlags.adding(to: Array(CommandLine.arguments.dropFirst()))
    guard let serve = try? Serve.parse(arguments.first == "serve" ? Array(arguments.dropFirst()) : arguments) else {
      return main(arguments)
    }
    do { try serve.run() } catch { exit(withError: error) }
  }
}
