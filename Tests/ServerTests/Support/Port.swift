import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store
import Testing

@testable import Server

/// A server of boats that tells of them, with a sender that only keeps what it should send.
final class WebhookFixture {
  private static let catalogue = Catalogue(
    resources: [SampleBoats.self], history: [],
    topics: [Topic(name: "boat.created", on: "boats", when: \.isCreation, shows: { $0.render() })])
  let server: Server
  let session: Tenant
  /// What was sent and not answered yet.
  private(set) var pendingRequests:
    [(request: OutgoingRequest, answer: (Result<ReceivedResponse, HTTPClientError>) -> Void)] = []
  /// What waits for its time.
  private(set) var scheduledActions: [(milliseconds: Int, action: () -> Void)] = []

  init(_ disturb: (inout WebhookDisturbance) -> Void = { _ in }) throws {
    var configuration = ServerConfiguration()
    disturb(&configuration.settings.webhookDelivery)
    server = Server(
      Self.catalogue, seed: WorkspaceState(definition: Self.catalogue.layout, ids: IDGenerator(seed: 1)),
      configuration: configuration, clock: { Clock(frozenAtMilliseconds: 1_700_000_000_000) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    session = try server.tenants.tenant("token")
    server.send = { [unowned self] in pendingRequests.append(($0, $1)) }
    server.later = { [unowned self] in scheduledActions.append(($0, $1)) }
  }

  @discardableResult
  func subscribe(to topics: String...) throws -> WebhookSubscription {
    let url = try #require(AbsoluteURL("http://hooks.example.com/boats"))
    return server.subscribe(
      Server.Subscribing(url: url, topics: topics, secret: "key", version: .preview), headCheck: nil, session)
  }

  /// Makes a boat of this name.
  func createBoat(named name: String) {
    let fields = ReceivedFields([.authorization: "Bearer token"])
    _ = server.respond(
      to: Request(method: .post, target: "/boats", fields: fields, body: Array(#"{"name":"\#(name)"}"#.utf8)))
  }

  /// Answers what was sent first, and gives its body.
  @discardableResult
  func respond(with status: Int) throws -> JSON {
    try respond(with: .success(ReceivedResponse(status: HTTPResponse.Status(code: status))))
  }

  @discardableResult
  func respond(with result: Result<ReceivedResponse, HTTPClientError>) throws -> JSON {
    try #require(!pendingRequests.isEmpty)
    let (request, answer) = pendingRequests.removeFirst()
    answer(result)
    return try JSON(parsing: request.body)
  }

  /// Answers everything with 200, as long as there is something; the names of the boats in the order of sending.
  func deliverAll() throws -> [String] {
    var names: [String] = []
    while !pendingRequests.isEmpty { names.append(try respond(with: 200)["data"]?["item"]?["name"]?.string ?? "-") }
    return names
  }

  func advanceClock(bySeconds seconds: Int64) {
    session.workspace.clock.advance(bySeconds: seconds)
    server.catchUp(session)
  }

  func runScheduledActions() {
    let due = scheduledActions
    scheduledActions = []
    for (_, action) in due { action() }
  }

  var deliveryStates: [String] { session.webhooks.log.map(\.state.rawValue) }
}
