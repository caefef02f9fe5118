import API
import Intercom
import Logging
import MockServer
import Store
import TimeZones

/// The values of the options of `serve`, which the command line and the environment set. `ServeOption.all` has a row for
/// each.
struct ServeOptions {
  enum TokenPolicy: String, CaseIterable {
    case any, listed
  }

  var fixtures: [String] = []
  var host = "127.0.0.1"
  var port: UInt16 = 4020
  var portFile: String?
  var unixSocket: String?
  var tls = false
  var tlsCert: String?
  var tlsKey: String?
  var tlsCaFile: String?
  var tlsName: [String] = []
  var clock = ClockFlag.running
  var seed = IDSeed.number(1)
  var timezone: String?
  var tokens = TokenPolicy.any
  var access = AccessPolicy()
  var maxWorkspaces = 10_000
  var maxBody = 10_485_760
  /// Seconds.
  var requestTimeout = 30
  var settings = Settings(for: .intercom)
  var webhookCaFile: String?
  var webhookInsecure = false
  var log = LogFormat.text
  var logLevel = Logger.Level.info
}

/// One option of `serve`: a row from which its flag, its environment variable, its help text, its check and its row in
/// the documentation are derived.
///
/// To add an option of the server process, add a property to `ServeOptions` and a row to `ServeOption.all`. A setting of
/// a workspace is a row of `Setting.all`.
struct ServeOption: Sendable {
  enum Kind {
    /// An option with one value; the last one wins.
    case value
    /// An option that can be repeated. The environment variable has one value.
    case list
    /// An option without a value on the command line. The environment variable has a boolean.
    case flag
  }

  /// The flag, without its two hyphens.
  let name: String
  let kind: Kind
  let help: String
  /// The text of the default; nil if the default is no value.
  let defaultText: String?
  /// The accepted values, as error messages list them.
  let expectation: String
  /// Sets the value from a text. Returns false if the text is invalid.
  let store: @Sendable (inout ServeOptions, String) -> Bool

  /// Whether the value is or contains a secret, which error messages must not repeat.
  private var isSecret: Bool { ["control-token", "fin-webhook"].contains(name) }

  /// The value as error messages repeat it.
  func quoted(_ text: String) -> String { isSecret ? "the given secret" : "'\(text)'" }

  /// The environment variable.
  var variable: String {
    Environment.prefix + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
  }

  private init<Value>(
    _ name: String, kind: Kind = .value, at path: WritableKeyPath<ServeOptions, Value> & Sendable,
    as form: OptionForm<Value>, summary: String
  ) {
    self.name = name
    self.kind = kind
    help = Self.help(summary, choices: form.choices)
    expectation = form.expectation
    defaultText = form.text(ServeOptions()[keyPath: path])
    store = { options, text in
      guard let value = form.parse(text) else { return false }
      options[keyPath: path] = value
      return true
    }
  }

  private init(
    list name: String, at path: WritableKeyPath<ServeOptions, [String]> & Sendable,
    as form: OptionForm<[String]> = .list,
    summary: String
  ) {
    self.name = name
    help = Self.help(summary, choices: [])
    kind = .list
    expectation = form.expectation
    defaultText = nil
    store = { options, text in
      guard let values = form.parse(text) else { return false }
      options[keyPath: path] += values
      return true
    }
  }

  private init(_ setting: Setting) {
    name = String(setting.name.map { $0 == "_" ? "-" : $0 })
    kind = .value
    expectation = Self.enumeration(of: setting.choices)
    help = Self.help(setting.summary, choices: setting.choices)
    defaultText = setting.defaultText(for: .intercom)
    store = { options, text in setting.set(text: text, in: &options.settings) }
  }

  private static func help(_ summary: String, choices: [String]) -> String {
    choices.isEmpty ? "\(summary)." : "\(summary): \(choices.joined(separator: ", "))."
  }

  /// `a, b or c`.
  static func enumeration(of choices: [String]) -> String {
    guard let last = choices.last, choices.count > 1 else { return choices.first ?? "" }
    return "\(choices.dropLast().joined(separator: ", ")) or \(last)"
  }
}

extension ServeOption {
  /// Every option, in the order of the help text.
  static let all: [ServeOption] = listening + access + fixtures + Setting.all.map { ServeOption($0) } + limits + output

  private static let listening: [ServeOption] = [
    ServeOption("host", at: \.host, as: .text, summary: "The address to listen on"),
    ServeOption("port", at: \.port, as: .number(in: 0...UInt16.max), summary: "The port; 0 selects a free one"),
    ServeOption("port-file", at: \.portFile, as: .optionalText, summary: "A file to write the port to"),
    ServeOption(
      "unix-socket", at: \.unixSocket, as: .optionalText, summary: "A Unix socket to listen on instead of host and port"
    ),
    ServeOption(
      "tls", kind: .flag, at: \.tls, as: .boolean,
      summary: "Serve HTTPS with a certificate generated at the start, for this machine and Intercom's hosts"),
    ServeOption(
      "tls-cert", at: \.tlsCert, as: .optionalText,
      summary: "Serve HTTPS with the certificate chain in this PEM file"),
    ServeOption("tls-key", at: \.tlsKey, as: .optionalText, summary: "With --tls-cert: a PEM file of its private key"),
    ServeOption(
      "tls-ca-file", at: \.tlsCaFile, as: .optionalText,
      summary: "With --tls: a file to write the certificate authority to, for clients to trust"),
    ServeOption(
      list: "tls-name", at: \.tlsName,
      summary: "With --tls: a further host name for the certificate; can be repeated"),
  ]

  private static let access: [ServeOption] = [
    ServeOption(
      list: "allow-host", at: \.access.hosts, as: .hostNames,
      summary: "A further host name that requests may name, or .NAME for all names below it; can be repeated"),
    ServeOption(
      list: "allow-origin", at: \.access.origins, as: .origins,
      summary: "An origin of web pages that may use the API and the control plane; can be repeated"),
    ServeOption(
      "control-token", at: \.access.controlToken, as: .secret,
      summary: "A token that the control plane requires, in X-Mock-Control-Token or as a bearer token"),
    ServeOption(
      "show-secrets", kind: .flag, at: \.access.showsSecrets, as: .boolean,
      summary: "Show tokens and secrets in the journal, in logs and in lists"),
  ]

  private static let fixtures: [ServeOption] = [
    ServeOption(
      list: "fixtures", at: \.fixtures,
      summary: "A folder of fixtures, by default fixtures/default; can be repeated, files of later folders win"),
    ServeOption(
      "clock", at: \.clock, as: .clock,
      summary: "The clock of the workspaces: running, or frozen:TIME, such as frozen:2024-01-01T00:00:00Z"),
    ServeOption(
      "seed", at: \.seed, as: .seed,
      summary:
        "The seed of ids: the same seed and the same calls give the same ids; token derives it from the token, so that "
        + "workspaces hand out different ids"),
    ServeOption(
      "timezone", at: \.timezone, as: .timeZone,
      summary: "The time zone of the workspaces, such as Europe/Dublin, instead of that of the fixtures"),
    ServeOption(
      "tokens", at: \.tokens, as: .choice, summary: "The accepted tokens (listed: those of access_tokens.json)"),
  ]

  private static let limits: [ServeOption] = [
    ServeOption(
      "max-workspaces", at: \.maxWorkspaces, as: .number(in: 1...Int.max),
      summary: "The maximum number of workspaces in memory"),
    ServeOption(
      "max-body", at: \.maxBody, as: .number(in: 1...Int.max), summary: "The maximum size of a request body, in bytes"),
    ServeOption(
      "request-timeout", at: \.requestTimeout, as: .number(in: 1...86_400),
      summary: "The maximum time to receive a request, or to complete a TLS handshake, in seconds"),
  ]

  private static let output: [ServeOption] = [
    ServeOption(
      "webhook-ca-file", at: \.webhookCaFile, as: .optionalText,
      summary: "A PEM file of the certificate authorities to trust when webhooks are sent"),
    ServeOption(
      "webhook-insecure", kind: .flag, at: \.webhookInsecure, as: .boolean,
      summary: "Send webhooks over HTTPS without verifying certificates"),
    ServeOption("log", at: \.log, as: .choice, summary: "The format of the log on standard error"),
    ServeOption(
      "log-level", at: \.logLevel, as: .choice,
      summary: "The least severe level that is logged"),
  ]
}

/// How the value of an option is read from text and written for the help text.
private struct OptionForm<Value>: Sendable {
  /// The accepted values, as error messages list them.
  let expectation: String
  /// The accepted values, for the help text, if they are few.
  var choices: [String] = []
  let parse: @Sendable (String) -> Value?
  let text: @Sendable (Value) -> String?
}

extension OptionForm where Value == String {
  static var text: OptionForm { OptionForm(expectation: "a string", parse: { $0 }, text: { $0 }) }
}

extension OptionForm where Value == String? {
  static var optionalText: OptionForm { OptionForm(expectation: "a string", parse: { $0 }, text: { $0 }) }

  /// A name that the time zone database contains.
  static var timeZone: OptionForm {
    OptionForm(
      expectation: "a time zone such as Europe/Dublin",
      parse: { text in
        guard (try? TimeZone(named: text)) != nil else { return nil }
        return text
      },
      text: { $0 })
  }
}

extension OptionForm where Value == String? {
  /// A token that a header field can carry.
  static var secret: OptionForm {
    OptionForm(
      expectation: "a text of visible ASCII characters",
      parse: { text in
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return text
      }, text: { $0 })
  }
}

extension OptionForm where Value == [String] {
  static var list: OptionForm { OptionForm(expectation: "a string", parse: { [$0] }, text: { _ in nil }) }

  static var hostNames: OptionForm {
    separated(expectation: "a host name such as mock.example.com, without scheme and port", AccessPolicy.isHostName)
  }

  static var origins: OptionForm {
    separated(expectation: "an origin such as https://app.example.com:8443", AccessPolicy.isOrigin)
  }

  /// One value, or several that are separated by commas, because an environment variable cannot be repeated.
  private static func separated(expectation: String, _ isValid: @escaping @Sendable (String) -> Bool) -> OptionForm {
    OptionForm(
      expectation: expectation,
      parse: { text in
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return values.allSatisfy(isValid) ? values : nil
      }, text: { _ in nil })
  }
}

extension OptionForm where Value == Bool {
  static var boolean: OptionForm {
    OptionForm(expectation: "true, false, 1, 0, yes, no, on or off", parse: Bool.init(variable:), text: { _ in nil })
  }
}

extension Bool {
  /// The value of an environment variable.
  init?(variable text: String) {
    switch text {
    case "true", "1", "yes", "on": self = true
    case "false", "0", "no", "off": self = false
    default: return nil
    }
  }
}

extension OptionForm where Value: FixedWidthInteger & Sendable {
  static func number(in range: ClosedRange<Value>) -> OptionForm {
    OptionForm(
      expectation: "a number from \(range.lowerBound) to \(range.upperBound)",
      parse: { Value($0).flatMap { range.contains($0) ? $0 : nil } }, text: { "\($0)" })
  }
}

extension OptionForm where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One case of an enumeration, by its raw value.
  static var choice: OptionForm {
    let names = Value.allCases.map(\.rawValue)
    return OptionForm(
      expectation: ServeOption.enumeration(of: names), choices: names, parse: { Value(rawValue: $0) },
      text: { $0.rawValue })
  }
}

extension OptionForm where Value == IDSeed {
  static var seed: OptionForm {
    OptionForm(
      expectation: "a number from 0 to \(UInt64.max) or token",
      parse: { $0 == "token" ? .token : UInt64($0).map(IDSeed.number) },
      text: { $0 == .token ? "token" : "\($0.number)" })
  }
}

extension OptionForm where Value == ClockFlag {
  static var clock: OptionForm {
    OptionForm(
      expectation: "running or frozen:TIME", parse: { ClockFlag(argument: $0) },
      // A frozen clock is never the default.
      text: { _ in "running" })
  }
}

/// The value of `--clock`: `running`, or `frozen:` and a time such as `2024-01-01T00:00:00Z`.
enum ClockFlag: Sendable {
  case running
  case frozen(milliseconds: Int64)

  init?(argument text: String) {
    if text == "running" {
      self = .running
    } else if text.hasPrefix("frozen:"), let seconds = Self.seconds(from: String(text.dropFirst(7))) {
      self = .frozen(milliseconds: seconds * 1000)
    } else {
      return nil
    }
  }

  func makeClock() -> Clock {
    switch self {
    case .running: Clock()
    case .frozen(let milliseconds): Clock(frozenAtMilliseconds: milliseconds)
    }
  }

  /// Seconds since 1970, from ISO 8601 or a number of seconds.
  private static func seconds(from text: String) -> Int64? {
    if let number = Int64(text) { return number > 0 && number < 1 << 40 ? number : nil }
    return ISO8601.seconds(from: text)
  }
}
