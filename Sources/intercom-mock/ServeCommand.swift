import API
import ArgumentParser
import FileSystem
import Glibc
import HTTPTransport
import Intercom
import JSON
import Logging
import MockServer
import Store
import TimeZones

/// `intercom-mock serve`: serves until SIGTERM or SIGINT.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the API (the default).")

  /// Milliseconds after which the start is over and the memory that only the start needed is released.
  private static let startupMilliseconds = 250
  /// Milliseconds after SIGTERM or SIGINT in which the process ends, whatever it is doing.
  private static let shutdownMilliseconds = 900

  private(set) var options = ServeOptions()
  /// The texts on the command line, checked by `validate`.
  private var texts: [(option: ServeOption, text: String)] = []

  init() {}

  /// Parses arguments that are valid flags of `serve`. Returns nil for all others, which ArgumentParser must handle.
  init?(arguments: ArraySlice<String>) {
    var rest = arguments
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts[0].hasPrefix("--"), let option = ServeOption.all.first(where: { $0.name == parts[0].dropFirst(2) })
      else { return nil }
      switch (option.kind, parts.count) {
      case (.flag, 1): texts.append((option, "true"))
      case (.flag, _): return nil
      case (_, 2): texts.append((option, String(parts[1])))
      default:
        guard let text = rest.popFirst(), !text.hasPrefix("-") else { return nil }
        texts.append((option, text))
      }
    }
    guard (try? validate()) != nil else { return nil }
  }

  mutating func validate() throws {
    // ArgumentParser may call this twice.
    options = ServeOptions()
    for (option, text) in texts where !option.store(&options, text) {
      throw ValidationError(option, value: text)
    }
    try checkTLS()
  }

  func run() throws {
    Heap.retainFreedMemory(upTo: 64 << 20)
    try CommandFailure.orExit(with: 73) { try options.portFile.map(Files.remove) }
    let loop = try CommandFailure.orExit(with: 69) { try EventLoop() }
    let logger = options.log.logger(level: options.logLevel) { BufferedOutput(to: STDERR_FILENO, on: loop, notice: $0) }
    let output = BufferedOutput(to: STDOUT_FILENO, on: loop)
    let server = try makeServer(on: loop, logger: logger)
    let tls = try makeTLS(logger: logger)
    let listener = try listen(on: loop, server: server, tls: tls)
    for number in [SIGTERM, SIGINT] {
      loop.onSignal(number) {
        ServiceManager.notify("STOPPING=1")
        listener.stop(within: Self.shutdownMilliseconds - 200) { loop.stop() }
      }
    }
    ShutdownLimit.set(milliseconds: Self.shutdownMilliseconds, after: [SIGTERM, SIGINT])
    if !listener.isLoopbackOnly, options.access.controlToken == nil, options.tokens == .any {
      logger.warning("\(Self.openControlPlane(at: listener.address))")
    }
    output.write(try readyLine(address: listener.address, isSecure: tls != nil))
    ServiceManager.notify("READY=1")
    let settling = Timer(on: loop) { ExecutablePages.release() }
    settling.start(milliseconds: Self.startupMilliseconds)
    loop.run()
    removePortFile(of: listener.address)
    // Exits without releasing the server: releasing a million records takes more than a second.
    withExtendedLifetime((listener, settling, output)) { Glibc.exit(0) }
  }

  /// A process that was started later may have replaced the file.
  private func removePortFile(of address: ListenAddress) {
    guard let path = options.portFile, case .tcp(_, let port) = address else { return }
    guard let content = try? Files.read(at: path, sizeLimit: 16, waits: false), content == Self.portLine(port) else {
      return
    }
    try? Files.remove(at: path)
  }

  private static func portLine(_ port: UInt16) -> [UInt8] { Array("\(port)\n".utf8) }

  private static func openControlPlane(at address: ListenAddress) -> String {
    "every host that reaches \(address) may use the control plane, which reads and changes everything: "
      + "set --control-token, or listen on 127.0.0.1"
  }

  private var webhookTrust: ClientTrust {
    options.webhookInsecure ? .anyCertificate : options.webhookCaFile.map(ClientTrust.file) ?? .system
  }

  private func makeServer(on loop: EventLoop, logger: Logger) throws -> Server {
    let (clock, seed) = (options.clock, options.seed.number)
    let folders = options.fixtures.isEmpty ? FixtureFolders.defaultFolder().map { [$0] } : options.fixtures
    guard let folders else {
      throw CommandFailure(code: 65, message: "no fixtures found: specify a folder with --fixtures")
    }
    let catalogue = Catalogue.intercom
    let world = try CommandFailure.orExit(with: 65) {
      try FixtureFolders(folders: folders, catalogue: catalogue, clock: clock.makeClock(), seed: seed)
    }
    for warning in world.warnings { logger.warning("\(warning)") }
    var seedState = world.seed
    if let timezone = options.timezone {
      seedState.profile["timezone"] = .string(timezone)
      seedState.timeZone = try CommandFailure.orExit(with: 64) { try TimeZone(named: timezone) }
    }
    var environment = try makeEnvironment(on: loop)
    environment.fixtureSets = FixtureFolders.all(
      in: folders, catalogue: catalogue, clock: clock.makeClock, seed: seed)
    return Server(
      catalogue: catalogue,
      edge: IntercomEdge(tokens: world.tokens, onlyListedTokens: options.tokens == .listed, seed: seed),
      seed: seedState, configuration: serverConfiguration, environment: environment, clock: clock.makeClock,
      logger: logger)
  }

  private func makeEnvironment(on loop: EventLoop) throws -> ServerEnvironment {
    var environment = ServerEnvironment()
    environment.schedule = DelayedActions(on: loop).schedule
    environment.sliceDuration = .milliseconds(2)
    environment.send = try CommandFailure.orExit(with: 65) { try HTTPClient(on: loop, trust: webhookTrust).send }
    environment.makeAlarm = { action in
      let timer = Timer(on: loop, action)
      return { wait in wait.map { timer.start(milliseconds: $0) } ?? timer.cancel() }
    }
    environment.memoryInUse = { Heap.bytesInUse }
    return environment
  }

  private var serverConfiguration: ServerConfiguration {
    var configuration = ServerConfiguration(settings: options.settings)
    configuration.maxWorkspaces = options.maxWorkspaces
    configuration.seed = options.seed
    configuration.programVersion = programVersion
    configuration.access = accessPolicy
    return configuration
  }

  /// The names that the certificate and the listening address have are served as well.
  private var accessPolicy: AccessPolicy {
    var policy = options.access
    policy.hosts += options.tlsName.map { $0.hasPrefix("*.") ? String($0.dropFirst()) : $0 } + [options.host]
    return policy
  }

  private func listen(on loop: EventLoop, server: Server, tls: ServerTLS?) throws -> HTTPServer {
    var configuration = HTTPTransport.HTTPServerConfiguration()
    configuration.limits.bodyBytes = options.maxBody
    configuration.limits.longBodies = server.longBodies
    configuration.limits.requestTimeout = options.requestTimeout * 1000
    let address = options.unixSocket.map(ListenAddress.unix) ?? .tcp(host: options.host, port: options.port)
    let tidying = MemoryReclaimer(releaseQueue: server.sessions.releaseQueue, on: loop)
    return try CommandFailure.orExit(with: 69) {
      try HTTPServer(
        on: loop, address: address, configuration: configuration, tls: tls,
        refusesWithoutBody: server.refusesWithoutBody,
        handle: { request in
          defer { tidying.noteResponse() }
          return server.respond(to: request)
        }, refuse: { server.respond(to: $0) })
    }
  }

  /// Returns the ready line, the only line on standard output, and writes the port file: the server accepts requests from
  /// now on.
  private func readyLine(address: ListenAddress, isSecure: Bool) throws -> String {
    var line: JSONObject = ["ready": true]
    switch address {
    case .tcp(_, let port):
      line.append(key: "url", value: .string("\(isSecure ? "https" : "http")://\(address)"))
      line.append(key: "port", value: .integer(Int64(port)))
      if let portFile = options.portFile {
        try CommandFailure.orExit(with: 73) { try Files.write("\(port)\n", to: portFile) }
      }
    case .unix(let path): line.append(key: "unix_socket", value: .string(path))
    }
    line.append(key: "pid", value: .integer(Int64(getpid())))
    return JSON.object(line).text + "\n"
  }
}

extension ServeCommand {
  /// The certificate and key of HTTPS; nil for plain HTTP.
  func makeTLS(logger: Logger) throws -> ServerTLS? {
    if let tlsCert = options.tlsCert, let tlsKey = options.tlsKey {
      if Files.isReadableByOthers(at: tlsKey) {
        logger.warning("other users can read the private key \(tlsKey): chmod 600")
      }
      return try CommandFailure.orExit(with: 65) { try ServerTLS(certificate: tlsCert, key: tlsKey) }
    }
    guard options.tls else { return nil }
    return try CommandFailure.orExit(with: 73) {
      try ServerTLS(generatedFor: certificateNames) { authority in
        if let file = options.tlsCaFile { try Files.write(authority, to: file) }
      }
    }
  }

  func checkTLS() throws {
    if options.tlsCert != nil, options.tlsKey == nil { throw ValidationError("--tls-cert requires --tls-key") }
    if options.tlsKey != nil, options.tlsCert == nil { throw ValidationError("--tls-key requires --tls-cert") }
    if options.tlsCaFile != nil, !options.tls || options.tlsCert != nil {
      throw ValidationError("--tls-ca-file requires --tls, and excludes --tls-cert")
    }
    // The names become one comma-separated list in a certificate extension.
    for name in options.tlsName where name.isEmpty || name.contains(where: { ",;:".contains($0) }) {
      throw ValidationError("--tls-name", value: name, expected: "a host name")
    }
  }

  /// The host names of the certificate: the names of this machine, and those of the service, for clients with a fixed
  /// host that `/etc/hosts` redirects to this server.
  private var certificateNames: [String] {
    var names = options.tlsName + ["localhost", "127.0.0.1", "::1", hostName]
    names += ServiceFacts.intercom.hostNames
    if !["0.0.0.0", "::"].contains(options.host) { names.append(options.host) }
    var seen = Set<String>()
    return names.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Runs actions on the event loop after a delay.
final class DelayedActions {
  private let loop: EventLoop
  private var timers: [Int: Timer] = [:]
  private var count = 0

  init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Calls the action after this number of milliseconds.
  func schedule(after milliseconds: Int, _ action: @escaping () -> Void) {
    count += 1
    let number = count
    let timer = Timer(on: loop) { [weak self] in
      // The timer owns the action, so it must outlive it.
      let timer = self?.timers.removeValue(forKey: number)
      withExtendedLifetime(timer, action)
    }
    timers[number] = timer
    timer.start(milliseconds: milliseconds)
  }
}

/// The parser reflects a command's properties to find its options and decodes them by name. Both are derived from the rows
/// of `ServeOption.all` here, so that an option needs no property wrapper of its own.
extension ServeCommand: CustomReflectable {
  private struct OptionKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  var customMirror: Mirror {
    Mirror(self, children: ServeOption.all.map(\.property))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: OptionKey.self)
    for option in ServeOption.all {
      let key = OptionKey(stringValue: option.name)
      switch option.kind {
      case .flag:
        if try container.decode(Flag<Bool>.self, forKey: key).wrappedValue { texts.append((option, "true")) }
      case .list:
        texts += try container.decode(Option<[String]>.self, forKey: key).wrappedValue.map { (option, $0) }
      case .value:
        let text =
          try option.defaultText == nil
          ? container.decode(Option<String?>.self, forKey: key).wrappedValue
          : container.decode(Option<String>.self, forKey: key).wrappedValue
        if let text, text != option.defaultText { texts.append((option, text)) }
      }
    }
  }
}

extension ServeOption {
  /// The property that the parser finds by reflection.
  fileprivate var property: Mirror.Child {
    let (flag, text) = (NameSpecification.customLong(name), ArgumentHelp(stringLiteral: help))
    return switch (kind, defaultText) {
    case (.flag, _): (name, Flag(wrappedValue: false, name: flag, help: text))
    case (.list, _): (name, Option<[String]>(wrappedValue: [], name: flag, help: text))
    case (.value, nil): (name, Option<String?>(name: flag, help: text))
    case (.value, let value?): (name, Option(wrappedValue: value, name: flag, help: text))
    }
  }
}
