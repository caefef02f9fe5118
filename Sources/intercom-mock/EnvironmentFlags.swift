import Glibc

/// `INTERCOM_MOCK_<FLAG>`: flags from the environment, for containers.
enum EnvironmentFlags {
  private static let prefix = "INTERCOM_MOCK_"
  /// Flags of `serve` that take a value.
  private static let valued = [
    "fixtures", "host", "port", "port-file", "unix-socket", "tls-cert", "tls-key", "tls-ca-file",
    "tls-name", "default-version", "clock", "seed", "etag", "gzip",
    "tokens",
    "max-workspaces", "max-body", "request-timeout", "rate-limit", "timezone", "search-lag", "strict", "jobs",
    "side-effects", "journal", "log", "log-level",
    "webhook-ca-file", "webhook-delivery",
  ]
  /// Flags of `serve` that are there or not; `1` and `true` say that they are.
  private static let bare = ["tls", "webhook-insecure"]
  /// Flags of the program as a whole.
  private static let aboutAll = [
    "--help", "-h", "--version", "--generate-completion-script", "--experimental-dump-help",
  ]

  /// The arguments with what the environment adds; those given win over it. Other subcommands than `serve` take none.
  static func adding(to arguments: [String]) -> [String] {
    let isServe = arguments.first.map {
      $0 == "serve" || ($0.hasPrefix("-") && !aboutAll.contains(String($0.prefix { $0 != "=" })))
    }
    guard isServe ?? true else { return arguments }
    let given = Set(arguments.map { String($0.prefix { $0 != "=" }) })
    let added =
      valued.filter { !given.contains("--\($0)") }.flatMap { flag in
        value(of: flag).map { ["--\(flag)", $0] } ?? []
      } + bare.filter { !given.contains("--\($0)") && isSet($0) }.map { "--\($0)" }
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
