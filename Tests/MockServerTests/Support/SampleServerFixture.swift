import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Logging
import Store
@testable import MockServer

/// A server of boats with a frozen clock, called without sockets.
final class SampleServerFixture {
  static let catalogue = Catalogue(resources: [SampleBoats.self], history: [])
  /// The authority of the requests.
  var host = "127.0.0.1"
  private(set) var milliseconds: Int64 = 1_700_000_003_000
  let server: Server

  init(
    configure: (inout ServerConfiguration) -> Void = { _ in }, tokens: [AccessToken] = [],
    onlyListedTokens: Bool = false,
    milliseconds: Int64? = nil
  ) {
    var configuration = ServerConfiguration(settings: Settings(for: .intercom))
    configure(&configuration)
    let time = milliseconds ?? self.milliseconds
    server = Server(
      catalogue: Self.catalogue, edge: IntercomEdge(tokens: tokens, onlyListedTokens: onlyListedTokens),
      seed: WorkspaceState(definition: Self.catalogue.layout, ids: IDGenerator(seed: 1)),
      configuration: configuration, clock: { Clock(frozenAtMilliseconds: time) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Sends a request with a valid token, unless the fields contain `Authorization`; returns the response.
  func send(
    _ method: HTTPRequest.Method, to target: String, fields: HTTPFields = [.authorization: "Bearer token"],
    body: String = ""
  ) -> ClientResponse {
    var fields = fields
    // The control plane accepts JSON only.
    if target.hasPrefix("/_mock"), !body.isEmpty, fields[.contentType] == nil {
      fields[.contentType] = "application/json"
    }
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: Array(body.utf8), authority: host)
    guard case .now(let response) = server.respond(to: request) else {
      return ClientResponse(Response(status: .notImplemented))
    }
    return ClientResponse(response)
  }

  func get(_ target: String, token: String = "token", fields more: HTTPFields = [:]) -> ClientResponse {
    var fields = more
    fields[.authorization] = "Bearer \(token)"
    return send(.get, to: target, fields: fields)
  }

  func post(to target: String, body: String, token: String = "token") -> ClientResponse {
    send(.post, to: target, fields: [.authorization: "Bearer \(token)"], body: body)
  }
}

/// A response, as a client receives it.
struct ClientResponse {
  let status: Int
  /// All header fields, with names in lower case.
  let fields: [(name: String, value: String)]
  let body: String

  init(_ response: Response) {
    status = response.status.code
    fields = response.allFields.map { (name: $0.name.canonicalName, value: $0.value) }
    guard let bytes = response.body.bytes else {
      body = ""
      return
    }
    body = String(decoding: bytes, as: UTF8.self)
  }

  /// The value of a field that occurs once; nil otherwise.
  subscript(name: String) -> String? {
    let found = fields.filter { $0.name == name.lowercased() }
    return found.count == 1 ? found[0].value : nil
  }

  var json: JSON { (try? JSON(parsing: Array(body.utf8))) ?? .null }

  /// The status, code and message of an error list.
  var refusal: String {
    let error = json["errors"]?.array?.first
    return "\(status) \(error?["code"]?.string ?? "-"): \(error?["message"]?.string ?? "-")"
  }
}

/// Boats: an example resource with an operation for each kind of response.
enum SampleBoats: Resource {
  struct UnexpectedError: Error {}

  static let operations: [Operation] = [
    .get("/boats", id: "listBoats", handler: list),
    .post("/boats", id: "createBoat", handler: create),
    .get("/boats/argo", id: "showArgo") { _ in .ok(.json(["name": "Argo"])) },
    .get("/boats/ark", id: "showArk") { _ in .ok(.json(["name": .string(String(repeating: "ark", count: 6000))])) },
    .post("/boats/echo", id: "echoBoat") { call in .ok(.json(.object(call.body))) },
    .post("/boats/search", id: "searchBoats", kind: .search) { call in .ok(.json(.object(call.body))) },
    .get("/boats/{id}", id: "showBoat", handler: retrieve),
    .get("/boats/{id}/crew", id: "listCrew", handler: { _ in .ok(.json([])) }, available: .since(.v2_15)),
    .post("/boats/{id}/sink", id: "sinkBoat") { _ in throw UnexpectedError() },
    .post("/boats/{id}/scuttle", id: "scuttleBoat", handler: scuttle),
    .delete("/boats/{id}", id: "deleteBoat") { _ in Reply(status: .noContent) },
    .get("/boats/{id}/chart", id: "showChart") { _ in Reply(status: .ok, body: .bytes([0x89], contentType: "image/png"))
    },
    .get("/boats/{id}/chart-room", id: "findChartRoom") { call in
      let place = HTTPField(name: .location, value: "/rooms/\(call.pathParameter("id"))")
      return Reply(status: .found, headerFields: [place])
    },
    .get("/refusals/{kind}", id: "refuse", handler: refuse),
    .get("/captain", id: "showCaptain") { call in .ok(.json(["id": .optional(call.adminID)])) },
  ]

  static let model = Model(
    name: "boat", collection: "boats", ids: .sequence(from: 1),
    fields: [.string("id"), .string("name", options: .writable)])

  /// Writes a record, then throws an error.
  private static func scuttle(in call: Call) throws -> Reply {
    call.workspace[model].insert(try model.makeRecord(from: [:], in: call))
    throw APIError.parameterInvalid("No")
  }

  private static func refuse(in call: Call) throws -> Reply {
    var error = APIError(status: .unprocessableContent, code: "data_invalid", message: "It leaks", field: "hull")
    switch call.pathParameter("kind") {
    case "null": error.envelope = .list(requestID: .null)
    case "absent": error = error.withoutRequestID
    case "raw": error.envelope = .raw(["oops": true])
    case "silent": error.message = nil
    default: error.headerFields = [HTTPField(name: .location, value: "/boats/1")]
    }
    throw error
  }
}
