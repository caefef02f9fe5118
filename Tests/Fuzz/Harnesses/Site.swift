import API
import ControlPlane
import Glibc
import HTTPTypes
import Intercom
import JSON
import Logging
import Server
import Store
import TestSupport

@testable import HTTPMessage
@testable import HTTPTransport

/// The default world behind a whole server without sockets, which is asked anything and must answer decently.
final class Site {
  static let catalogue = Catalogue.intercom
  /// 2024-06-01 00:00:00 UTC.
  static let milliseconds: Int64 = 1_717_200_000_000
  /// The folder of worlds.
  private static let worlds = "/\(#filePath.split(separator: "/").dropLast(4).joined(separator: "/"))/fixtures"

  private(set) var server: Server
  private let control: ControlPlane
  private let log = DefectLog()
  private let writer = ResponseWriter()
  /// What was put off: done after each request, as far as it goes.
  private var waiting: [() -> Void] = []

  convenience init() throws {
    try self.init(seed: Self.load("default"))
  }

  init(seed: WorkspaceState) throws {
    let log = log
    server = Server(
      Self.catalogue, seed: seed, clock: { Clock(frozenAtMilliseconds: Self.milliseconds) },
      logger: Logger(label: "site") { _ in log })
    control = ControlPlane(server)
    server.later = { [unowned self] _, action in waiting.append(action) }
    server.send = { _, done in done(.success(.init(status: .ok))) }
  }

  /// Everything as it was at the start.
  func reset() {
    waiting = []
    server.tenants.resetAll()
    while !server.tenants.discarded.isEmpty { server.tenants.discarded.free(leaves: 1000) }
  }

  /// Asks with a good token.
  func ask(_ method: HTTPRequest.Method, _ target: String, _ body: [UInt8], _ version: APIVersion) throws {
    let fields: HTTPFields = [.authorization: "Bearer site", Self.versionName: version.name]
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: body, authority: "mock.test",
      peer: "192.0.2.1")
    try answer(request)
  }

  /// Answers what a connection sends.
  func take(_ bytes: [UInt8]) throws {
    let reading = Reading([bytes])
    for request in reading.requests { try answer(request) }
    if let failure = reading.failure { try check(server.respond(to: failure), isHead: false, isFaulted: false) }
  }

  private func answer(_ request: Request) throws {
    server.control = control.respond
    // The server and its control plane hold each other.
    defer { server.control = nil }
    let isHead = request.method == .head
    let outcome = server.respond(to: request)
    let isFaulted =
      request.fields[Self.preferName] != nil
      || server.tenants.names.contains { name in
        !(server.tenants.named(name)?.faults.rules.isEmpty ?? true)
      }
    switch outcome {
    case .now(let response), .after(_, let response), .broken(.closeMidBody(let response)),
      .broken(.drip(let response, _, _)):
      try check(response, isHead: isHead, isFaulted: isFaulted)
    case .broken: break
    case .pending(let start): try finish(start, isHead: isHead, isFaulted: isFaulted)
    }
    work()
    try log.check()
  }

  private func finish(
    _ start: (@escaping (Response) -> Void) -> Void, isHead: Bool, isFaulted: Bool
  ) throws {
    var answer: Response?
    start { answer = answer ?? $0 }
    work()
    if let answer { try check(answer, isHead: isHead, isFaulted: isFaulted) }
  }

  /// Does what was put off, and what that puts off, for a while.
  private func work() {
    for _ in 0..<200 where !waiting.isEmpty { waiting.removeFirst()() }
  }

  private func check(_ response: Response, isHead: Bool, isFaulted: Bool) throws {
    var (output, keepsAlive) = ([UInt8](), true)
    var exchange = Exchange()
    exchange.isHead = isHead
    let payload = writer.writeHead(of: response, for: exchange, keepsAlive: &keepsAlive, to: &output)
    var body: [UInt8] = []
    if case .bytes(let bytes) = payload { body = bytes }
    var parser = ResponseParser(limits: .everything, isBodiless: isHead)
    try (output + body).withUnsafeBytes { try parser.take($0) }
    guard let read = parser.whole else { throw Finding("no whole answer: \(String(decoding: output, as: UTF8.self))") }
    try Finding.unless(read.body == body, "another body was read than was sent")
    guard !isFaulted else { return }
    try Finding.unless(read.status.code < 500 || read.status.code == 505 || read.status.code == 501, text(read))
    guard !body.isEmpty, read.fields[.contentType]?.hasPrefix("application/json") == true else { return }
    do { _ = try JSON(parsing: body) } catch { throw Finding("\(error): \(text(read))") }
  }

  private func text(_ response: ReceivedResponse) -> String {
    "\(response.status) \(String(decoding: response.body.prefix(2000), as: UTF8.self))"
  }

  private static let preferName = HTTPField.Name("Prefer") ?? .accept
  private static let versionName = HTTPField.Name("Intercom-Version") ?? .accept

  /// The state that a world starts as.
  static func load(_ world: String) throws -> WorkspaceState {
    var fixtures = Fixtures(catalogue, clock: Clock(frozenAtMilliseconds: milliseconds))
    let names = ["workspace"] + catalogue.layout.collections.map(\.name)
    let files = names.compactMap { name -> Fixtures.File? in
      let path = "\(worlds)/\(world)/\(name).json"
      return Bytes.read(path).map { Fixtures.File(path: path, name: name, bytes: $0) }
    }
    guard files.count > 10 else { throw Finding("there is no world \(world)") }
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
