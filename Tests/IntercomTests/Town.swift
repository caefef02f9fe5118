import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Server
import Store
import TestSupport

@testable import Intercom

/// The default world behind a whole server without sockets, on a clock that stands until it is moved.
final class ServerFixture {
  struct FixturesUnreadable: Error {}

  static let catalogue = Catalogue.intercom
  /// 2024-06-01 00:00:00 UTC.
  private static let startMilliseconds: Int64 = 1_717_200_000_000
  private let clock: Clock
  let server: Server
  let session: Tenant

  init() throws {
    let seed = try Self.seed.get()
    let clock = Clock(frozenAtMilliseconds: Self.startMilliseconds)
    self.clock = clock
    server = Server(
      Self.catalogue, seed: seed, clock: { clock },
      logger: Logger(label: "town") { _ in SwiftLogNoOpLogHandler() })
    session = try server.tenants.tenant("token")
  }

  var workspace: Workspace { session.workspace }

  /// Lets so many seconds pass.
  func advanceClock(bySeconds seconds: Int64) {
    clock.advance(bySeconds: seconds)
    server.catchUp(session)
  }

  /// Back to the default world.
  func reset() {
    server.tenants.reset(session)
  }

  /// Does what has fallen due, so that the next call only does what it is asked.
  func runDueTasks() {
    server.catchUp(session)
  }

  /// How often anything was written.
  var revisions: [Int] {
    Self.catalogue.layout.collections.compactMap { workspace.collection(named: $0.name)?.revision }
  }

  func sendForBytes(
    _ method: HTTPRequest.Method, to target: String, body: [UInt8] = [], version: APIVersion = .preview,
    peer: String = "127.0.0.1"
  ) -> (status: Int, body: [UInt8]) {
    let fields: HTTPFields = [.authorization: "Bearer token", Self.versionName: version.name]
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: body, authority: "mock.test",
      peer: peer)
    guard case .now(let response) = server.respond(to: request) else { return (0, []) }
    guard case .bytes(let bytes) = response.body else { return (response.status.code, []) }
    return (response.status.code, bytes)
  }

  /// The status and the answer; null when it is empty.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, to target: String, body: JSON = [:], version: APIVersion = .preview,
    peer: String = "127.0.0.1"
  ) -> (status: Int, json: JSON) {
    let answer = sendForBytes(method, to: target, body: method == .get ? [] : body.bytes, version: version, peer: peer)
    return (answer.status, (try? JSON(parsing: answer.body)) ?? .null)
  }

  private static let versionName = HTTPField.Name("Intercom-Version") ?? .accept

  nonisolated(unsafe) private static let seed = Result { try loadState(from: "fixtures/default") }

  private static func loadState(from folder: String) throws -> WorkspaceState {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var fixtures = FixtureLoader(catalogue: catalogue, clock: Clock(frozenAtMilliseconds: startMilliseconds))
    let names = ["workspace"] + catalogue.layout.collections.map(\.name)
    let files = names.compactMap { name -> FixtureLoader.File? in
      let path = "/\(root)/\(folder)/\(name).json"
      return TestFiles.contents(at: path).map { FixtureLoader.File(path: path, name: name, bytes: $0) }
    }
    guard files.count > 10 else { throw FixturesUnreadable() }
    return try fixtures.load(files, seed: 1)
  }
}
