import Glibc

@testable import HTTPTransport

/// A client on the test's own loop: it sends bytes as given and keeps what comes back.
final class RawClient {
  let loop: EventLoop
  /// The server that this client keeps alive.
  private let server: HTTPServerFixture?
  private(set) var received: [UInt8] = []
  private(set) var isClosed = false
  private(set) var wasReset = false
  private var outgoing: [UInt8] = []
  private let descriptor: Int32
  private var readable: Event?
  private var writable: Event?

  init(connectingTo address: ListenAddress, on loop: EventLoop, of server: HTTPServerFixture? = nil) throws {
    self.loop = loop
    self.server = server
    let target: SocketAddress? =
      switch address {
      case .tcp(let host, let port): try SocketAddress.resolve(host: host, port: port).first
      case .unix(let path): SocketAddress(path: path)
      }
    guard let target else { throw SystemError(attempting: "connect", reason: "no address") }
    descriptor = socket(target.family, Int32(SOCK_STREAM.rawValue), 0)
    guard target.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
      throw SystemError(attempting: "connect to \(address)")
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    readable = Event(base: loop.base, source: descriptor, kinds: [.readable, .persistent]) { [unowned self] _ in read()
    }
    writable = Event(base: loop.base, source: descriptor, kinds: [.writable, .persistent]) { [unowned self] _ in write()
    }
    readable?.add()
  }

  deinit {
    disconnect()
  }

  func send(_ text: String) {
    send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) {
    outgoing += bytes
    writable?.add()
  }

  /// Sends nothing more, but goes on reading.
  func closeWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Stops reading, as a client does that is stuck.
  func pauseReading() {
    readable?.remove()
  }

  func resumeReading() {
    readable?.add()
  }

  /// Goes without a word.
  func disconnect() {
    guard readable != nil else { return }
    (readable, writable) = (nil, nil)
    close(descriptor)
  }

  /// Runs the loop until the condition holds; false when it does not within five seconds.
  func wait(until condition: (RawClient) -> Bool) -> Bool {
    loop.run(atMost: 5_000) { condition(self) }
  }

  /// What came until the server closed the connection.
  func readToEnd() -> String {
    _ = wait { $0.isClosed }
    return String(decoding: received, as: UTF8.self)
  }

  /// The next answer, once it is whole; nil when it does not come. `bodiless` answers are those to HEAD.
  func answer(bodiless: Bool = false) -> RawResponse? {
    var found: RawResponse?
    _ = wait { client in
      found = RawResponse(parsing: client.received, bodiless: bodiless, isClosed: client.isClosed)
      return found != nil || client.isClosed
    }
    if let found { received.removeFirst(found.wireLength) }
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
