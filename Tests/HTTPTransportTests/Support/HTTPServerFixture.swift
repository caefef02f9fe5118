import Glibc
import HTTPMessage
import HTTPTransport
import HTTPTypes
import Synchronization
@testable import HTTPTransport

/// A server and its clients on one loop, which the test runs.
final class HTTPServerFixture {
  let loop: EventLoop
  let listener: HTTPServer

  /// By default the response to a request contains its method, target and body.
  init(
    configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
    tls: ServerTLS? = nil,
    handle: @escaping (Request) -> Outcome = { .now(.text("\($0.method) \($0.target) \($0.text)")) },
    refusesWithoutBody: @escaping (Request) -> Bool = { _ in false }
  ) throws {
    loop = try EventLoop()
    listener = try HTTPServer(
      on: loop, address: address, configuration: configuration, tls: tls, refusesWithoutBody: refusesWithoutBody,
      handle: handle
    ) { failure in
      .text("\(failure)", status: failure.status)
    }
  }

  func connect() throws -> RawClient {
    try RawClient(connectingTo: listener.address, on: loop, of: self)
  }

  /// Connects a client and sends `text`.
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
  /// The status of the response, as in the server.
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

/// A GET request with the required fields only.
func getRequest(for target: String, fields: String...) -> String {
  "GET \(target) HTTP/1.1\r\nHost: mock\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
}

/// A client on the test's loop that sends raw bytes and stores the bytes it receives.
final class RawClient {
  let loop: EventLoop
  /// A reference that keeps the server alive.
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

  /// Closes the sending side of the connection.
  func closeWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Stops reading.
  func pauseReading() {
    readable?.remove()
  }

  func resumeReading() {
    readable?.add()
  }

  /// Closes the connection.
  func disconnect() {
    guard readable != nil else { return }
    (readable, writable) = (nil, nil)
    close(descriptor)
  }

  /// Runs the loop until the condition is true. Returns false if it is not true within five seconds.
  func wait(until condition: (RawClient) -> Bool) -> Bool {
    loop.run(atMost: 5_000) { condition(self) }
  }

  /// Waits until the server closes the connection. Returns all bytes that were not read yet.
  func readToEnd() -> String {
    _ = wait { $0.isClosed }
    return String(decoding: received, as: UTF8.self)
  }

  /// Waits for the next response. Returns nil if the connection closes before it is complete.
  ///
  /// - Parameter bodiless: whether the response has no body although it has a length, as for HEAD
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

/// A parsed response.
struct RawResponse {
  let statusLine: String
  /// Names in lower case.
  let fields: [String: String]
  let bytes: [UInt8]
  /// Size of the serialized response in bytes.
  let wireLength: Int

  var status: Int { Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
  var body: String { String(decoding: bytes, as: UTF8.self) }

  subscript(name: String) -> String? { fields[name] }

  /// Returns nil if the response is incomplete.
  init?(parsing wire: [UInt8], bodiless: Bool, isClosed: Bool) {
    guard let end = Self.find("\r\n\r\n", in: wire, from: 0) else { return nil }
    var lines = String(decoding: wire[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    statusLine = lines.removeFirst()
    var fields: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      fields[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
    }
    self.fields = fields
    let start = end + 4
    if bodiless {
      (bytes, wireLength) = ([], start)
    } else if let text = fields["content-length"], let count = Int(text) {
      guard wire.count >= start + count else { return nil }
      (bytes, wireLength) = (Array(wire[start..<(start + count)]), start + count)
    } else if fields["transfer-encoding"] == "chunked" {
      guard let (body, end) = Self.chunks(in: wire, from: start) else { return nil }
      (bytes, wireLength) = (body, end)
    } else if statusLine.contains(" 204 ") || statusLine.contains(" 304 ") || statusLine.contains(" 100 ") {
      (bytes, wireLength) = ([], start)
    } else {
      guard isClosed else { return nil }
      (bytes, wireLength) = (Array(wire[start...]), wire.count)
    }
  }

  private static func chunks(in wire: [UInt8], from start: Int) -> (body: [UInt8], end: Int)? {
    var (body, position): ([UInt8], Int) = ([], start)
    while let end = find("\r\n", in: wire, from: position) {
      guard let size = Int(String(decoding: wire[position..<end], as: UTF8.self), radix: 16),
        wire.count >= end + 2 + size + 2
      else { return nil }
      body += wire[(end + 2)..<(end + 2 + size)]
      position = end + 2 + size + 2
      if size == 0 { return (body, position) }
    }
    return nil
  }

  private static func find(_ text: String, in wire: [UInt8], from start: Int) -> Int? {
    let pattern = Array(text.utf8)
    guard wire.count >= start + pattern.count else { return nil }
    return (start...(wire.count - pattern.count)).first { wire[$0...].starts(with: pattern) }
  }
}

/// The chunks of a streamed body: consecutive numbers.
final class NumberedChunks: Sendable {
  private let last: Int
  private let current = Mutex(0)

  init(last: Int) {
    self.last = last
  }

  func next() -> [UInt8]? {
    current.withLock { number in
      number += 1
      guard number <= last else { return nil }
      return number % 7 == 0 ? [] : Array("\(number),".utf8)
    }
  }
}
