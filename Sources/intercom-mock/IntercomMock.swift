import ArgumentParser
import Glibc

@main
struct IntercomMock: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "intercom-mock", abstract: "A local server that behaves like the Intercom REST API.",
    discussion: """
      Without a subcommand it serves fixtures/default on http://127.0.0.1:4020 until SIGTERM or SIGINT. Every flag of serve
      may also be given as an environment variable: INTERCOM_MOCK_PORT for --port.
      """,
    version: version,
    subcommands: [ServeCommand.self, HealthCommand.self, RoutesCommand.self, FixturesCommand.self, EnvCommand.self],
    defaultSubcommand: ServeCommand.self)

  /// Flags of the environment come before those of the command line, which win.
  ///
  /// Most runs serve, and the tree of all commands takes longer to build than that of one: it is built for whoever asks for
  /// something else, or for help, or is wrong.
  static func main() {
    let arguments = EnvironmentFlags.adding(to: Array(CommandLine.arguments.dropFirst()))
    guard let serve = try? ServeCommand.parse(arguments.first == "serve" ? Array(arguments.dropFirst()) : arguments)
    else {
      return main(arguments)
    }
    do { try serve.run() } catch { exit(withError: error) }
  }
}

/// Ends the program with a line on standard error that names the culprit, and a status of sysexits.
struct CommandFailure: Error {
  /// - Parameter code: of `sysexits.h`: 65 data, 69 unavailable, 73 cannot create
  init(code: Int32, message: String) {
    let line = Array("intercom-mock: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    Glibc.exit(code)
  }

  /// Runs `body`; what it throws ends the program.
  static func orExit<Result>(with code: Int32, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw CommandFailure(code: code, message: "\(error)")
    }
  }
}

/// `INTERCOM_MOCK_<FLAG>`: flags from the environment, for containers.
enum EnvironmentFlags {
  private static let prefix = "INTERCOM_MOCK_"
  /// Flags of `serve` that take a value.
  private static let valueFlags = [
    "fixtures", "host", "port", "port-file", "unix-socket", "tls-cert", "tls-key", "tls-ca-file",
    "tls-name", "default-version", "clock", "seed", "etag", "gzip",
    "tokens",
    "max-workspaces", "max-body", "request-timeout", "rate-limit", "timezone", "search-lag", "strict", "jobs",
    "side-effects", "journal", "log", "log-level",
    "webhook-ca-file", "webhook-delivery",
  ]
  /// Flags of `serve` that are there or not; `1` and `true` say that they are.
  private static let booleanFlags = ["tls", "webhook-insecure"]
  /// Flags of the program as a whole.
  private static let globalFlags = [
    "--help", "-h", "--version", "--generate-completion-script", "--experimental-dump-help",
  ]

  /// The arguments with what the environment adds; those given win over it. Other subcommands than `serve` take none.
  static func adding(to arguments: [String]) -> [String] {
    let isServe = arguments.first.map {
      $0 == "serve" || ($0.hasPrefix("-") && !globalFlags.contains(String($0.prefix { $0 != "=" })))
    }
    guard isServe ?? true else { return arguments }
    let given = Set(arguments.map { String($0.prefix { $0 != "=" }) })
    let added =
      valueFlags.filter { !given.contains("--\($0)") }.flatMap { flag in
        value(of: flag).map { ["--\(flag)", $0] } ?? []
      } + booleanFlags.filter { !given.contains("--\($0)") && isSet($0) }.map { "--\($0)" }
    return (arguments.first == "serve" ? [] : ["serve"]) + Array(arguments.prefix(1).filter { $0 == "serve" }) + added
      + arguments.drop { $0 == "serve" }
  }

  static func isSet(_ flag: String) -> Bool {
    ["1", "true"].contains(value(of: flag) ?? "")
  }

  static func value(of flag: String) -> String? {
    let name = prefix + String(flag.uppercased().map { $0 == "-" ? "_" : $0 })
    return getenv(name).map { String(cString: $0) }
  }
}
