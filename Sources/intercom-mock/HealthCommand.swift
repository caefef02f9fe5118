import ArgumentParser
import Glibc
import HTTPMessage
import HTTPTransport

/// `intercom-mock health`: exits with 0 if a server answers. Serves as the HEALTHCHECK of a container, without curl.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Check that a server answers: exit status 0, else 69.")

  @Option(
    help: "The URL of the server; by default from the environment variables of serve, or http://127.0.0.1:4020.")
  var url: String?

  func validate() throws {
    if let url, AbsoluteURL(url) == nil { throw ValidationError("--url", value: url, expected: "a URL") }
  }

  func run() throws {
    // The health check of a container has the same variables as its server.
    let options = try Environment.options()
    let target = url ?? options.unixSocket ?? Self.url(of: options)
    let isHealthy =
      if url == nil, let path = options.unixSocket {
        UnixSocketHealth.isHealthy(path: path)
      } else {
        try isHealthy(url: target)
      }
    guard isHealthy else { throw CommandFailure(code: 69, message: "no healthy server answers at \(target)") }
    print("ok")
  }

  private static func url(of options: ServeOptions) -> String {
    let isSecure = options.tls || options.tlsCert != nil
    return "\(isSecure ? "https" : "http")://\(host(of: options)):\(options.port)"
  }

  /// The host to connect to. A server that listens on every address is reachable on the loopback address.
  private static func host(of options: ServeOptions) -> String {
    guard !["", "0.0.0.0", "::"].contains(options.host) else { return "127.0.0.1" }
    return options.host.contains(":") ? "[\(options.host)]" : options.host
  }

  private func isHealthy(url: String) throws -> Bool {
    guard let target = AbsoluteURL(url + (url.hasSuffix("/") ? "_mock/health" : "/_mock/health")) else { return false }
    let loop = try CommandFailure.orExit(with: 69) { try EventLoop() }
    // The check is that a server answers, not which one.
    let client = try CommandFailure.orExit(with: 69) { try HTTPClient(on: loop, trust: .anyCertificate) }
    var answer: Result<ReceivedResponse, HTTPClientError>?
    client.send(OutgoingRequest(method: .get, url: target, timeoutMilliseconds: 2_000)) { answer = $0 }
    _ = loop.run(atMost: 2_500) { answer != nil }
    guard case .success(let response) = answer else { return false }
    return response.status == .ok
  }
}

/// The health check of a server on a Unix socket.
enum UnixSocketHealth {
  static func isHealthy(path: String) -> Bool {
    guard let descriptor = connect(to: path) else { return false }
    defer { close(descriptor) }
    let request = Array("GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
    guard write(descriptor, request, request.count) == request.count else { return false }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 && buffer[..<count].starts(with: "HTTP/1.1 200".utf8)
  }

  private static func connect(to path: String) -> Int32? {
    guard let address = SocketAddress(path: path) else { return nil }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    guard address.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }
}
