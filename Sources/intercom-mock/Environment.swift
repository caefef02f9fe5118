import Glibc

/// The environment variables of `serve`: `INTERCOM_MOCK_<FLAG>` for each flag, for containers.
///
/// The environment is strict: an unknown variable with the prefix, or an invalid value, ends the program with status 64.
enum Environment {
  static let prefix = "INTERCOM_MOCK_"
  /// Variables with the prefix that belong to the build and the tests of this repository. The program ignores them.
  static let ignored: Set<String> = ["INTERCOM_MOCK_BINARY", "INTERCOM_MOCK_FUZZ"]
  /// Flags of the program as a whole: the environment does not apply to them.
  private static let globalFlags = [
    "--help", "-h", "--version", "--generate-completion-script", "--experimental-dump-help",
  ]

  /// Adds the flags that the environment specifies to the arguments of `serve`, before those of the command line, so that
  /// those of the command line win. The arguments of other commands are returned unchanged.
  /// - Throws: `CommandFailure` if the environment is invalid
  static func adding(to arguments: [String]) throws -> [String] {
    let names = arguments.map { String($0.prefix { $0 != "=" }) }
    let isServe = names.first.map { $0 == "serve" || $0.hasPrefix("-") } ?? true
    guard isServe, !names.contains(where: globalFlags.contains) else { return arguments }
    let added = try settings().filter { !names.contains("--\($0.option.name)") }.map { option, text in
      option.kind == .flag ? "--\(option.name)" : "--\(option.name)=\(text)"
    }
    guard !added.isEmpty else { return arguments }
    return ["serve"] + added + (names.first == "serve" ? Array(arguments.dropFirst()) : arguments)
  }

  /// The options of `serve` as the environment sets them.
  /// - Throws: `CommandFailure` if the environment is invalid
  static func options() throws -> ServeOptions {
    var options = ServeOptions()
    for (option, text) in try settings() { _ = option.store(&options, text) }
    return options
  }

  /// The texts of the options that the environment sets, without flags that it sets to false.
  private static func settings() throws -> [(option: ServeOption, text: String)] {
    let variables = variables().filter { $0.key.hasPrefix(prefix) && !ignored.contains($0.key) }
    guard !variables.isEmpty else { return [] }
    let options = ServeOption.all
    try checkNames(of: variables, options: options)
    return try options.compactMap { option in
      guard let text = variables[option.variable] else { return nil }
      var values = ServeOptions()
      guard option.store(&values, text) else {
        throw CommandFailure(
          code: 64, message: "\(option.variable) cannot be \(option.quoted(text)): expected \(option.expectation)")
      }
      return option.kind == .flag && Bool(variable: text) == false ? nil : (option, text)
    }
  }

  private static func checkNames(of variables: [String: String], options: [ServeOption]) throws {
    let known = options.map(\.variable)
    guard let unknown = variables.keys.sorted().first(where: { !known.contains($0) }) else { return }
    throw CommandFailure(
      code: 64, message: "unknown environment variable \(unknown): expected \(ServeOption.enumeration(of: known))")
  }

  private static func variables() -> [String: String] {
    var variables: [String: String] = [:]
    var position = environ
    while let entry = position.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      position += 1
    }
    return variables
  }
}
