import Glibc

@testable import HTTPTransport

/// A client on the test's own loop: it sends bytes as given and keeps what comes back.
final class Client {
  let loop: EventLoop
  /// The server that this client keeps alive.
  private let server: Wire?
  private(set) var received: [UInt8] = []
  private(set) var isClosed = false
  private(set) var wasReset = false
  private var outgoing: [UInt8] = []
  private let descriptor: Int32
  private var readable: Event?
  private var writable: Event?

  init(_ address: Address, on loop: EventLoop, of server: Wire? = nil) throws {
    self.loop = loop
    self.server = server
    let target: SocketAddress? =
      switch address {
      case .tcp(let host, let port): try SocketAddress.resolve(host, port: port).first
      case .unix(let path): SocketAddress(path: path)
      }
    guard let target else { throw SystemError("connect", reason: "no address") }
    descriptor = socket(target.family, Int32(SOCK_STREAM.rawValue), 0)
    guard target.withPointer({ connect(descriptor, $0, $1) }) == 0 else { throw SystemError("connect to \(address)") }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    readable = Event(loop.base, descriptor, [.readable, .persistent]) { [unowned self] _ in read() }
    writable = Event(loop.base, descriptor, [.writable, .persistent]) { [unowned self] _ in write() }
    readable?.add()
  }

  deinit {
    leave()
  }

  func send(_ text: String) {
    send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) {
    outgoing += bytes
    writable?.add()
  }

  /// Sends nothing more, but goes on reading.
  func finish() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Stops reading, as a client does that is stuck.
  func stall() {
    readable?.remove()
  }

  func resume() {
    readable?.add()
  }

  /// Goes without a word.
  func leave() {
    guard readable != nil else { return }
    (readable, writable) = (nil, nil)
    close(descriptor)
  }

  /// Runs the loop until the condition holds; false when it does not within five seconds.
  func wait(until condition: (Client) -> Bool) -> Bool {
    loop.run(atMost: 5_000) { condition(self) }
  }

  /// What came until the server closed the connection.
  func readToEnd() -> String {
    _ = wait { $0.isClosed }
    return String(decoding: received, as: UTF8.self)
  }

  /// The next answer, once it is whole; nil when it does not come. `bodiless` answers are those to HEAD.
  func answer(bodiless: Bool = false) -> Answer? {
    var found: Answer?
    _ = wait { client in
      found = Answer(client.received, bodiless: bodiless, isClosed: client.isClosed)
      return found != nil || client.isClosed
    }
    if let found { received.removeFirst(found.length) }
    return found
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 {
      received += buffer[..<count]
    } else if count == 0 || errno != EAGAIN {
      wasReset = count < 0
      isClosed = true
      readable?.remove()
      writable?.remove()
    }
  }

  private func write() {
    let count = Glibc.send(descriptor, outgoing, outgoing.count, Int32(MSG_NOSIGNAL))
    if count > 0 { outgoing.removeFirst(count) }
    if outgoing.isEmpty || (count < 0 && errno != EAGAIN) { writable?.remove() }
  }
}
