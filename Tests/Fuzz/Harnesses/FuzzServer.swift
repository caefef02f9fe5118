import API
import Glibc
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Logging
import MockServer
import Store
import Synchronization
import TestSupport
@testable import HTTPMessage
@testable import HTTPTransport

/// A server without sockets, with the default fixtures. Checks that every response is well-formed and not a 5xx.
final class FuzzServer {
  static let catalogue = Catalogue.intercom
  /// 2024-06-01 00:00:00 UTC.
  static let startMilliseconds: Int64 = 1_717_200_000_000
  /// The path of the folder `fixtures`.
  private static let fixturesFolder = "/\(#filePath.split(separator: "/").dropLast(4).joined(separator: "/"))/fixtures"

  private(set) var server: Server
  private let log = ErrorLogHandler()
  private let writer = ResponseWriter()
  private let deferred: DeferredActions

  /// Actions that the server scheduled; they run after each request.
  private final class DeferredActions {
    var actions: [() -> Void] = []
  }

  convenience init() throws {
    try self.init(seed: Self.loadState(named: "default"))
  }

  init(seed: WorkspaceState) throws {
    let (log, deferred) = (log, DeferredActions())
    self.deferred = deferred
    var environment = ServerEnvironment()
    environment.schedule = { _, action in deferred.actions.append(action) }
    environment.send = { _, done in done(.success(.init(status: .ok))) }
    server = Server(
      catalogue: Self.catalogue, edge: IntercomEdge(), seed: seed, environment: environment,
      clock: { Clock(frozenAtMilliseconds: Self.startMilliseconds) }, logger: Logger(label: "site") { _ in log })
  }

  /// Restores the initial state.
  func reset() {
    deferred.actions = []
    server.resetAllWorkspaces()
    while !server.sessions.releaseQueue.isEmpty { server.sessions.releaseQueue.release(rowGroups: 1000) }
  }

  /// Sends a request with a valid token.
  func send(_ method: HTTPRequest.Method, to target: String, body: [UInt8], version: APIVersion) throws {
    let fields: HTTPFields = [
      .authorization: "Bearer site", Self.versionName: version.name, .contentType: "application/json",
    ]
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: body, authority: "mock.test",
      peer: "192.0.2.1")
    try respond(to: request)
  }

  /// Handles the bytes that a connection sends.
  func receive(_ bytes: [UInt8]) throws {
    let parsed = ParsedRequests(parsing: [bytes])
    for request in parsed.requests { try respond(to: request) }
    if let failure = parsed.failure { try check(server.respond(to: failure), isHead: false, isFaulted: false) }
  }

  private func respond(to request: Request) throws {
    let isHead = request.method == .head
    let outcome = server.respond(to: request)
    let isFaulted =
      request.fields[Self.preferName] != nil
      || server.sessions.names.contains { name in
        !(server.sessions.session(named: name)?.faults.rules.isEmpty ?? true)
      }
    try check(outcome, isHead: isHead, isFaulted: isFaulted)
    runDeferredActions()
    try log.throwLoggedError()
  }

  private func check(_ outcome: Outcome, isHead: Bool, isFaulted: Bool) throws {
    switch outcome {
    case .now(let response), .after(_, let response), .fault(.closeMidBody(let response)),
      .fault(.drip(let response, _, _)):
      try check(response, isHead: isHead, isFaulted: isFaulted)
    case .fault: break
    case .pending(let start):
      let pending = PendingOutcome()
      start(pending)
      runDeferredActions()
      if let outcome = pending.value { try check(outcome, isHead: isHead, isFaulted: isFaulted) }
    }
  }

  /// Runs scheduled actions, and those that they schedule, up to 200.
  private func runDeferredActions() {
    for _ in 0..<200 where !deferred.actions.isEmpty { deferred.actions.removeFirst()() }
  }

  private func check(_ response: Response, isHead: Bool, isFaulted: Bool) throws {
    var (output, keepsAlive) = ([UInt8](), true)
    var exchange = RequestTraits()
    exchange.isHead = isHead
    let payload = writer.writeHead(of: response, for: exchange, keepsAlive: &keepsAlive, to: &output)
    var body: [UInt8] = []
    if case .bytes(let bytes) = payload { body = bytes }
    var parser = ResponseParser(limits: .everything, isBodiless: isHead)
    try (output + body).withUnsafeBytes { try parser.consume($0) }
    guard let read = parser.completeResponse else {
      throw FuzzFinding("incomplete response: \(String(decoding: output, as: UTF8.self))")
    }
    try FuzzFinding.require(read.body == body, message: "the parsed body differs from the sent body")
    guard !isFaulted else { return }
    try FuzzFinding.require(
      read.status.code < 500 || read.status.code == 505 || read.status.code == 501, message: text(of: read))
    guard !body.isEmpty, read.fields[.contentType]?.hasPrefix("application/json") == true else { return }
    do { _ = try JSON(parsing: body) } catch { throw FuzzFinding("\(error): \(text(of: read))") }
  }

  private func text(of response: ReceivedResponse) -> String {
    "\(response.status) \(String(decoding: response.body.prefix(2000), as: UTF8.self))"
  }

  private static let preferName = HTTPField.Name("Prefer") ?? .accept
  private static let versionName = HTTPField.Name("Intercom-Version") ?? .accept

  /// Loads the state of a fixtures folder.
  static func loadState(named name: String) throws -> WorkspaceState {
    var fixtures = FixtureLoader(catalogue: catalogue, clock: Clock(frozenAtMilliseconds: startMilliseconds))
    let names = ["workspace"] + catalogue.layout.collections.map(\.name)
    let files = names.compactMap { collection -> FixtureLoader.File? in
      let path = "\(fixturesFolder)/\(name)/\(collection).json"
      return (try? TestFiles.bytes(at: path)).map { FixtureLoader.File(path: path, name: collection, bytes: $0) }
    }
    guard files.count > 10 else { throw FuzzFinding("there are no fixtures \(name)") }
    return try fixtures.load(files, seed: 1)
  }
}

extension ClientLimits {
  fileprivate static var everything: ClientLimits {
    var limits = ClientLimits()
    (limits.bodyBytes, limits.headBytes) = (1 << 30, 1 << 20)
    return limits
  }
}

/// Records the last error that a server logs, such as the failure of a handler, which a client sees only as a 500.
final class ErrorLogHandler: LogHandler, Sendable {
  private let lastError = Mutex<String?>(nil)

  var logLevel: Logger.Level {
    get { .error }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    let text = "\(event.message) \(event.metadata ?? [:])"
    lastError.withLock { $0 = text }
  }

  /// Throws the error that was logged since the last call.
  func throwLoggedError() throws {
    let found = lastError.withLock { error in
      defer { error = nil }
      return error
    }
    if let found { throw FuzzFinding(found) }
  }
}

/// The result of parsing requests that arrive in pieces.
struct ParsedRequests: Equatable {
  private(set) var requests: [Request] = []
  /// The properties of each request on which the response depends.
  private var summaries: [String] = []
  private(set) var failure: RequestFailure?
  private var remainingBytes = 0

  var bodies: [[UInt8]] { requests.map(\.body) }

  /// Parses the pieces in order and buffers unconsumed bytes, as a connection does.
  init(parsing pieces: some Sequence<some Collection<UInt8>>, limits: HTTPServerLimits = HTTPServerLimits()) {
    var parser = RequestParser(limits: limits, peer: "192.0.2.1")
    var buffer: [UInt8] = []
    for piece in pieces where failure == nil {
      buffer += piece
      while parseNext(with: &parser, buffer: &buffer) {}
    }
    remainingBytes = failure == nil ? buffer.count : 0
  }

  /// Parses the next event; returns false if more bytes are needed or an error occurred.
  private mutating func parseNext(with parser: inout RequestParser, buffer: inout [UInt8]) -> Bool {
    let (consumed, step) = parser.parse(buffer.span)
    buffer.removeFirst(consumed)
    switch step {
    case .wantsContinue: return true
    case .incomplete: return false
    case .request(let incoming):
      let request = incoming.request
      requests.append(request)
      summaries.append(
        "\(request.method) \(request.target) \(request.authority) \(request.fields.all) \(incoming.traits)")
      return true
    case .refused(let reason):
      failure = reason
      return false
    }
  }

  static func == (one: ParsedRequests, other: ParsedRequests) -> Bool {
    one.summaries == other.summaries && one.bodies == other.bodies && one.failure == other.failure
      && one.remainingBytes == other.remainingBytes
  }
}
