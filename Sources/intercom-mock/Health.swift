import ArgumentParser
import Glibc

/// `intercom-mock health`: exit 0 when a server answers; for a container's HEALTHCHECK, without curl.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Ask a server whether it is up.")

  @Option(help: "Where it listens.") var url = "http://127.0.0.1:4020"

  func validate() throws {
    try Choice.check("--url", url, url.hasPrefix("http://"))
  }

  func run() throws {
    let authority = url.dropFirst("http://".count).prefix { $0 != "/" }
    guard let answer = ask(String(authority)), answer.hasPrefix("HTTP/1.1 200") else {
      throw Failing(69, "no healthy server answers at \(url)")
    }
    print("ok")
  }

  /// The first bytes of the answer, nil when there is none within two seconds.
  private func ask(_ authority: String) -> String? {
    let port = authority.split(separator: ":").last.map(String.init) ?? "80"
    let host =
      authority.hasPrefix("[")
      ? String(authority.dropFirst().prefix { $0 != "]" }) : String(authority.prefix { $0 != ":" })
    guard let descriptor = connected(host, authority.contains(":") ? port : "80") else { return nil }
    defer { close(descriptor) }
    let request = Array("GET /_mock/health HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n".utf8)
    guard write(descriptor, request, request.count) == request.count else { return nil }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  private func connected(_ host: String, _ port: String) -> Int32? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port, &hints, &found) == 0, let first = found else { return nil }
    defer { freeaddrinfo(found) }
    let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype, first.pointee.ai_protocol)
    guard descriptor >= 0 else { return nil }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    guard connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }
}
