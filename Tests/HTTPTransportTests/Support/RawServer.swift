import Glibc
import Testing

@testable import HTTPTransport

/// A server that answers anything with the same bytes, right or wrong, and keeps what it was sent.
final class RawServer {
  private(set) var received: [UInt8] = []
  let port: UInt16
  private var acceptor: Acceptor?
  private var open: [Int32: Event] = [:]

  /// - Parameter closes: whether it closes the connection after its answer.
  init(on loop: EventLoop, answering answer: String?, closes: Bool = true) throws {
    let socket = try #require(try ListeningSocket.open(at: .tcp(host: "127.0.0.1", port: 0), backlog: 16).first)
    guard case .tcp(_, let port) = socket.address else { throw SystemError(attempting: "listen", reason: "no port") }
    self.port = port
    acceptor = try Acceptor(descriptor: socket.descriptor, loop: loop) { [unowned self] descriptor, _ in
      let event = Event(base: loop.base, source: descriptor, kinds: [.readable, .persistent]) { [unowned self] _ in
        receive(from: descriptor, answer: answer, closes: closes)
      }
      open[descriptor] = event
      event.add()
    }
  }

  deinit {
    for descriptor in open.keys { close(descriptor) }
  }

  private func receive(from descriptor: Int32, answer: String?, closes: Bool) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { received += buffer[..<count] }
    guard count <= 0 || answer != nil else { return }
    if count > 0, let answer { _ = send(descriptor, answer, answer.utf8.count, Int32(MSG_NOSIGNAL)) }
    guard closes || count <= 0 else { return }
    open[descriptor] = nil
    close(descriptor)
  }
}
