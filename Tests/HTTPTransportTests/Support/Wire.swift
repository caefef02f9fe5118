import HTTPMessage
import HTTPTransport
import HTTPTypes

/// A server and its clients on one loop, which the test pumps.
final class Wire {
  let loop: EventLoop
  let listener: Listener

  /// Answers each request with its method, target and body, unless told otherwise.
  init(
    _ configuration: Configuration = Configuration(), at address: Address = .tcp(host: "127.0.0.1", port: 0),
    tls: ServerTLS? = nil,
    handle: @escaping (Request) -> Outcome = { .now(.text("\($0.method) \($0.target) \($0.text)")) }
  ) throws {
    loop = try EventLoop()
    listener = try Listener(on: loop, address, configuration: configuration, tls: tls, handle: handle) { failure in
      .text("\(failure)", status: failure.status)
    }
  }

  func client() throws -> Client {
    try Client(listener.address, on: loop, of: self)
  }

  /// A client that has sent this.
  func sending(_ text: String) throws -> Client {
    let client = try client()
    client.send(text)
    return client
  }
}

extension Configuration {
  static func with(_ change: (inout Configuration) -> Void) -> Configuration {
    var configuration = Configuration()
    change(&configuration)
    return configuration
  }
}

extension Response {
  static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, body: .bytes(Array(text.utf8)))
  }
}

extension Request {
  var text: String { String(decoding: body, as: UTF8.self) }
}

extension RequestFailure {
  /// As the server words them.
  var status: HTTPResponse.Status {
    switch self {
    case .malformed: .badRequest
    case .timedOut: .requestTimeout
    case .bodyTooLarge: .contentTooLarge
    case .expectationFailed: .expectationFailed
    case .headTooLarge: .requestHeaderFieldsTooLarge
    case .unsupportedTransferCoding: .notImplemented
    case .unsupportedVersion: HTTPResponse.Status(code: 505)
    }
  }
}

/// A GET as the shortest client would send it.
func get(_ target: String, _ fields: String...) -> String {
  "GET \(target) HTTP/1.1\r\nHost: mock\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
}
