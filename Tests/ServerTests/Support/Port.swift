import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store
import Testing

@testable import Server

/// A server of boats that tells of them, with a sender that only keeps what it should send.
final class Port {
  private static let catalogue = Catalogue(
    [Boats.self], history: [],
    topics: [Topic("boat.created", on: "boats", when: \.isCreation, shows: { $0.render() })])
  let server: Server
  let tenant: Tenant
  /// What was sent and not answered yet.
  private(set) var sent: [(request: OutgoingRequest, answer: (Result<ReceivedResponse, SendingFailure>) -> Void)] = []
  /// What waits for its time.
  private(set) var waiting: [(milliseconds: Int, action: () -> Void)] = []

  init(_ disturb: (inout WebhookDisturbance) -> Void = { _ in }) throws {
    var configuration = ServerConfiguration()
    disturb(&configuration.settings.webhookDelivery)
    server = Server(
      Self.catalogue, seed: WorkspaceState(Self.catalogue.layout, ids: IDGenerator(seed: 1)),
      configuration: configuration, clock: { Clock(frozenAtMilliseconds: 1_700_000_000_000) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    tenant = try server.tenants.tenant("token")
    server.send = { [unowned self] in sent.append(($0, $1)) }
    server.later = { [unowned self] in waiting.append(($0, $1)) }
  }

  @discardableResult
  func subscribe(_ topics: String...) throws -> WebhookSubscription {
    let url = try #require(AbsoluteURL("http://hooks.example.com/boats"))
    return server.subscribe(
      Server.Subscribing(url: url, topics: topics, secret: "key", version: .preview), headCheck: nil, tenant)
  }

  /// Makes a boat of this name.
  func launch(_ name: String) {
    let fields = ReceivedFields([.authorization: "Bearer token"])
    _ = server.respond(
      to: Request(method: .post, target: "/boats", fields: fields, body: Array(#"{"name":"\#(name)"}"#.utf8)))
  }

  /// Answers what was sent first, and gives its body.
  @discardableResult
  func answer(_ status: Int) throws -> JSON {
    try answer(.success(ReceivedResponse(status: HTTPResponse.Status(code: status))))
  }

  @discardableResult
  func answer(_ result: Result<ReceivedResponse, SendingFailure>) throws -> JSON {
    try #require(!sent.isEmpty)
    let (request, answer) = sent.removeFirst()
    answer(result)
    return try JSON(parsing: request.body)
  }

  /// Answers everything with 200, as long as there is something; the names of the boats in the order of sending.
  func names() throws -> [String] {
    var names: [String] = []
    while !sent.isEmpty { names.append(try answer(200)["data"]?["item"]?["name"]?.string ?? "-") }
    return names
  }

  func advance(_ seconds: Int64) {
    tenant.workspace.clock.advance(bySeconds: seconds)
    server.catchUp(tenant)
  }

  func runDelays() {
    let due = waiting
    waiting = []
    for (_, action) in due { action() }
  }

  var states: [String] { tenant.webhooks.log.map(\.state.rawValue) }
}
