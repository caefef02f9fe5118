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

/// The default world behind a whole server without sockets, which is asked anything and must answer decently.
final class FuzzServer {
  static let catalogue = Catalogue.intercom
  /// 2024-06-01 00:00:00 UTC.
  static let startMilliseconds: Int64 = 1_717_200_000_000
  /// The folder of worlds.
  private static let fixturesFolder = "/\(#filePath.split(separator: "/").dropLast(4).joined(separator: "/"))/fixtures"

  private(set) var server: Server
  private let control: ControlPlane
  private let log = ErrorLogHandler()
  private let writer = ResponseWriter()
  /// What was put off: done after each request, as far as it goes.
  private var deferredActions: [() -> Void] = []

  convenience init() throws {
    try self.init(seed: Self.loadState(named: "default"))
  }

  init(seed: WorkspaceState) throws {
    let log = log
    server = Server(
      catalogue: Self.catalogue, seed: seed, clock: { Clock(frozenAtMilliseconds: Self.startMilliseconds) },
      logger: Logger(label: "site") { _ in log })
    control = ControlPlane(server: server)
    server.schedule = { [unowned self] _, action in deferredActions.append(action) }
    server.send = { _, done in done(.success(.init(status: .ok))) }
  }

  /// Everything as it was at the start.
  func reset() {
    deferredActions = []
    server.sessions.resetAll()
    while !server.sessions.releaseQueue.isEmpty { server.sessions.releaseQueue.release(rowGroups: 1000) }
  }

  /// Asks with a good token.
  func send(_ method: HTTPRequest.Method, to target: String, body: [UInt8], version: APIVersion) throws {
    let fields: HTTPFields = [.authorization: "Bearer site", Self.versionName: version.name]
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: body, authority: "mock.test",
      peer: "192.0.2.1")
    try respond(to: request)
  }

  /// Answers what a connection sends.
  func receive(_ bytes: [UInt8]) throws {
    let reading = ParsedRequests(parsing: [bytes])
    for request in reading.requests { try respond(to: request) }
    if let failure = reading.failure { try check(server.respond(to: failure), isHead: false, isFaulted: false) }
  }

  private func respond(to request: Request) throws {
    server.control = control.respond
    // The server and its control plane hold each other.
    defer { server.control = nil }
    let isHead = request.method == .head
    let outcome = server.respond(to: request)
    let isFaulted =
      request.fields[Self.preferName] != nil
      || server.sessions.names.contains { name in
        !(server.sessions.session(named: name)?.faults.rules.isEmpty ?? true)
      }
    switch outcome {
    case .now(let response), .after(_, let response), .fault(.closeMidBody(let response)),
      .fault(.drip(let response, _, _)):
      try check(response, isHead: isHead, isFaulted: isFaulted)
    case .fault: break
    case .pending(let start): try finish(start, isHead: isHead, isFaulted: isFaulted)
    }
    runDeferredActions()
    try log.throwLoggedError()
  }

  private func finish(
    _ start: (@escaping (Response) -> Void) -> Void, isHead: Bool, isFaulted: Bool
  ) throws {
    var answer: Response?
    start { answer = answer ?? $0 }
    runDeferredActions()
    if let answer { try check(answer, isHead: isHead, isFaulted: isFaulted) }
  }

  /// Does what was put off, and what that puts off, for a while.
  private func runDeferredActions() {
    for _ in 0..<200 where !deferredActions.isEmpty { deferredActions.removeFirst()() }
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
      throw FuzzFinding("no whole answer: \(String(decoding: output, as: UTF8.self))")
    }
    try FuzzFinding.require(read.body == body, message: "another body was read than was sent")
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

  /// The state that a world starts as.
  static func loadState(named world: String) throws -> WorkspaceState {
    var fixtures = FixtureLoader(catalogue: catalogue, clock: Clock(frozenAtMilliseconds: startMilliseconds))
    let names = ["workspace"] + catalogue.layout.collections.map(\.name)
    let files = names.compactMap { name -> FixtureLoader.File? in
      let path = "\(fixturesFolder)/\(world)/\(name).json"
      return (try? TestFiles.bytes(at: path)).map { FixtureLoader.File(path: path, name: name, bytes: $0) }
    }
    guard files.count > 10 else { throw FuzzFinding("there is no world \(world)") }
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

/// Keeps what a server logs as an error: a handler that failed, which a client only sees as a 500.
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

  /// Throws what was logged since the last look.
  func throwLoggedError() throws {
    let found = lastError.withLock { defect in
      defer { defect = nil }
      return defect
    }
    if let found { throw FuzzFinding(found) }
  }
}

/// What the parser of requests made of some pieces.
struct ParsedRequests: Equatable {
  private(set) var requests: [Request] = []
  /// What the server's answers depend on.
  private var summaries: [String] = []
  private(set) var failure: RequestFailure?
  private var remainingBytes = 0

  var bodies: [[UInt8]] { requests.map(\.body) }

  /// Feeds the pieces one after the other, holding what is not used up, as a connection does.
  init(parsing pieces: some Sequence<some Collection<UInt8>>, limits: HTTPServerLimits = HTTPServerLimits()) {
    var parser = RequestParser(limits: limits, peer: "192.0.2.1")
    var held: [UInt8] = []
    for piece in pieces where failure == nil {
      held += piece
      while parseNext(with: &parser, buffer: &held) {}
    }
    remainingBytes = failure == nil ? held.count : 0
  }

  /// Takes one step; false when more is needed or nothing more is read.
  private mutating func parseNext(with parser: inout RequestParser, buffer held: inout [UInt8]) -> Bool {
    let (consumed, step) = parser.parse(held.span)
    held.removeFirst(consumed)
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
