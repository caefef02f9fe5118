import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store

@testable import Server

/// A server of boats whose clock stands still, asked without sockets.
final class SampleServerFixture {
  static let catalogue = Catalogue(resources: [SampleBoats.self], history: [])
  private(set) var milliseconds: Int64 = 1_700_000_003_000
  let server: Server

  init(configure: (inout ServerConfiguration) -> Void = { _ in }, tokens: [Token] = [], milliseconds: Int64? = nil) {
    var configuration = ServerConfiguration()
    configure(&configuration)
    let time = milliseconds ?? self.milliseconds
    server = Server(
      Self.catalogue, seed: WorkspaceState(definition: Self.catalogue.layout, ids: IDGenerator(seed: 1)),
      tokens: tokens,
      configuration: configuration, clock: { Clock(frozenAtMilliseconds: time) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// The answer to a request with a good token, unless the fields bring their own or none.
  func send(
    _ method: HTTPRequest.Method, to target: String, fields: HTTPFields = [.authorization: "Bearer token"],
    body: String = ""
  ) -> ClientResponse {
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: Array(body.utf8), authority: "127.0.0.1")
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

/// A response as a client reads it.
struct ClientResponse {
  let status: Int
  /// Preset fields and own ones, names in lower case.
  let fields: [(name: String, value: String)]
  let body: String

  init(_ response: Response) {
    status = response.status.code
    fields = response.allFields.map { (name: $0.name.canonicalName, value: $0.value) }
    guard case .bytes(let bytes) = response.body else {
      body = ""
      return
    }
    body = String(decoding: bytes, as: UTF8.self)
  }

  /// The value of a field that stands once; nil otherwise.
  subscript(name: String) -> String? {
    let found = fields.filter { $0.name == name.lowercased() }
    return found.count == 1 ? found[0].value : nil
  }

  var json: JSON { (try? JSON(parsing: Array(body.utf8))) ?? .null }

  /// `code: message` of an error list, with its status.
  var refusal: String {
    let error = json["errors"]?.array?.first
    return "\(status) \(error?["code"]?.string ?? "-"): \(error?["message"]?.string ?? "-")"
  }
}
