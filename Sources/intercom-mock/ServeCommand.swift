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

/// `intercom-mock serve`: listens until it is told to stop.
struct ServeCommand: ParsableCommand {
  /// Told that it has one above it, the parser does not look for the flags of the program as a whole, which are parsed
  /// like two further commands.
  static let configuration = CommandConfiguration(
    commandName: "serve", _superCommandName: "intercom-mock", abstract: "Serve the API (the default).")

  @Option(help: "A folder of fixtures, fixtures/default unless named; may be repeated, later ones win.") var fixtures:
    [String] = []
  @Option(help: "The address to listen on.") var host = "127.0.0.1"
  @Option(help: "The port; 0 picks a free one.") var port: WholeNumber = 4020
  @Option(help: "A file to write the port to, once it is known.") var portFile: String?
  @Option(help: "A Unix socket to listen on instead.") var unixSocket: String?
  @Flag(help: "Listen for HTTPS, with a certificate made at start, for this machine and api.intercom.io.")
  var tls = false
  @Option(help: "A PEM file of the certificate to show instead, and its chain.") var tlsCert: String?
  @Option(help: "A PEM file of that certificate's key.") var tlsKey: String?
  @Option(help: "With --tls: a file to write the certificate authority to, for clients to trust.") var tlsCaFile:
    String?
  @Option(help: "With --tls: another host name that the certificate is for; may be repeated.") var tlsName: [String] =
    []
  @Option(help: "The API version for requests without Intercom-Version.") var defaultVersion = "2.14"
  @Option(help: "The time that records and cursors go by: running, or frozen:2024-01-01T00:00:00Z.") var clock =
    "running"
  @Option(help: "The same number and the same calls give the same ids.") var seed: WholeNumber = 1
  @Option(help: "Which answers carry an ETag: auto (bodies up to 16 KB), always, off.") var etag = "auto"
  @Option(help: "Compress answers for clients that accept gzip: on, off.") var gzip = "on"
  @Option(help: "Tokens that are let in: any, or listed (in the access_tokens.json of the fixtures).") var tokens =
    "any"
  @Option(help: "Most workspaces that are held at once.") var maxWorkspaces: WholeNumber = 10_000
  @Option(help: "Largest request body, in bytes.") var maxBody: WholeNumber = 10_485_760
  @Option(help: "Seconds in which a request must have arrived whole.") var requestTimeout: WholeNumber = 30
  @Option(help: "Calls of one workspace before a 429: off, LIMIT (in ten seconds), LIMIT/SECONDS.") var rateLimit =
    "off"
  @Option(help: "Where days are counted, such as Europe/Dublin; as the fixtures say unless named.") var timezone:
    String?
  @Option(help: "How late searches find what was written: off, MILLISECONDS, calls:N, until_flush.") var searchLag =
    "off"
  @Option(help: "Undocumented members and parameters, no version: off, warn (in a header), fail (400).") var strict =
    "off"
  @Option(help: "When bulk jobs, exports and other jobs are done: immediate, after_ms:N, after_polls:N.") var jobs =
    "immediate"
  @Option(help: "When what a write brings about by itself is there: immediate, after_ms:N.") var sideEffects =
    "immediate"
  @Option(help: "Keep requests and answers for /_mock/requests: on, off.") var journal = "on"
  @Option(help: "A PEM file of the authorities that webhook endpoints are checked against.") var webhookCaFile: String?
  @Flag(help: "Send webhooks over HTTPS without checking certificates.") var webhookInsecure = false
  @Option(help: "How webhooks are disturbed: off, duplicate=0.1,reorder=0.1,drop=0.1,delay_ms=250.")
  var webhookDelivery = "off"
  @Option(help: "Logs on standard error: text, json, off.") var log = "text"
  @Option(help: "Least severe log level: trace, debug, info, warning, error.") var logLevel = "info"

  /// Milliseconds after which the start is over and what only it needed is given back.
  private static let startupMilliseconds = 250

  func validate() throws {
    try checkTLS()
    try FlagValidation.check(
      "--default-version", value: defaultVersion, isValid: APIVersion(named: defaultVersion) != nil)
    try FlagValidation.check("--clock", value: clock, isValid: ClockFlag(argument: clock) != nil)
    try FlagValidation.check("--etag", value: etag, isValid: Settings.ETagMode(rawValue: etag) != nil)
    try FlagValidation.check("--gzip", value: gzip, isValid: ["on", "off"].contains(gzip))
    try FlagValidation.check("--tokens", value: tokens, isValid: ["any", "listed"].contains(tokens))
    try FlagValidation.check("--port", value: port, within: 0...UInt64(UInt16.max))
    try FlagValidation.check("--max-workspaces", value: maxWorkspaces, within: 1...UInt64(Int.max))
    try FlagValidation.check("--max-body", value: maxBody, within: 1...UInt64(Int.max))
    try FlagValidation.check("--request-timeout", value: requestTimeout, within: 1...86_400)
    try FlagValidation.check("--rate-limit", value: rateLimit, isValid: SettingFlags.rateLimit(from: rateLimit) != nil)
    try FlagValidation.check("--search-lag", value: searchLag, isValid: SettingFlags.searchLag(from: searchLag) != nil)
    try FlagValidation.check("--strict", value: strict, isValid: Settings.Strictness(rawValue: strict) != nil)
    try FlagValidation.check("--jobs", value: jobs, isValid: SettingFlags.jobs(from: jobs) != nil)
    try FlagValidation.check(
      "--side-effects", value: sideEffects, isValid: SettingFlags.sideEffects(from: sideEffects) != nil)
    try FlagValidation.check(
      "--webhook-delivery", value: webhookDelivery, isValid: SettingFlags.webhookDelivery(from: webhookDelivery) != nil)
    try FlagValidation.check("--journal", value: journal, isValid: ["on", "off"].contains(journal))
    try FlagValidation.check(
      "--timezone", value: timezone ?? "", isValid: timezone.map { (try? TimeZone(named: $0)) != nil } ?? true)
    try FlagValidation.check("--log", value: log, isValid: LogFormat(rawValue: log) != nil)
    try FlagValidation.check("--log-level", value: logLevel, isValid: Logger.Level(rawValue: logLevel) != nil)
  }

  func run() throws {
    Heap.retainFreedMemory(upTo: 64 << 20)
    let logger = LogFormat(rawValue: log)?.logger(level: Logger.Level(rawValue: logLevel) ?? .info) ?? Logger(label: "")
    let server = try makeServer(logger: logger)
    let control = ControlPlane(server: server, memoryInUse: { Heap.bytesInUse })
    server.control = control.respond
    let loop = try CommandFailure.orExit(with: 69) { try EventLoop() }
    let alarm = Timer(on: loop) { server.runDueTasks() }
    let delays = DelayedActions(on: loop)
    server.schedule = delays.schedule
    server.send = try CommandFailure.orExit(with: 65) { try HTTPClient(on: loop, trust: webhookTrust).send }
    server.scheduleAlarm = { wait in wait.map { alarm.start(milliseconds: $0) } ?? alarm.cancel() }
    let tls = try makeTLS()
    let listener = try listen(on: loop, server: server, tls: tls)
    for number in [SIGTERM, SIGINT] {
      loop.onSignal(number) {
        ServiceManager.notify("STOPPING=1")
        listener.stop(within: 700) { loop.stop() }
      }
    }
    try printReadyLine(address: listener.address, isSecure: tls != nil)
    ServiceManager.notify("READY=1")
    let settling = Timer(on: loop) { ExecutablePages.release() }
    settling.start(milliseconds: Self.startupMilliseconds)
    loop.run()
    // As it is: to free a million records one by one would take more than the second there is.
    withExtendedLifetime((listener, settling)) { Glibc.exit(0) }
  }

  private var webhookTrust: ClientTrust {
    webhookInsecure ? .anyCertificate : webhookCaFile.map(ClientTrust.file) ?? .system
  }

  private func makeServer(logger: Logger) throws -> Server {
    let time = ClockFlag(argument: clock) ?? .running
    let folders = fixtures.isEmpty ? FixtureFolders.defaultFolder().map { [$0] } : fixtures
    guard let folders else { throw CommandFailure(code: 65, message: "no fixtures: name a folder with --fixtures") }
    let catalogue = Catalogue.intercom
    let world = try CommandFailure.orExit(with: 65) {
      try FixtureFolders(folders: folders, catalogue: catalogue, clock: time.makeClock(), seed: seed.value)
    }
    for warning in world.warnings { logger.warning("\(warning)") }
    var seedState = world.seed
    if let timezone {
      seedState.profile["timezone"] = .string(timezone)
      seedState.timeZone = try CommandFailure.orExit(with: 64) { try TimeZone(named: timezone) }
    }
    let server = Server(
      catalogue: catalogue, seed: seedState, tokens: world.tokens, configuration: serverConfiguration,
      clock: time.makeClock,
      logger: logger)
    server.fixtureSets = FixtureFolders.all(in: folders, catalogue: catalogue, clock: time.makeClock, seed: seed.value)
    return server
  }

  private var serverConfiguration: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.settings.defaultVersion = APIVersion(named: defaultVersion) ?? .v2_14
    configuration.settings.etag = Settings.ETagMode(rawValue: etag) ?? .auto
    configuration.settings.gzip = gzip == "on"
    configuration.settings.journal = journal == "on"
    configuration.settings.strict = Settings.Strictness(rawValue: strict) ?? .off
    configuration.settings.rateLimit = SettingFlags.rateLimit(from: rateLimit) ?? Settings.RateLimit()
    configuration.settings.searchLag = SettingFlags.searchLag(from: searchLag) ?? .none
    configuration.settings.jobs = SettingFlags.jobs(from: jobs) ?? .immediate
    configuration.settings.sideEffects = SettingFlags.sideEffects(from: sideEffects) ?? .immediate
    configuration.settings.webhookDelivery =
      SettingFlags.webhookDelivery(from: webhookDelivery) ?? WebhookDeliveryFaults()
    configuration.onlyListedTokens = tokens == "listed"
    configuration.maxWorkspaces = Int(clamping: maxWorkspaces.value)
    configuration.seed = seed.value
    configuration.programVersion = IntercomMock.version
    return configuration
  }

  private func listen(on loop: EventLoop, server: Server, tls: ServerTLS?) throws -> HTTPServer {
    var configuration = HTTPTransport.HTTPServerConfiguration()
    configuration.limits.bodyBytes = Int(clamping: maxBody.value)
    // A part of a catalog may have 99 MB; a larger one is still read, to be refused in Intercom's words.
    configuration.limits.longBodies = [
      BodyLimitException(prefix: "/ecommerce/connectors/", suffix: "/catalog", bytes: 134_217_728),
      BodyLimitException(prefix: "/_mock/state", bytes: 1 << 30),
    ]
    configuration.limits.requestTimeout = Int(clamping: requestTimeout.value) * 1000
    let address = unixSocket.map(ListenAddress.unix) ?? .tcp(host: host, port: UInt16(clamping: port.value))
    let tidying = MemoryReclaimer(releaseQueue: server.sessions.releaseQueue, on: loop)
    return try CommandFailure.orExit(with: 69) {
      try HTTPServer(
        on: loop, address: address, configuration: configuration, tls: tls,
        handle: { request in
          defer { tidying.noteResponse() }
          return server.respond(to: request)
        }, refuse: { server.respond(to: $0) })
    }
  }

  /// The one line on standard output, which says that requests are answered from now on.
  private func printReadyLine(address: ListenAddress, isSecure: Bool) throws {
    var line: JSONObject = ["ready": true]
    switch address {
    case .tcp(_, let port):
      line.append(key: "url", value: .string("\(isSecure ? "https" : "http")://\(address)"))
      line.append(key: "port", value: .integer(Int64(port)))
      if let portFile { try CommandFailure.orExit(with: 73) { try Files.write("\(port)\n", to: portFile) } }
    case .unix(let path): line.append(key: "unix_socket", value: .string(path))
    }
    line.append(key: "pid", value: .integer(Int64(getpid())))
    print(JSON.object(line).text)
    fflush(nil)
  }
}

extension ServeCommand {
  /// How connections are secured; nil for HTTP as it is.
  func makeTLS() throws -> ServerTLS? {
    if let tlsCert, let tlsKey {
      return try CommandFailure.orExit(with: 65) { try ServerTLS(certificate: tlsCert, key: tlsKey) }
    }
    guard tls else { return nil }
    return try CommandFailure.orExit(with: 73) {
      try ServerTLS(generatedFor: certificateNames, authorityFile: tlsCaFile)
    }
  }

  func checkTLS() throws {
    try FlagValidation.check(
      "--tls-cert without --tls-key", value: tlsCert ?? "", isValid: tlsCert == nil || tlsKey != nil)
    try FlagValidation.check(
      "--tls-key without --tls-cert", value: tlsKey ?? "", isValid: tlsKey == nil || tlsCert != nil)
    try FlagValidation.check(
      "--tls-ca-file without --tls", value: tlsCaFile ?? "", isValid: tlsCaFile == nil || (tls && tlsCert == nil))
    // They become a list in one certificate extension.
    for name in tlsName {
      try FlagValidation.check(
        "--tls-name", value: name, isValid: !name.isEmpty && !name.contains { ",;:".contains($0) })
    }
  }

  /// Whom a client may ask for: this machine under each of its names, and Intercom's hosts in each region, for clients
  /// that cannot be told another and are led here by `/etc/hosts`.
  private var certificateNames: [String] {
    var names = tlsName + ["localhost", "127.0.0.1", "::1", hostName]
    names += ["api.intercom.io", "api.eu.intercom.io", "api.au.intercom.io"]
    if !["0.0.0.0", "::"].contains(host) { names.append(host) }
    var seen = Set<String>()
    return names.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Actions that wait for their time on the loop.
final class DelayedActions {
  private let loop: EventLoop
  private var timers: [Int: Timer] = [:]
  private var count = 0

  init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Calls the action in so many milliseconds.
  func schedule(after milliseconds: Int, _ action: @escaping () -> Void) {
    count += 1
    let number = count
    let timer = Timer(on: loop) { [weak self] in
      // Kept until the action is over: it is the timer's own.
      let timer = self?.timers.removeValue(forKey: number)
      withExtendedLifetime(timer, action)
    }
    timers[number] = timer
    timer.start(milliseconds: milliseconds)
  }
}
