import ArgumentParser
import Glibc
import HTTPMessage
import HTTPTransport

/// `intercom-mock health`: exit 0 when a server answers; for a container's HEALTHCHECK, without curl.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Ask a server whether it is up: exit 0, else 69.")

  @Option(help: "Where it listens, unless as the environment variables of serve say, or http://127.0.0.1:4020.")
  var url: String?

  func validate() throws {
    try FlagValidation.check("--url", value: url ?? "", isValid: url.map { AbsoluteURL($0) != nil } ?? true)
  }

  func run() throws {
    let isUp: Bool
    if url == nil, let path = EnvironmentFlags.value(of: "unix-socket") {
      isUp = UnixSocketHealth.isHealthy(path: path)
    } else {
      isUp = try isHealthy(url: url ?? Self.defaultURL)
    }
    guard isUp else {
      throw CommandFailure(code: 69, message: "no healthy server answers at \(url ?? Self.defaultURL)")
    }
    print("ok")
  }

  /// Where the server of this container is: both read the same variables.
  private static var defaultURL: String {
    let isSecure = EnvironmentFlags.isSet("tls") || EnvironmentFlags.value(of: "tls-cert") != nil
    return "\(isSecure ? "https" : "http")://\(defaultHost):\(EnvironmentFlags.value(of: "port") ?? "4020")"
  }

  /// Who listens to every address can be asked at this one.
  private static var defaultHost: String {
    guard let host = EnvironmentFlags.value(of: "host"), !["", "0.0.0.0", "::"].contains(host) else {
      return "127.0.0.1"
    }
    return host.contains(":") ? "[\(host)]" : host
  }

  private func isHealthy(url: String) throws -> Bool {
    guard let target = AbsoluteURL(url + (url.hasSuffix("/") ? "_mock/health" : "/_mock/health")) else { return false }
    let loop = try CommandFailure.orExit(with: 69) { try EventLoop() }
    // Whether it is the right server is not asked here.
    let client = try CommandFailure.orExit(with: 69) { try HTTPClient(on: loop, trust: .anyCertificate) }
    var answer: Result<ReceivedResponse, HTTPClientError>?
    client.send(OutgoingRequest(method: .get, url: target, timeoutMilliseconds: 2_000)) { answer = $0 }
    _ = loop.run(atMost: 2_500) { answer != nil }
    guard case .success(let response) = answer else { return false }
    return response.status == .ok
  }
}

/// Asks a server on a Unix socket whether it is up.
enum UnixSocketHealth {
  static func isHealthy(path: String) -> Bool {
    guard let descriptor = connected(to: path) else { return false }
    defer { close(descriptor) }
    let request = Array("GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
    guard write(descriptor, request, request.count) == request.count else { return false }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 && buffer[..<count].starts(with: "HTTP/1.1 200".utf8)
  }

  private static func connected(to path: String) -> Int32? {
    guard let address = SocketAddress(path: path) else { return nil }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }
}
