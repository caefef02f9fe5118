import API
import HTTPMessage
import HTTPTypes
import JSON
import Logging
import Store

@testable import Server

/// A server of boats whose clock stands still, asked without sockets.
final class Harbour {
  static let catalogue = Catalogue([Boats.self], history: [])
  private(set) var milliseconds: Int64 = 1_700_000_003_000
  let server: Server

  init(_ configure: (inout ServerConfiguration) -> Void = { _ in }, tokens: [Token] = [], milliseconds: Int64? = nil) {
    var configuration = ServerConfiguration()
    configure(&configuration)
    let time = milliseconds ?? self.milliseconds
    server = Server(
      Self.catalogue, seed: WorkspaceState(Self.catalogue.layout, ids: IDGenerator(seed: 1)), tokens: tokens,
      configuration: configuration, clock: { Clock(frozenAtMilliseconds: time) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// The answer to a request with a good token, unless the fields bring their own or none.
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields = [.authorization: "Bearer token"],
    body: String = ""
  ) -> Answer {
    let request = Request(
      method: method, target: target, fields: ReceivedFields(fields), body: Array(body.utf8), authority: "127.0.0.1")
    guard case .now(let response) = server.respond(to: request) else {
      return Answer(Response(status: .notImplemented))
    }
    return Answer(response)
  }

  func get(_ target: String, token: String = "token", _ more: HTTPFields = [:]) -> Answer {
    var fields = more
    fields[.authorization] = "Bearer \(token)"
    return ask(.get, target, fields)
  }

  func post(_ target: String, _ body: String, token: String = "token") -> Answer {
    ask(.post, target, [.authorization: "Bearer \(token)"], body: body)
  }
}

/// A response as a client reads it.
struct Answer {
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
