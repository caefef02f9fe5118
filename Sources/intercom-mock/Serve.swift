import API
import ArgumentParser
import ControlPlane
import Glibc
import HTTPTransport
import Intercom
import JSON
import Logging
import Server
import Store
import TimeZones

/// `intercom-mock serve`: listens until it is told to stop.
struct Serve: ParsableCommand {
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
  private static let settlingTime = 250

  func validate() throws {
    try checkTLS()
    try Choice.check("--default-version", defaultVersion, APIVersion(named: defaultVersion) != nil)
    try Choice.check("--clock", clock, ClockFlag(clock) != nil)
    try Choice.check("--etag", etag, Settings.ETagging(rawValue: etag) != nil)
    try Choice.check("--gzip", gzip, ["on", "off"].contains(gzip))
    try Choice.check("--tokens", tokens, ["any", "listed"].contains(tokens))
    try Choice.check("--port", port, within: 0...UInt64(UInt16.max))
    try Choice.check("--max-workspaces", maxWorkspaces, within: 1...UInt64(Int.max))
    try Choice.check("--max-body", maxBody, within: 1...UInt64(Int.max))
    try Choice.check("--request-timeout", requestTimeout, within: 1...86_400)
    try Choice.check("--rate-limit", rateLimit, SettingFlags.rateLimit(rateLimit) != nil)
    try Choice.check("--search-lag", searchLag, SettingFlags.searchLag(searchLag) != nil)
    try Choice.check("--strict", strict, Settings.Strictness(rawValue: strict) != nil)
    try Choice.check("--jobs", jobs, SettingFlags.jobs(jobs) != nil)
    try Choice.check("--side-effects", sideEffects, SettingFlags.sideEffects(sideEffects) != nil)
    try Choice.check("--webhook-delivery", webhookDelivery, SettingFlags.webhookDelivery(webhookDelivery) != nil)
    try Choice.check("--journal", journal, ["on", "off"].contains(journal))
    try Choice.check("--timezone", timezone ?? "", timezone.map { (try? TimeZone(named: $0)) != nil } ?? true)
    try Choice.check("--log", log, LogFormat(rawValue: log) != nil)
    try Choice.check("--log-level", logLevel, Logger.Level(rawValue: logLevel) != nil)
  }

  func run() throws {
    Heap.retainFreedMemory(upTo: 64 << 20)
    let logger = LogFormat(rawValue: log)?.logger(level: Logger.Level(rawValue: logLevel) ?? .info) ?? Logger(label: "")
    let server = try makeServer(logger)
    let control = ControlPlane(server, memoryInUse: { Heap.bytesInUse })
    server.control = control.respond
    let loop = try Failing.with(69) { try EventLoop() }
    let alarm = Timer(on: loop) { server.catchUp() }
    let delays = Delays(on: loop)
    server.later = delays.call
    server.send = try Failing.with(65) { try HTTPClient(on: loop, trust: webhookTrust).send }
    server.onAlarm = { wait in wait.map { alarm.start(milliseconds: $0) } ?? alarm.cancel() }
    let tls = try makeTLS()
    let listener = try listen(loop, server, tls)
    for number in [SIGTERM, SIGINT] {
      loop.onSignal(number) {
        ServiceManager.notify("STOPPING=1")
        listener.stop(within: 700) { loop.stop() }
      }
    }
    try announce(listener.address, isSecure: tls != nil)
    ServiceManager.notify("READY=1")
    let settling = Timer(on: loop) { ExecutablePages.release() }
    settling.start(milliseconds: Self.settlingTime)
    loop.run()
    // As it is: to free a million records one by one would take more than the second there is.
    withExtendedLifetime((listener, settling)) { Glibc.exit(0) }
  }

  private var webhookTrust: ClientTrust {
    webhookInsecure ? .anyCertificate : webhookCaFile.map(ClientTrust.file) ?? .system
  }

  private func makeServer(_ logger: Logger) throws -> Server {
    let time = ClockFlag(clock) ?? .running
    let folders = fixtures.isEmpty ? World.defaultFolder().map { [$0] } : fixtures
    guard let folders else { throw Failing(65, "no fixtures: name a folder with --fixtures") }
    let catalogue = Catalogue.intercom
    let world = try Failing.with(65) {
      try World(folders, catalogue: catalogue, clock: time.makeClock(), seed: seed.value)
    }
    for warning in world.warnings { logger.warning("\(warning)") }
    var seedState = world.seed
    if let timezone {
      seedState.profile["timezone"] = .string(timezone)
      seedState.timeZone = try Failing.with(64) { try TimeZone(named: timezone) }
    }
    let server = Server(
      catalogue, seed: seedState, tokens: world.tokens, configuration: serverConfiguration, clock: time.makeClock,
      logger: logger)
    server.worlds = World.all(folders, catalogue: catalogue, clock: time.makeClock, seed: seed.value)
    return server
  }

  private var serverConfiguration: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.settings.defaultVersion = APIVersion(named: defaultVersion) ?? .v2_14
    configuration.settings.etag = Settings.ETagging(rawValue: etag) ?? .auto
    configuration.settings.gzip = gzip == "on"
    configuration.settings.journal = journal == "on"
    configuration.settings.strict = Settings.Strictness(rawValue: strict) ?? .off
    configuration.settings.rateLimit = SettingFlags.rateLimit(rateLimit) ?? Settings.RateLimit()
    configuration.settings.searchLag = SettingFlags.searchLag(searchLag) ?? .none
    configuration.settings.jobs = SettingFlags.jobs(jobs) ?? .immediate
    configuration.settings.sideEffects = SettingFlags.sideEffects(sideEffects) ?? .immediate
    configuration.settings.webhookDelivery = SettingFlags.webhookDelivery(webhookDelivery) ?? WebhookDisturbance()
    configuration.onlyListedTokens = tokens == "listed"
    configuration.maxWorkspaces = Int(clamping: maxWorkspaces.value)
    configuration.seed = seed.value
    configuration.programVersion = IntercomMock.version
    return configuration
  }

  private func listen(_ loop: EventLoop, _ server: Server, _ tls: ServerTLS?) throws -> HTTPServer {
    var configuration = HTTPTransport.HTTPServerConfiguration()
    configuration.limits.bodyBytes = Int(clamping: maxBody.value)
    // A part of a catalog may have 99 MB; a larger one is still read, to be refused in Intercom's words.
    configuration.limits.longBodies = [
      BodyLimitException(prefix: "/ecommerce/connectors/", suffix: "/catalog", bytes: 134_217_728),
      BodyLimitException(prefix: "/_mock/state", bytes: 1 << 30),
    ]
    configuration.limits.requestTimeout = Int(clamping: requestTimeout.value) * 1000
    let address = unixSocket.map(ListenAddress.unix) ?? .tcp(host: host, port: UInt16(clamping: port.value))
    let tidying = Tidying(server.tenants.discarded, on: loop)
    return try Failing.with(69) {
      try HTTPServer(
        on: loop, address: address, configuration: configuration, tls: tls,
        handle: { request in
          defer { tidying.noteAnswer() }
          return server.respond(to: request)
        }, refuse: { server.respond(to: $0) })
    }
  }

  /// The one line on standard output, which says that requests are answered from now on.
  private func announce(_ address: ListenAddress, isSecure: Bool) throws {
    var line: JSONObject = ["ready": true]
    switch address {
    case .tcp(_, let port):
      line.append(key: "url", value: .string("\(isSecure ? "https" : "http")://\(address)"))
      line.append(key: "port", value: .integer(Int64(port)))
      if let portFile { try Failing.with(73) { try Files.write("\(port)\n", to: portFile) } }
    case .unix(let path): line.append(key: "unix_socket", value: .string(path))
    }
    line.append(key: "pid", value: .integer(Int64(getpid())))
    print(JSON.object(line).text)
    fflush(nil)
  }
}
