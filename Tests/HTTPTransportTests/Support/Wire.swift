import HTTPMessage
import HTTPTransport
import HTTPTypes

/// A server and its clients on one loop, which the test pumps.
final class HTTPServerFixture {
  let loop: EventLoop
  let listener: HTTPServer

  /// Answers each request with its method, target and body, unless told otherwise.
  init(
    configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
    tls: ServerTLS? = nil,
    handle: @escaping (Request) -> Outcome = { .now(.text("\($0.method) \($0.target) \($0.text)")) }
  ) throws {
    loop = try EventLoop()
    listener = try HTTPServer(on: loop, address: address, configuration: configuration, tls: tls, handle: handle) {
      failure in
      .text("\(failure)", status: failure.status)
    }
  }

  func connect() throws -> RawClient {
    try RawClient(connectingTo: listener.address, on: loop, of: self)
  }

  /// A client that has sent this.
  func connect(sending text: String) throws -> RawClient {
    let client = try connect()
    client.send(text)
    return client
  }
}

extension HTTPServerConfiguration {
  static func with(_ change: (inout HTTPServerConfiguration) -> Void) -> HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration()
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
func getRequest(for target: String, fields: String...) -> String {
  "GET \(target) HTTP/1.1\r\nHost: mock\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
}
