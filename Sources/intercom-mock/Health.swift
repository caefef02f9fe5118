import ArgumentParser
import Glibc
import HTTPMessage
import HTTPTransport

/// `intercom-mock health`: exit 0 when a server answers; for a container's HEALTHCHECK, without curl.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Ask a server whether it is up: exit 0, else 69.")

  @Option(help: "Where it listens, unless as the environment variables of serve say, or http://127.0.0.1:4020.")
  var url: String?

  func validate() throws {
    try Choice.check("--url", url ?? "", url.map { AbsoluteURL($0) != nil } ?? true)
  }

  func run() throws {
    let isUp: Bool
    if url == nil, let path = EnvironmentFlags.value(of: "unix-socket") {
      isUp = UnixHealth.ask(path)
    } else {
      isUp = try ask(url ?? Self.usualURL)
    }
    guard isUp else { throw Failing(69, "no healthy server answers at \(url ?? Self.usualURL)") }
    print("ok")
  }

  /// Where the server of this container is: both read the same variables.
  private static var usualURL: String {
    let isSecure = EnvironmentFlags.isSet("tls") || EnvironmentFlags.value(of: "tls-cert") != nil
    return "\(isSecure ? "https" : "http")://\(usualHost):\(EnvironmentFlags.value(of: "port") ?? "4020")"
  }

  /// Who listens to every address can be asked at this one.
  private static var usualHost: String {
    guard let host = EnvironmentFlags.value(of: "host"), !["", "0.0.0.0", "::"].contains(host) else {
      return "127.0.0.1"
    }
    return host.contains(":") ? "[\(host)]" : host
  }

  private func ask(_ url: String) throws -> Bool {
    guard let target = AbsoluteURL(url + (url.hasSuffix("/") ? "_mock/health" : "/_mock/health")) else { return false }
    let loop = try Failing.with(69) { try EventLoop() }
    // Whether it is the right server is not asked here.
    let client = try Failing.with(69) { try HTTPClient(on: loop, trust: .anyCertificate) }
    var answer: Result<ReceivedResponse, HTTPClientError>?
    client.send(OutgoingRequest(method: .get, url: target, timeoutMilliseconds: 2_000)) { answer = $0 }
    _ = loop.run(atMost: 2_500) { answer != nil }
    guard case .success(let response) = answer else { return false }
    return response.status == .ok
  }
}
